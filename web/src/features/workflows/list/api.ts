import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../../lib/api/client.js';
import type { components } from '../../../lib/api/schema.js';

export type WorkflowRow = components['schemas']['WorkflowVersion'];
export type RunRow = components['schemas']['RunSummary'];

/** The newest version of each workflow that has all of the words, newest first, page by page. While it is asked, what was found before stays. */
export const workflowsQuery = (words: string) => {
  const q = words.trim() === '' ? {} : { q: words.trim() };
  return infiniteQueryOptions({
    queryKey: ['workflows', 'list', q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/v1/workflows', {
          params: { query: { limit: 100, ...q, ...(pageParam === undefined ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
};

/** The org's newest runs, of whatever workflow: one question tells the states of most rows. */
export const newestRunsQuery = queryOptions({
  queryKey: ['runs', 'newest', 100],
  refetchInterval: 15_000,
  queryFn: () => ok(api.GET('/api/v1/workflow_runs', { params: { query: { limit: 100 } } })),
});
