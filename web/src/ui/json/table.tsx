import { useState } from 'react';
import type { Json } from '../../../../core/json.js';
import { Button } from '../button.js';
import css from './table.module.css';
import { inBrief } from './tree.js';
import type { JsonTable as Table } from './preview.js';

const PAGE = 200;

/** A list of objects as rows and columns; more rows when they are asked for. */
export function JsonTable({ table: { columns, rows } }: { table: Table }) {
  const [shown, setShown] = useState(PAGE);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className={css.scroll} tabIndex={0} role="region" aria-label="The content as a table">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col" className={css.number}>
              #
            </th>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row, index) => (
            <tr key={index}>
              <td className={css.number}>{index}</td>
              {columns.map((name) => (
                <Cell key={name} value={row[name]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <div className={css.more}>
          <span className="muted">
            {shown.toLocaleString('en')} of {rows.length.toLocaleString('en')} rows
          </span>
          <Button onClick={() => setShown(shown + PAGE)}>Show more</Button>
        </div>
      )}
    </div>
  );
}

function Cell({ value }: { value: Json | undefined }) {
  if (value === undefined) return <td className={css.none}>–</td>;
  const text = typeof value === 'string' ? value : inBrief(value, 80);
  return (
    <td className={typeof value === 'number' ? css.right : undefined} title={text.length > 40 ? text : undefined}>
      {text}
    </td>
  );
}
