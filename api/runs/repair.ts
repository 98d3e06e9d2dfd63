import { z } from 'zod';
import { violations } from '../../adapters/json-schema/validate.js';
import { inTurn } from '../../adapters/temporal/in-turn.js';
import { unfit } from '../../core/contract/input.js';
import { type Act, ACTS } from '../../core/contract/work.js';
import { anyJson } from '../../core/contract/views.js';
import { undoTask } from '../../core/engine/facts.js';
import type { NodeView } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { text } from '../http/text.js';
import { specOf } from './plan.js';
import { headerOf, runId } from './read.js';

/** What people do to a living run. Each act has a reason, can be looked at first, and is on record with its actor. */
export const tag = 'repair';
const preview = z.boolean().default(false).describe('Only tell what would happen.');
export const why = { reason: text().min(1).max(1000), preview };
const ofNode = z.object({ id: z.string(), key: z.string() });
export const told = z
  .object({
    begins: z.array(z.object({ node: z.string(), again: z.boolean() })),
    effects: z.array(
      z.object({
        node: z.string(),
        key: z.string(),
        repeated: z.boolean().describe('An earlier attempt went out under this key.'),
      }),
    ),
    taken_back: z
      .array(z.string())
      .describe('Had begun or settled, and count no more: what has changed for them is done again, the rest stands.'),
    settles: z.array(z.object({ node: z.string(), status: z.string() })),
    may_run: z.array(z.string()).describe('Depending on what comes of those that begin.'),
    ends: z.string().nullable(),
    cost: z.null().describe('Nothing has a price yet.'),
  })
  .meta({ id: 'ActPreview' });
export const acting = {
  200: {
    description: 'Taken, or what would happen',
    schema: z.object({
      run_id: z.string(),
      act: z.enum([...ACTS, 'retry_now']),
      node_key: z.string().optional(),
      preview: told.optional(),
    }),
  },
  409: { description: 'The run or the node is not in a state for this, or the run is over' },
};

const common = { method: 'post', tag, action: 'runs:repair', responses: acting } as const;

export const pauseRun = endpoint({
  ...{ ...common, path: '/workflow_runs/:id/pause', summary: 'Begin nothing more until the run is resumed' },
  ...{ params: runId, body: z.strictObject(why) },
  handle: ({ caller, params, body }, deps) => act(deps, caller, params.id, body, { act: 'pause' }),
});

export const resumeRun = endpoint({
  ...{ ...common, path: '/workflow_runs/:id/resume', summary: 'Go on with a paused run' },
  ...{ params: runId, body: z.strictObject(why) },
  handle: ({ caller, params, body }, deps) => act(deps, caller, params.id, body, { act: 'resume' }),
});

export const pauseNode = endpoint({
  ...{ ...common, path: '/workflow_runs/:id/nodes/:key/pause', summary: 'Don’t begin a node until it is resumed' },
  ...{ params: ofNode, body: z.strictObject(why) },
  handle: ({ caller, params: { id, key }, body }, deps) => act(deps, caller, id, body, { act: 'pause', node: key }),
});

export const resumeNode = endpoint({
  ...{ ...common, path: '/workflow_runs/:id/nodes/:key/resume', summary: 'Go on with a paused node' },
  ...{ params: ofNode, body: z.strictObject(why) },
  handle: ({ caller, params: { id, key }, body }, deps) => act(deps, caller, id, body, { act: 'resume', node: key }),
});

export const skipNode = endpoint({
  ...{ ...common, path: '/workflow_runs/:id/nodes/:key/skip', summary: 'Go on without a node' },
  ...{ params: ofNode, body: z.strictObject(why) },
  handle: ({ caller, params: { id, key }, body }, deps) => act(deps, caller, id, body, { act: 'skip_node', node: key }),
});

export const setOutput = endpoint({
  ...{
    ...common,
    path: '/workflow_runs/:id/nodes/:key/output',
    summary: 'Say what a node puts out, instead of running it',
  },
  ...{ params: ofNode, body: z.strictObject({ ...why, output: anyJson }) },
  async handle({ caller, params: { id, key }, body: { output, ...body } }, deps) {
    await fits(deps, caller, id, key, output);
    const light = await deps.values.externalise(caller.orgId, output);
    return act(deps, caller, id, body, { act: 'set_output', node: key, output: light });
  },
});

export const retryNode = endpoint({
  ...{
    ...common,
    path: '/workflow_runs/:id/nodes/:key/retry',
    summary: 'Try a held node again, or make the next attempt now',
  },
  ...{
    params: ofNode,
    body: z.strictObject({
      ...why,
      input: anyJson
        .optional()
        .describe('Instead of the node’s input as the run shows it: another effect, with a new key.'),
      fresh: z.boolean().optional().describe('The same effect once more, with a new key.'),
    }),
  },
  async handle({ caller, params: { id, key }, body: { input, fresh, ...body } }, deps) {
    const { attempt: own, status, compensation } = await nodeOf(deps, caller, id, key);
    const attempt = compensation?.status === 'held' ? compensation.attempt : own;
    const plain = input === undefined && !fresh && !body.preview;
    const undoes = compensation?.status === 'running';
    const task = undoes ? undoTask(key) : key;
    if (plain && (undoes || status === 'queued' || status === 'running') && (await deps.engine.retryNow(id, task))) {
      await deps.audit.record(caller.orgId, caller.subject, 'run.retry_now', `${id}/${key}`, { reason: body.reason });
      return { status: 200, body: { run_id: id, act: 'retry_now', node_key: key } };
    }
    const edited = input === undefined ? {} : { input: await deps.values.externalise(caller.orgId, input) };
    const wish = { ...edited, ...(fresh ? { fresh } : {}), attempts: attempt };
    return act(deps, caller, id, body, { act: 'retry_node', node: key, ...wish });
  },
});

type Wish<A = Act> = A extends Act ? Omit<A, 'actor' | 'reason' | 'at'> : never;

/** Takes the act, or tells what it would bring about. */
export async function act(
  deps: ApiDeps,
  caller: Caller,
  run: string,
  { reason, preview: only }: { reason: string; preview: boolean },
  wish: Wish,
): Promise<Reply> {
  const header = await headerOf(deps, caller.orgId, run);
  if (header.sealed) throw new Fault('RUN_CLOSED', `run ${run} is over`);
  const taken = { ...wish, actor: caller.subject, reason, at: new Date().toISOString() } as Act;
  const body = { run_id: run, act: wish.act, ...(wish.node === undefined ? {} : { node_key: wish.node }) };
  if (only) return { status: 200, body: { ...body, preview: await inTurn(() => deps.engine.preview(header, taken)) } };
  await inTurn(() => deps.engine.act(run, taken));
  const subject = wish.node === undefined ? run : `${run}/${wish.node}`;
  await deps.audit.record(caller.orgId, caller.subject, `run.${wish.act}`, subject, { reason });
  return { status: 200, body };
}

async function nodeOf(deps: ApiDeps, caller: Caller, run: string, key: string): Promise<NodeView> {
  const header = await headerOf(deps, caller.orgId, run);
  if (header.sealed) throw new Fault('RUN_CLOSED', `run ${run} is over`);
  const node = (await deps.engine.view(header)).nodes.find((each) => each.key === key);
  if (!node) throw new Fault('NOT_FOUND', `the run has no node ${key}`);
  return node;
}

/** Throws OUTPUT_INVALID with every problem when the output does not fit the schema that the spec gives the node. */
export async function fits(deps: ApiDeps, caller: Caller, run: string, key: string, output: Json): Promise<void> {
  const { plan } = await specOf(deps, await headerOf(deps, caller.orgId, run));
  const schema = plan.nodes.find((node) => node.key === key)?.output;
  const problems = schema ? violations(schema, output) : [];
  if (problems.length > 0)
    throw unfit('OUTPUT_INVALID', `the output does not fit the schema of node ${key}`, '/output', problems);
}
