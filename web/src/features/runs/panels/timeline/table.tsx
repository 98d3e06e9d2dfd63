import { useState } from 'react';
import { duration } from '../../../../lib/time.js';
import { Button, StatusMark, statusOf } from '../../../../ui/index.js';
import type { Row, Segment } from './segments.js';
import css from './timeline.module.css';

const PAGE = 300;

/** The timeline in words and numbers. */
export function TimelineTable({
  rows,
  origin,
  now,
  critical,
  onOpen,
}: {
  rows: readonly Row[];
  origin: number;
  now: number;
  critical: ReadonlySet<string>;
  onOpen: (key: string) => void;
}) {
  const [shown, setShown] = useState(PAGE);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className={css.tableScroll} tabIndex={0} role="region" aria-label="The timeline as a table">
      <table className={css.table}>
        <thead>
          <tr>
            {['Node', 'Status', 'Began after', 'Took', 'At work', 'Waited', 'Attempts'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row) => {
            const { began, took, worked, attempts } = sumsOf(row, origin, now);
            return (
              <tr key={row.key} data-critical={critical.has(row.key) || undefined}>
                <th scope="row">
                  <button type="button" className={css.open} onClick={() => onOpen(row.key)}>
                    {row.key}
                  </button>
                </th>
                <td>
                  <span className={css.state}>
                    <StatusMark status={row.status} /> {statusOf(row.status).label}
                  </span>
                </td>
                <td>{began === null ? '–' : duration(began)}</td>
                <td>{began === null ? '–' : duration(took)}</td>
                <td>{began === null ? '–' : duration(worked)}</td>
                <td>{began === null ? '–' : duration(took - worked)}</td>
                <td>{attempts || '–'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button onClick={() => setShown(shown + PAGE)}>Show more of {rows.length.toLocaleString('en')}</Button>
      )}
    </div>
  );
}

/** In ms. `began`: after the run's start; null: not yet. */
export function sumsOf({ from, segments }: Pick<Row, 'from' | 'segments'>, origin: number, now: number) {
  if (from === null) return { began: null, took: 0, worked: 0, attempts: 0 };
  const work = segments.filter(({ kind }) => kind === 'attempt' || kind === 'undo');
  const length = (segment: Segment) => (segment.to ?? now) - segment.from;
  return {
    began: from - origin,
    took: Math.max(...segments.map(({ to }) => to ?? now)) - from,
    worked: work.reduce((sum, segment) => sum + length(segment), 0),
    attempts: segments.filter(({ kind }) => kind === 'attempt').length,
  };
}
