import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../../../lib/api/client.js';

/** Where Temporal's own interface shows runs; null: this installation does not say. */
export const temporalWebQuery = queryOptions({
  queryKey: ['about', 'temporal_web'],
  ...{ staleTime: Infinity, retry: false },
  queryFn: async () => (await ok(api.GET('/api/v1/about'))).temporal_web?.run_url ?? null,
});

/** The address of a run there. Undefined: what was told is no address of the web. */
export function temporalUrl(template: string, runId: string): string | undefined {
  const url = template.replaceAll('{workflow_id}', encodeURIComponent(runId));
  return /^https?:\/\//.test(url) ? url : undefined;
}
