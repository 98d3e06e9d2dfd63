import type { Row } from './rows.js';

/** Runs that were ticked, by id. They stay so while others come, and also when they are not of the list any more. */
export type Selection = ReadonlyMap<string, Row>;
export const NONE: Selection = new Map();

export function toggle(selection: Selection, row: Row): Selection {
  const next = new Map(selection);
  if (!next.delete(row.id)) next.set(row.id, row);
  return next;
}

/** From the row that was ticked last to this one, with both; what was ticked before stays. */
export function through(selection: Selection, rows: readonly Row[], from: string | undefined, to: string): Selection {
  const [a, b] = [rows.findIndex(({ id }) => id === from), rows.findIndex(({ id }) => id === to)];
  if (b < 0) return selection;
  const [first, last] = a < 0 ? [b, b] : [Math.min(a, b), Math.max(a, b)];
  return new Map([...selection, ...rows.slice(first, last + 1).map((row): [string, Row] => [row.id, row])]);
}

/** All that are read so far, or none of them when they all were ticked. */
export function allOrNone(selection: Selection, rows: readonly Row[]): Selection {
  if (tickOf(selection, rows) === 'all') return NONE;
  return new Map(rows.map((row) => [row.id, row]));
}

export function tickOf(selection: Selection, rows: readonly Row[]): 'none' | 'some' | 'all' {
  if (selection.size === 0) return 'none';
  return rows.length > 0 && rows.every(({ id }) => selection.has(id)) ? 'all' : 'some';
}

/** With their newest state, where the list knows it. */
export function currentOf(selection: Selection, rows: readonly Row[]): Row[] {
  const now = new Map(rows.map((row) => [row.id, row]));
  return [...selection.values()].map((row) => now.get(row.id) ?? row);
}
