/** Which gates the inbox lists: each view is a question to the API, and a part of the address. */
export const VIEWS = {
  mine: { label: 'For me', empty: 'Nothing waits for you', query: { assigned: 'me' } },
  overdue: { label: 'Overdue', empty: 'Nothing of yours is overdue', query: { assigned: 'me', overdue: 'true' } },
  claimed: { label: 'Claimed', empty: 'You work on no gate', query: { claimed_by: 'me' } },
  open: { label: 'All open', empty: 'No gate is open', query: { status: 'open' } },
  decided: { label: 'Decided', empty: 'You have decided nothing yet', query: { decided_by: 'me' } },
} as const;
export type View = keyof typeof VIEWS;

export const SORTS = { due: 'Due first', oldest: 'Oldest first', newest: 'Newest first' } as const;
export type Sort = keyof typeof SORTS;

/** What the address says of the list. */
export interface InboxSearch {
  show?: string | undefined;
  q?: string | undefined;
  sort?: string | undefined;
}

export interface GatesQuery {
  assigned?: 'me';
  claimed_by?: 'me';
  decided_by?: 'me';
  overdue?: 'true';
  status?: 'open';
  q?: string;
  sort: Sort;
}

export const viewOf = ({ show }: InboxSearch): View =>
  show !== undefined && Object.hasOwn(VIEWS, show) ? (show as View) : 'mine';

/** What was decided is looked back on, newest first; what is open is worked off, soonest due first. */
export function sortOf(search: InboxSearch): Sort {
  const { sort } = search;
  if (sort !== undefined && Object.hasOwn(SORTS, sort)) return sort as Sort;
  return viewOf(search) === 'decided' ? 'newest' : 'due';
}

export function queryOf(search: InboxSearch): GatesQuery {
  const q = search.q?.trim();
  return { ...VIEWS[viewOf(search)].query, ...(q ? { q: q.slice(0, 200) } : {}), sort: sortOf(search) };
}
