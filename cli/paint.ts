import { stripVTControlCharacters } from 'node:util';

/** Colours, or none: the same words either way. */
export interface Paint {
  dim: (text: string) => string;
  bold: (text: string) => string;
  good: (text: string) => string;
  bad: (text: string) => string;
  busy: (text: string) => string;
}

const wrap = (open: number, close: number) => (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
const plain = (text: string) => text;

export const COLOURS: Paint = {
  dim: wrap(2, 22),
  bold: wrap(1, 22),
  good: wrap(32, 39),
  bad: wrap(31, 39),
  busy: wrap(33, 39),
};
export const PLAIN: Paint = { dim: plain, bold: plain, good: plain, bad: plain, busy: plain };

/** no-color.org: any value but an empty one turns colours off. */
export const paintFor = (isTty: boolean, env: NodeJS.ProcessEnv): Paint =>
  isTty && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? COLOURS : PLAIN;

export function statusPaint(paint: Paint, status: string): (text: string) => string {
  if (status === 'completed') return paint.good;
  if (['failed', 'timed_out', 'terminated', 'cancelled'].includes(status)) return paint.bad;
  if (['waiting', 'held', 'paused'].includes(status)) return paint.busy;
  return status === 'skipped' || status === 'pending' ? paint.dim : plain;
}

/** Left-aligned columns, two blanks between them. Cells may be painted: only what is seen counts. */
export function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => seen(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - seen(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** How many columns a text takes: `util.stripVTControlCharacters` drops what colours it. */
export const seen = (text: string): number => stripVTControlCharacters(text).length;

export function duration(ms: number): string {
  if (ms < 100_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)}s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 120 ? `${minutes}m${Math.round((ms % 60_000) / 1000)}s` : `${(minutes / 60).toFixed(1)}h`;
}
