import type { LogLine } from '../../../../../../core/events/live.js';
import { byTime, idOf } from './lines.js';

/** A page of a log that was read from the newest line back. */
export interface LogBlock {
  /** From the oldest on. */
  lines: readonly LogLine[];
  /** To read on before them; null: there is nothing before them. */
  earlier: string | null;
}
/** What was read of a log: pages without a gap between them, from the oldest on. They may have lines in common. */
export type LogWindow = readonly LogBlock[];

/** A page that watches memory lets go of what is older than so many lines; it can be read again. */
export const MOST_LINES = 100_000;

export const linesIn = (window: LogWindow): LogLine[] => {
  const known = new Set<string>();
  return window.flatMap(({ lines }) =>
    lines.filter((line) => {
      const id = idOf(line);
      return !known.has(id) && known.add(id);
    }),
  );
};

export const newestOf = (window: LogWindow): LogLine | undefined =>
  window.findLast(({ lines }) => lines.length > 0)?.lines.at(-1);

/** Whether the page reaches back to what is known, or to the beginning of the log: then nothing is missing between. */
export function reaches(block: LogBlock, window: LogWindow): boolean {
  const newest = newestOf(window);
  const oldest = block.lines[0];
  return block.earlier === null || (newest !== undefined && oldest !== undefined && byTime(oldest, newest) <= 0);
}

/** With newer pages, the newest first, the last of which reaches what is known; when none does, what is known is let go. */
export function withNewer(window: LogWindow, fresh: readonly LogBlock[]): LogWindow {
  const last = fresh.at(-1);
  if (!last) return window;
  const pages = fresh.toReversed();
  if (last.earlier === null || !reaches(last, window)) return pages;
  const all = [...window, ...pages];
  let count = all.reduce((sum, { lines }) => sum + lines.length, 0);
  while (count > MOST_LINES) count -= all.shift()!.lines.length;
  return all;
}
