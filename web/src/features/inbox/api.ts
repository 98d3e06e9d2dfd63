import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../lib/api/client.js';

/** How much waits for the reader. It is asked again in the background, too: the tab's title tells it. */
export const gateCountsQuery = queryOptions({
  queryKey: ['gates', 'counts'],
  refetchInterval: 15_000,
  refetchIntervalInBackground: true,
  queryFn: () => ok(api.GET('/api/v1/gates/counts')),
});

/** How many open gates are assigned to the reader. */
export const inboxCountQuery = queryOptions({ ...gateCountsQuery, select: ({ assigned }) => assigned });
