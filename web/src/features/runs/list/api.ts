import { type InfiniteData, infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../../lib/api/client.js';
import { countQueryOf, listQueryOf, type RunsSearch } from './filters.js';
import { freshIn, leftIn, refreshed, type RowPage, type RunPage, type RunSummary, withFates } from './rows.js';

export const PAGE = 50;
const POLL_MS = 4_000;
type Pages = InfiniteData<RowPage, string | undefined>;

export const readRuns = (search: RunsSearch, cursor?: string, limit = PAGE): Promise<RunPage> =>
  ok(
    api.GET('/api/v1/workflow_runs', {
      params: {
        query: { ...listQueryOf(search, Date.now()), limit, ...(cursor === undefined ? {} : { cursor }) },
      },
    }),
  );

/** Read once, and from then on kept up to date in place by pollQuery: it would move if it were read anew. */
export const runsQuery = (search: RunsSearch) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', search],
    staleTime: Infinity,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<RowPage> => readRuns(search, pageParam),
    getNextPageParam: ({ next_cursor }: RowPage) => next_cursor ?? undefined,
  });

/**
 * Reads the newest page, and the one that is looked at, every few seconds while the screen is seen; writes into the list what has become of
 * its runs, and answers which are new.
 */
export const pollQuery = (client: QueryClient, search: RunsSearch, looked: number, enabled: boolean) =>
  queryOptions({
    queryKey: ['runs', 'poll', search, looked],
    enabled,
    staleTime: POLL_MS,
    refetchInterval: POLL_MS,
    queryFn: async () => {
      const { queryKey } = runsQuery(search);
      const before = client.getQueryData<Pages>(queryKey);
      const cursor = looked > 0 ? before?.pageParams[looked] : undefined;
      const [head, there] = await Promise.all([
        readRuns(search),
        cursor === undefined ? undefined : readRuns(search, cursor),
      ]);
      const write = (change: (old: Pages) => RowPage[]): void => {
        client.setQueryData<Pages>(queryKey, (old) => old && { ...old, pages: change(old) });
      };
      write((old) => {
        const after: RunSummary | undefined = old.pages[looked - 1]?.items.at(-1);
        return refreshed(there ? refreshed(old.pages, there, after) : old.pages, head);
      });
      const left = leftIn(client.getQueryData<Pages>(queryKey)?.pages ?? [], before?.pages ?? [], MOST_LEFT);
      const fates = (await Promise.all(left.map(({ id }) => fateOf(id)))).filter((run) => run !== undefined);
      if (fates.length > 0) write((old) => withFates(old.pages, fates));
      return { head, ...freshIn(before?.pages ?? [], head) };
    },
  });

/** Of so many runs that have left the list at once it is asked what became of them. */
const MOST_LEFT = 10;
const fateOf = async (id: string): Promise<RunSummary | undefined> =>
  (await readRuns({ q: id }, undefined, 10)).items.find((run) => run.id === id);

/** The list begins anew with its newest page. */
export const beginAnew = (client: QueryClient, search: RunsSearch, head: RunPage): void => {
  client.setQueryData<Pages>(runsQuery(search).queryKey, { pages: [head], pageParams: [undefined] });
};

/** How many runs of each status match everything but the status. */
export const countsQuery = (search: RunsSearch) => {
  const { status: _status, ...others } = search;
  return queryOptions({
    queryKey: ['runs', 'counts', others],
    refetchInterval: 8_000,
    queryFn: () => ok(api.GET('/api/v1/workflow_runs/counts', { params: { query: countQueryOf(others, Date.now()) } })),
  });
};

/** Names of workflows, to choose from. */
export const workflowNamesQuery = queryOptions({
  queryKey: ['workflows', 'names'],
  staleTime: 60_000,
  queryFn: async () => {
    const { items } = await ok(api.GET('/api/v1/workflows', { params: { query: { limit: 100 } } }));
    return [...new Set(items.map(({ name }) => name))].toSorted();
  },
});

export const whyQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'why', id],
    staleTime: 10_000,
    queryFn: async () => (await ok(api.GET('/api/v1/workflow_runs/{id}/why', { params: { path: { id } } }))).why,
  });

/** All that match, up to so many. `more`: there are others. */
export async function readAll(
  search: RunsSearch,
  most: number,
  signal: AbortSignal,
): Promise<{ runs: RunSummary[]; more: boolean }> {
  const runs = new Map<string, RunSummary>();
  let cursor: string | undefined;
  do {
    const page = await readRuns(search, cursor, 100);
    for (const run of page.items) runs.set(run.id, run);
    cursor = page.next_cursor ?? undefined;
    if (signal.aborted) break;
  } while (cursor !== undefined && runs.size < most);
  return { runs: [...runs.values()].slice(0, most), more: cursor !== undefined || runs.size > most };
}
