import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { useMemo } from 'react';
import type { NodeView } from '../../../../../../core/events/view.js';
import { StatusMark } from '../../../../ui/index.js';
import type { NodeCourse } from '../../live/index.js';
import { withLog } from '../node/attempt-rows.js';
import { nodeLogQuery } from '../queries.js';
import { share, type Span } from './scale.js';
import { type Row, type Segment, segmentsOf } from './segments.js';
import css from './timeline.module.css';

export interface RowProps {
  row: Row;
  span: Span;
  now: number;
  onPoint: (segment: Segment | undefined, element?: HTMLElement) => void;
}

/** A row's bars. Each is at least wide enough to be seen, and easier to hit than it looks. */
export function Bars({ row: { segments }, span, now, onPoint }: RowProps) {
  return segments.map((segment, index) => {
    const from = share(span, segment.from);
    const to = share(span, segment.to ?? now);
    if (to < 0 || from > 1) return null;
    return (
      <span
        key={index}
        className={clsx(css.bar, css[segment.kind], segment.status && css[segment.status])}
        data-on={segment.to === null || undefined}
        style={{ left: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` }}
        onPointerEnter={(event) => onPoint(segment, event.currentTarget)}
        onPointerLeave={() => onPoint(undefined)}
      />
    );
  });
}

/** The row with what its log tells of attempts that nobody watched; asked for when the row is looked at. */
export function useFullRow(runId: string, row: Row, node: NodeView | undefined, course: NodeCourse): Row {
  const unseen = course.attempts.some(
    ({ began, ended, status }) => began === null || (ended === null && status !== 'running'),
  );
  const { data } = useQuery({ ...nodeLogQuery(runId, row.key, course.attempts.length), enabled: unseen });
  return useMemo(() => {
    if (!data || !node) return row;
    const attempts = withLog(course.attempts, data);
    const backoffs = attempts.flatMap((attempt, index) => {
      const next = attempts[index + 1];
      return attempt.ended && next?.began ? [{ kind: 'backoff' as const, from: attempt.ended, to: next.began }] : [];
    });
    const others = course.waits.filter(({ kind }) => kind !== 'backoff' || backoffs.length === 0);
    return { ...row, segments: segmentsOf(node, { attempts, waits: [...others, ...backoffs] }) };
  }, [row, node, course, data]);
}

export function Label({ row, critical }: { row: Row; critical: boolean }) {
  return (
    <span className={css.label} data-critical={critical || undefined}>
      <StatusMark status={row.status} />
      <span className={css.key} title={row.key}>
        {row.key}
      </span>
    </span>
  );
}
