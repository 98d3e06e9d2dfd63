import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../../lib/api/client.js';

/** What is different between two versions: neither ever changes, so neither does this. */
export const diffQuery = (name: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['workflow', name, 'diff', from, to],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => ok(api.GET('/api/v1/workflows/{name}/diff', { params: { path: { name }, query: { from, to } } })),
  });
