import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ok } from '../../lib/api/client.js';
import type { DecisionBody } from './decision.js';
import { forgetGates, type GateRef } from './gates.js';

/** What a person does to a gate. Each asks for everything anew afterwards, also when it was refused: something has changed then. */
export function useGateActs(of: GateRef) {
  const client = useQueryClient();
  const settled = { onSettled: () => void forgetGates(client) };
  const path = { params: { path: of } };
  return {
    decide: useMutation({
      ...settled,
      mutationFn: (body: DecisionBody) =>
        ok(
          api.POST('/api/v1/workflow_runs/{id}/nodes/{key}/decision', {
            params: { path: { id: of.run, key: of.node } },
            body,
          }),
        ),
    }),
    claim: useMutation({
      ...settled,
      mutationFn: (take_over: boolean) =>
        ok(api.POST('/api/v1/gates/{run}/{node}/claim', { ...path, body: { take_over } })),
    }),
    release: useMutation({
      ...settled,
      mutationFn: () => ok(api.POST('/api/v1/gates/{run}/{node}/release', { ...path, body: {} })),
    }),
    comment: useMutation({
      ...settled,
      mutationFn: ({ text, key }: { text: string; key: string }) =>
        ok(
          api.POST('/api/v1/gates/{run}/{node}/comments', {
            params: { path: of, header: { 'Idempotency-Key': key } },
            body: { text },
          }),
        ),
    }),
  };
}
export type GateActs = ReturnType<typeof useGateActs>;
