import type { Json } from '../../../../core/json.js';
import { ArtifactPreview } from '../../ui/artifact.js';
import { JsonView } from '../../ui/json-view.js';
import css from './evidence.module.css';
import { kindOf, labelOf, textOf } from './evidence-kind.js';

/** What a gate shows, as people read it: fields by name, texts in paragraphs, lists of objects as tables, the rest as a tree. */
export function Evidence({
  value,
  depth = 0,
  label = 'What the gate shows',
}: {
  value: Json;
  depth?: number;
  label?: string;
}) {
  const shown = kindOf(value, depth);
  switch (shown.kind) {
    case 'nothing':
      return <span className="muted">{depth === 0 ? 'The gate shows nothing but its question.' : '–'}</span>;
    case 'text':
      return (
        <div className={css.text}>
          {shown.paragraphs.map((paragraph, i) => (
            <p key={i}>{paragraph}</p>
          ))}
        </div>
      );
    case 'link':
      return (
        <a href={shown.href} target="_blank" rel="noreferrer noopener">
          {shown.href}
        </a>
      );
    case 'scalar':
      return <span className="num">{shown.text}</span>;
    case 'artifact':
      return <ArtifactPreview artifact={shown.ref} now={shown.ref.media_type.startsWith('image/')} />;
    case 'fields':
      return <Fields fields={shown.fields} depth={depth} />;
    case 'list':
      return (
        <ul className={css.list}>
          {shown.items.map((item, i) => (
            <li key={i}>{item}</li>
          ))}
        </ul>
      );
    case 'table':
      return <Table {...shown} />;
    case 'tree':
      return <JsonView value={shown.value} label={label} />;
  }
}

/** What is short comes first, each with its name beside it: the order that the run keeps is none that people chose. */
function Fields({ fields, depth }: { fields: [name: string, value: Json][]; depth: number }) {
  return (
    <dl className={css.fields} data-depth={depth}>
      {fields
        .toSorted(([, a], [, b]) => Number(isWide(a, depth)) - Number(isWide(b, depth)))
        .map(([name, value]) => (
          <div key={name} className={css.field} data-wide={isWide(value, depth) || undefined}>
            <dt title={name}>{labelOf(name)}</dt>
            <dd>
              <Evidence value={value} depth={depth + 1} label={labelOf(name)} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** What needs the whole line: beside its name it would be squeezed. */
function isWide(value: Json, depth: number): boolean {
  const { kind } = kindOf(value, depth + 1);
  return ['table', 'tree', 'fields', 'artifact'].includes(kind) || (typeof value === 'string' && value.length > 90);
}

function Table({ columns, rows }: { columns: string[]; rows: { [name: string]: Json }[] }) {
  const numeric = (name: string): boolean =>
    rows.every((row) => row[name] === undefined || typeof row[name] === 'number');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <div className={css.scroll} tabIndex={0} role="group" aria-label="Table">
      <table className={css.table}>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col" title={name} data-number={numeric(name) || undefined}>
                {labelOf(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map((name) => (
                <td key={name} data-number={numeric(name) || undefined}>
                  {textOf(row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
