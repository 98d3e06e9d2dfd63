import type { components } from '../../../lib/api/schema.js';

export type RunSummary = components['schemas']['RunSummary'];
export interface RunPage {
  items: RunSummary[];
  next_cursor: string | null;
}
/** `gone`: it stands there as it was read; by now it is not of this list any more. */
export type Row = RunSummary & { gone?: true };
export interface RowPage extends RunPage {
  items: Row[];
}

/** Newest first: whether `a` stands before `b`. */
const isBefore = (a: RunSummary, b: RunSummary): boolean =>
  a.created_at === b.created_at ? a.id > b.id : a.created_at > b.created_at;

/** Each run once, however the pages overlap. */
export const rowsOf = (pages: readonly RowPage[]): Row[] => [
  ...new Map(pages.flatMap(({ items }) => items).map((row) => [row.id, row])).values(),
];

/**
 * The pages with what was read anew, from the top or from behind `after` on. Nothing moves: a run that is not of the list any more stays where
 * it is, marked; a new one is not put in (freshIn tells of it).
 */
export function refreshed(pages: readonly RowPage[], read: RunPage, after?: RunSummary): RowPage[] {
  const known = new Map(read.items.map((run) => [run.id, run]));
  const last = read.items.at(-1);
  // What comes behind the last one was not looked at, unless there was no more.
  const seen = (row: RunSummary): boolean =>
    (after === undefined || isBefore(after, row)) &&
    (read.next_cursor === null || (last !== undefined && !isBefore(last, row)));
  return pages.map((page) => {
    const items = page.items.map((row) => {
      const now = known.get(row.id);
      if (now) return same(row, now) ? row : now;
      return seen(row) && !row.gone ? { ...row, gone: true as const } : row;
    });
    return items.every((row, i) => row === page.items[i]) ? page : { ...page, items };
  });
}

/** Runs that have left the list since it was read, of which nobody has asked yet what became of them; so many at most. */
export const leftIn = (pages: readonly RowPage[], before: readonly RowPage[], most: number): Row[] => {
  const gone = new Set(rowsOf(before).flatMap(({ id, gone: was }) => (was ? [id] : [])));
  return rowsOf(pages)
    .filter((row) => row.gone && !gone.has(row.id))
    .slice(0, most);
};

/** What became of runs that have left the list: they stay where they stand. */
export const withFates = (pages: readonly RowPage[], fates: readonly RunSummary[]): RowPage[] => {
  const known = new Map(fates.map((run) => [run.id, run]));
  return pages.map((page) => {
    if (!page.items.some(({ id, gone }) => gone && known.has(id))) return page;
    const items = page.items.map((row) => (row.gone ? { ...(known.get(row.id) ?? row), gone: true as const } : row));
    return { ...page, items };
  });
};

const same = (row: Row, run: RunSummary): boolean =>
  !row.gone &&
  row.status === run.status &&
  row.started_at === run.started_at &&
  row.finished_at === run.finished_at &&
  row.redriven === run.redriven;

/** Runs that have come since the list was read. `more`: perhaps there are others, besides. */
export function freshIn(pages: readonly RowPage[], head: RunPage): { runs: RunSummary[]; more: boolean } {
  const first = pages[0]?.items[0];
  const runs = first ? head.items.filter((run) => isBefore(run, first)) : head.items;
  return { runs, more: runs.length > 0 && runs.length === head.items.length && head.next_cursor !== null };
}

export const freshInWords = (count: number, more: boolean): string =>
  more ? `More than ${count} new runs` : count === 1 ? '1 new run' : `${count} new runs`;

/** On which page the row stands: that one is read anew while it is looked at. */
export function pageAt(pages: readonly RowPage[], index: number): number {
  let left = index;
  for (const [at, { items }] of pages.entries()) {
    if (left < items.length) return at;
    left -= items.length;
  }
  return Math.max(0, pages.length - 1);
}
