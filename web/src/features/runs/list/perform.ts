import { api, ok } from '../../../lib/api/client.js';
import type { components } from '../../../lib/api/schema.js';
import type { BulkAct } from './bulk.js';
import type { RunSummary } from './rows.js';

type View = components['schemas']['Run'];

/** Does it to one run. Throws Problem, as the run refuses it. */
export function perform(act: BulkAct, { id, status }: RunSummary, reason: string): Promise<unknown> {
  const of = { params: { path: { id } } };
  switch (act) {
    case 'pause':
      return ok(api.POST('/api/v1/workflow_runs/{id}/pause', { ...of, body: { reason } }));
    case 'resume':
      return ok(api.POST('/api/v1/workflow_runs/{id}/resume', { ...of, body: { reason } }));
    case 'cancel':
      return ok(api.POST('/api/v1/workflow_runs/{id}/cancel', { ...of, body: { reason } }));
    case 'terminate':
      return ok(api.POST('/api/v1/workflow_runs/{id}/terminate', { ...of, body: { reason } }));
    case 'retry':
      if (status === 'held') return retryHeld(id, reason);
      return ok(api.POST('/api/v1/workflow_runs/{id}/redrive', { ...of, body: { reason } }));
  }
}

async function retryHeld(id: string, reason: string): Promise<void> {
  const view = await ok(api.GET('/api/v1/workflow_runs/{id}', { params: { path: { id } } }));
  const held = heldNodes(view);
  if (held.length === 0) throw new Error('It holds no node any more.');
  // One after another: a run takes one act at a time.
  for (const key of held)
    await ok(
      api.POST('/api/v1/workflow_runs/{id}/nodes/{key}/retry', { params: { path: { id, key } }, body: { reason } }),
    );
}

/** Nodes that are held, or whose undoing is. */
export const heldNodes = ({ nodes }: Pick<View, 'nodes'>): string[] =>
  nodes
    .filter(({ status, compensation }) => status === 'held' || compensation?.status === 'held')
    .map(({ key }) => key);
