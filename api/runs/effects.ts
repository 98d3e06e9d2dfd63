import { z } from 'zod';
import { archivedEvents } from '../../adapters/postgres/seal.js';
import { effectsOf } from '../../core/events/effects.js';
import type { RunEvent } from '../../core/events/event.js';
import type { NodeView, RunHeader } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import type { ApiDeps } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { headerOf, runId } from './read.js';

const time = z.string();
const effect = z
  .object({
    key: z.string(),
    node_key: z.string().describe('Of a map’s item `key[index]`; of what undoes a node `key~undo`.'),
    type: z.enum(['tool_call', 'agent_call']),
    state: z.enum(['reserved', 'sent', 'confirmed', 'refused', 'unknown', 'undone']),
    attempts: z.int(),
    reserved_at: time,
    at: time.describe('When its state was last known to change.'),
    error: z.string().nullable().describe('The code with which it failed last.'),
    by: z.string().nullable().describe('The person who said what became of it.'),
    undone_by: z.string().nullable().describe('The key of the effect that undid it, or the person who said so.'),
  })
  .meta({ id: 'Effect' });

export const getEffects = endpoint({
  method: 'get',
  path: '/workflow_runs/:id/effects',
  tag: 'runs',
  summary: 'What a run has changed outside',
  action: 'read',
  params: runId,
  responses: {
    200: {
      description: 'Effects, in the order in which they were asked for',
      schema: z.object({ items: z.array(effect) }),
    },
  },
  async handle({ caller, params }, deps) {
    const { sealed, ...header } = await headerOf(deps, caller.orgId, params.id);
    const [accepted, { events, nodes }] = await Promise.all([
      deps.runs.accepted(header.id),
      seen(deps, header, sealed),
    ]);
    return { status: 200, body: { items: accepted ? effectsOf(header.id, accepted.plan, events, nodes) : [] } };
  },
});

/** Of a sealed run its archive says all; a run that Temporal does not have yet has done nothing. */
async function seen(
  deps: ApiDeps,
  header: RunHeader,
  sealed: boolean,
): Promise<{ events: RunEvent[]; nodes: NodeView[] }> {
  const archived = sealed ? await archivedEvents(deps.db, header.id) : undefined;
  if (archived) return { events: archived, nodes: [] };
  try {
    const { events, view } = await deps.engine.seen(header);
    return { events, nodes: view.nodes };
  } catch (err) {
    if (!sealed && err instanceof Fault && err.code === 'NOT_FOUND') return { events: [], nodes: [] };
    throw err;
  }
}
