import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../../lib/api/client.js';
import type { components } from '../../../lib/api/schema.js';

export type WorkflowRow = components['schemas']['WorkflowVersion'];
export type RunRow = components['schemas']['RunSummary'];

/** The newest version of each workflow, newest first, page by page. */
export const workflowsQuery = infiniteQueryOptions({
  queryKey: ['workflows', 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam }) =>
    ok(
      api.GET('/api/v1/workflows', {
        params: { query: { limit: 100, ...(pageParam === undefined ? {} : { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
});

/** The org's newest runs, of whatever workflow: one question tells the states of most rows. */
export const newestRunsQuery = queryOptions({
  queryKey: ['runs', 'newest', 100],
  refetchInterval: 15_000,
  queryFn: () => ok(api.GET('/api/v1/workflow_runs', { params: { query: { limit: 100 } } })),
});
