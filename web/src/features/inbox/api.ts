import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../lib/api/client.js';

/** How much waits for the reader; asked again while the page is looked at. */
export const gateCountsQuery = queryOptions({
  queryKey: ['gates', 'counts'],
  refetchInterval: 10_000,
  queryFn: () => ok(api.GET('/api/v1/gates/counts')),
});

/** How many open gates are assigned to the reader. */
export const inboxCountQuery = queryOptions({ ...gateCountsQuery, select: ({ assigned }) => assigned });
