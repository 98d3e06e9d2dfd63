import { clsx } from 'clsx';
import { memo } from 'react';
import type { LogLine } from '../../../../../../core/events/live.js';
import { clockTime, useZone } from '../../../../lib/time.js';
import { spansOf } from './ansi.js';
import { marked, type Piece } from './lines.js';
import css from './logs.module.css';

/** One line: when, of which node and attempt, and what it says, in its colours. */
export const Line = memo(function Line({
  line,
  text,
  withNode,
}: {
  line: LogLine;
  /** What is searched. */
  text: string;
  withNode: boolean;
}) {
  const { at, node_key, attempt, stream } = line;
  return (
    <div className={clsx(css.line, css[stream])}>
      <time className={css.time} dateTime={at} title={at}>
        {clockTime(at, useZone())}
      </time>
      {withNode && (
        <span className={css.node} title={`${node_key}, attempt ${attempt}`}>
          {node_key}
        </span>
      )}
      <span className={css.attempt} title={`Attempt ${attempt}`}>
        #{attempt}
      </span>
      <span className={css.stream} title={stream}>
        {MARKS[stream]}
      </span>
      <span className={css.text}>
        {marked(spansOf(line.text), text).map((piece, i) => (
          <Cut key={i} piece={piece} />
        ))}
      </span>
    </div>
  );
});

const MARKS = { stdout: '', stderr: 'err', system: 'sys' } as const;

function Cut({ piece }: { piece: Piece }) {
  const { text, found, fg, bg, inverse, bold, dim, italic, underline, strike } = piece;
  const styles = { bold, dim, italic, underline, strike };
  const look = clsx(
    ...Object.entries(styles).map(([name, on]) => on && css[name]),
    inverse ? css.inverse : [fg && css[fg], bg && css[`${bg}Bg`]],
  );
  if (found) return <mark className={look}>{text}</mark>;
  return look === '' ? text : <span className={look}>{text}</span>;
}
