import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../lib/api/client.js';

/** How many open gates are assigned to the reader; asked again while the page is looked at. */
export const inboxCountQuery = queryOptions({
  queryKey: ['gates', 'count', 'mine'],
  refetchInterval: 15_000,
  queryFn: async () => (await ok(api.GET('/api/v1/gates/counts'))).assigned,
});
