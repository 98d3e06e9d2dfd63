import { queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../../lib/api/client.js';

/** What the panels ask of the API beside the live view. `stamp`: another one when the answer may have changed. */
const ofRun = (id: string) => ({ params: { path: { id } } });

export const effectsQuery = (runId: string, stamp: string) =>
  queryOptions({
    queryKey: ['run', runId, 'effects', stamp],
    queryFn: async () => (await ok(api.GET('/api/v1/workflow_runs/{id}/effects', ofRun(runId)))).items,
    placeholderData: (before) => before,
  });

export const gateQuery = (runId: string, node: string, stamp: string) =>
  queryOptions({
    queryKey: ['gates', 'one', runId, node, stamp],
    retry: false,
    queryFn: () => ok(api.GET('/api/v1/gates/{run}/{node}', { params: { path: { run: runId, node } } })),
    placeholderData: (before) => before,
  });

/** The first lines of a node's log: they tell of attempts that nobody watched. */
export const nodeLogQuery = (runId: string, node: string, attempt: number) =>
  queryOptions({
    queryKey: ['run', runId, 'node-log', node, attempt],
    staleTime: 60_000,
    queryFn: async () =>
      (
        await ok(
          api.GET('/api/v1/workflow_runs/{id}/logs', {
            ...{ params: { path: { id: runId }, query: { node, limit: 1000 } } },
          }),
        )
      ).items,
  });
