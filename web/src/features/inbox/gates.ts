import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, ok } from '../../lib/api/client.js';
import type { components } from '../../lib/api/schema.js';
import type { GatesQuery } from './views.js';

export type Gate = components['schemas']['Gate'];
export type GateDetail = components['schemas']['GateDetail'];
export type GateEntry = components['schemas']['GateEntry'];
export type GateComment = components['schemas']['GateComment'];

/** Which gate: of which run, at which node. */
export interface GateRef {
  run: string;
  node: string;
}
export const refOf = ({ run_id, node_key }: Pick<Gate, 'run_id' | 'node_key'>): GateRef => ({
  run: run_id,
  node: node_key,
});
export const sameGate = (a: GateRef | undefined, b: GateRef | undefined): boolean =>
  a !== undefined && b !== undefined && a.run === b.run && a.node === b.node;

export const gatesQuery = (query: GatesQuery) =>
  infiniteQueryOptions({
    queryKey: ['gates', 'list', query],
    initialPageParam: undefined as string | undefined,
    refetchInterval: 8_000,
    queryFn: ({ pageParam }) =>
      ok(
        api.GET('/api/v1/gates', {
          params: { query: { ...query, limit: 50, ...(pageParam === undefined ? {} : { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

export const gateQuery = (of: GateRef) =>
  queryOptions({
    queryKey: ['gates', 'one', of.run, of.node],
    refetchInterval: 8_000,
    queryFn: () => ok(api.GET('/api/v1/gates/{run}/{node}', { params: { path: of } })),
  });

export const gateHistoryQuery = (of: GateRef) =>
  queryOptions({
    queryKey: ['gates', 'history', of.run, of.node],
    refetchInterval: 15_000,
    queryFn: async () => (await ok(api.GET('/api/v1/gates/{run}/{node}/history', { params: { path: of } }))).items,
  });

/** Gates of the same run that people have approved before: its approvers may be left out of this one. */
export const earlierQuery = (run: string) =>
  queryOptions({
    queryKey: ['gates', 'of-run', run],
    queryFn: async () => (await ok(api.GET('/api/v1/gates', { params: { query: { run, limit: 100 } } }))).items,
  });

/** Who registered the version that the run follows. */
export const authorQuery = (workflow: string, version: number) =>
  queryOptions({
    queryKey: ['workflows', 'author', workflow, version],
    staleTime: Infinity,
    queryFn: async () =>
      (
        await ok(
          api.GET('/api/v1/workflows/{id}', {
            params: { path: { id: workflow }, query: { version } },
          }),
        )
      ).created_by,
  });

/** After an act of one's own nothing that was read before is believed. */
export const forgetGates = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: ['gates'] });
