import { duration } from '../../../../lib/time.js';
import { statusOf } from '../../../../ui/index.js';
import type { Row, Segment } from './segments.js';

/** A segment in words: `Attempt 2, failed`. */
export function nameOf({ kind, n, status }: Segment): string {
  switch (kind) {
    case 'attempt':
      return `${n === undefined ? 'Work' : `Attempt ${n}`}, ${status ?? 'running'}`;
    case 'undo':
      return `Compensation, ${status ?? 'running'}`;
    default:
      return WAITS[kind];
  }
}
const WAITS: Record<Exclude<Segment['kind'], 'attempt' | 'undo'>, string> = {
  queue: 'Queued',
  backoff: 'Waits for its next attempt',
  gate: 'Waits for a person',
  time: 'Waits for a time or an event',
  held: 'Held',
};

/** When a row began and what became of it, for those who listen. */
export function rowInWords({ key, status, from, segments }: Row, origin: number, now: number): string {
  const state = `${key}, ${statusOf(status).label}`;
  if (from === null) return `${state}, has not begun`;
  const to = Math.max(...segments.map((segment) => segment.to ?? now));
  const attempts = segments.filter(({ kind }) => kind === 'attempt').length;
  const tried = attempts > 1 ? `, ${attempts} attempts` : '';
  return `${state}, began ${duration(from - origin)} after the start, ${duration(to - from)}${tried}`;
}
