import type { JsonObject, Json } from '../../../../../../core/json.js';
import { api, ok } from '../../../../lib/api/client.js';
import type { components } from '../../../../lib/api/schema.js';

/** What somebody wants to be done, as the API takes it. */
export type Wish =
  | { do: 'pause' | 'resume'; node?: string }
  | { do: 'retry'; node: string; input?: Json; fresh?: true }
  | { do: 'skip'; node: string }
  | { do: 'set_output'; node: string; output: Json }
  | { do: 'amend'; by: { spec: string } | { patch: JsonObject } | { version: number } }
  | { do: 'redrive'; nodes?: string[]; inputs?: { [node: string]: Json }; fresh?: true }
  | { do: 'fork'; from: string; input?: Json; output?: Json }
  | { do: 'cancel' }
  | { do: 'terminate' }
  | { do: 'event'; name: string; key: string; data: Json };

type ActPreview = components['schemas']['ActPreview'];
export type Foreseen = Partial<ActPreview> &
  Partial<components['schemas']['CancelPreview']> & { changes?: components['schemas']['AmendmentChanges'] };

export interface Done {
  /** One sentence. */
  said: string;
  /** Of a fork: the new run. */
  run?: string;
}
interface How {
  reason: string;
  /** Asked again under the same key, a fork or an event is the same one. */
  key: string;
}

/** Of these nothing can be told before. */
export const canForesee = (wish: Wish): boolean => wish.do !== 'terminate' && wish.do !== 'event';

/** What would happen; nothing is done. Throws Problem as the act would be refused. */
export async function foresee(id: string, wish: Wish): Promise<Foreseen> {
  const answer = (await call(id, wish, { reason: 'a look ahead', key: '' }, true)) as {
    preview?: Foreseen;
    changes?: Foreseen['changes'];
  };
  return { ...answer.preview, ...(answer.changes ? { changes: answer.changes } : {}) };
}

/** Throws Problem. */
export async function carryOut(id: string, wish: Wish, how: How): Promise<Done> {
  const answer = (await call(id, wish, how, false)) as {
    id?: string;
    act?: string;
    outcome?: string;
    nodes?: string[];
  };
  switch (wish.do) {
    case 'fork':
      return { said: 'The fork was started.', run: answer.id! };
    case 'redrive':
      return { said: 'The run goes on.' };
    case 'cancel':
      return { said: 'The run is told to stop.' };
    case 'terminate':
      return { said: 'The run was terminated.' };
    case 'amend':
      return { said: 'The run goes on by the amended plan.' };
    case 'event':
      return { said: fateOf(answer.outcome, answer.nodes ?? []) };
    case 'retry':
      return { said: answer.act === 'retry_now' ? `${wish.node} is tried now.` : `${wish.node} is tried again.` };
    case 'skip':
      return { said: `${wish.node} was skipped.` };
    case 'set_output':
      return { said: `${wish.node} has its output.` };
    case 'pause':
      return { said: `${wish.node ?? 'The run'} was paused.` };
    case 'resume':
      return { said: `${wish.node ?? 'The run'} goes on.` };
  }
}

function fateOf(outcome: string | undefined, nodes: readonly string[]): string {
  if (outcome === 'delivered') return `The event woke ${nodes.join(', ')}.`;
  return outcome === 'repeated'
    ? 'The event had come before.'
    : 'The event lies in the mailbox for the first wait that begins.';
}

const BASE = '/api/v1/workflow_runs/{id}';

/** One line for each endpoint: the table that knows their paths. */
function call(id: string, wish: Wish, { reason, key }: How, preview: boolean): Promise<unknown> {
  const run = { params: { path: { id } } };
  const once = { params: { path: { id }, ...(key === '' ? {} : { header: { 'Idempotency-Key': key } }) } };
  const of = (node: string) => ({ params: { path: { id, key: node } } });
  const why = { reason, preview };
  switch (wish.do) {
    case 'pause':
      return wish.node === undefined
        ? ok(api.POST(`${BASE}/pause`, { ...run, body: why }))
        : ok(api.POST(`${BASE}/nodes/{key}/pause`, { ...of(wish.node), body: why }));
    case 'resume':
      return wish.node === undefined
        ? ok(api.POST(`${BASE}/resume`, { ...run, body: why }))
        : ok(api.POST(`${BASE}/nodes/{key}/resume`, { ...of(wish.node), body: why }));
    case 'retry': {
      const { do: _, node, ...rest } = wish;
      return ok(api.POST(`${BASE}/nodes/{key}/retry`, { ...of(node), body: { ...why, ...rest } }));
    }
    case 'skip':
      return ok(api.POST(`${BASE}/nodes/{key}/skip`, { ...of(wish.node), body: why }));
    case 'set_output':
      return ok(api.POST(`${BASE}/nodes/{key}/output`, { ...of(wish.node), body: { ...why, output: wish.output } }));
    case 'amend':
      return ok(api.POST(`${BASE}/amend`, { ...run, body: { ...why, ...wish.by } }));
    case 'redrive': {
      const { do: _, ...rest } = wish;
      return ok(api.POST(`${BASE}/redrive`, { ...run, body: { ...why, ...rest } }));
    }
    case 'fork': {
      const { do: _, ...rest } = wish;
      return ok(api.POST(`${BASE}/fork`, { ...once, body: { ...why, ...rest } }));
    }
    case 'cancel':
      return ok(api.POST(`${BASE}/cancel`, { ...run, body: why }));
    case 'terminate':
      return ok(api.POST(`${BASE}/terminate`, { ...run, body: { reason } }));
    case 'event': {
      const { name, key: about, data } = wish;
      const params = { ...once.params, path: { id, name } };
      return ok(api.POST(`${BASE}/events/{name}`, { params, body: { key: about, data } }));
    }
  }
}
