import { z } from 'zod';
import { anyJson, runStatus, started } from '../../core/contract/views.js';
import { previewOfStart } from '../../core/engine/preview.js';
import type { RunHeader } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { isRepeat, resourceId } from '../http/mount.js';
import { text } from '../http/text.js';
import { headerOf, runId } from './read.js';
import { fits, told } from './repair.js';
import { metadata } from './start.js';

/** A run that is over goes on (redrive), or another begins out of its past (fork). */
const tag = 'repair';
const preview = z.boolean().default(false).describe('Only tell what would happen.');
const why = { reason: text().min(1).max(1000), preview };
const nodeKey = text().min(1).max(200);

export const redriveRun = endpoint({
  method: 'post',
  path: '/workflow_runs/:id/redrive',
  tag,
  summary: 'Run again what failed in a run that is over; what completed is kept',
  action: 'runs:repair',
  params: runId,
  body: z.strictObject({
    ...why,
    nodes: z
      .array(nodeKey)
      .min(1)
      .max(1000)
      .optional()
      .describe('Of a run that completed: the failed nodes that are to run again.'),
    inputs: z
      .record(z.string(), anyJson)
      .optional()
      .describe('By node, instead of its input as the run shows it: another effect, with a new key.'),
    fresh: z.boolean().optional().describe('All effects once more, with new keys.'),
  }),
  responses: {
    200: {
      description: 'What would happen',
      schema: z.object({ id: z.string(), redrive: z.int(), preview: told }),
    },
    202: {
      description: 'Accepted: the same run goes on',
      schema: z.object({ id: z.string(), status: runStatus, redrive: z.int().describe('Which redrive it is.') }),
    },
    409: { description: 'The run is open, or there is nothing in it to run again' },
  },
  async handle({ caller, params, body: { preview: only, inputs, ...wish } }, deps) {
    const { sealed: _sealed, ...header } = await headerOf(deps, caller.orgId, params.id);
    if (header.parent)
      throw new Fault('RUN_STATE', `run ${header.id} is a part of run ${header.parent.run_id}: redrive that one`, {
        details: { parent: header.parent },
      });
    const edited = inputs && (await externalised(deps, caller, inputs));
    const at = new Date().toISOString();
    const { past, start } = await deps.redrives.plan(header, {
      ...{ actor: caller.subject, reason: wish.reason, at },
      ...(wish.nodes ? { nodes: wish.nodes } : {}),
      ...(edited ? { inputs: edited } : {}),
      ...(wish.fresh ? { fresh: true } : {}),
    });
    const redrive = (header.redriven ?? 0) + 1;
    if (only) return { status: 200, body: { id: header.id, redrive, preview: previewOfStart(past.walk, start) } };
    await deps.redrives.begin(header.id, start);
    await deps.audit.record(caller.orgId, caller.subject, 'run.redrive', header.id, {
      ...{ reason: wish.reason, redrive },
      ...(wish.nodes ? { nodes: wish.nodes } : {}),
      ...(inputs ? { inputs: Object.keys(inputs) } : {}),
      ...(wish.fresh ? { fresh: true } : {}),
    });
    return {
      status: 202,
      headers: { location: `/api/v1/workflow_runs/${header.id}` },
      body: { id: header.id, status: 'queued', redrive },
    };
  },
});

async function externalised(
  deps: ApiDeps,
  { orgId }: Caller,
  inputs: Record<string, Json>,
): Promise<Record<string, Json>> {
  const all = Object.entries(inputs).map(async ([key, input]) => [key, await deps.values.externalise(orgId, input)]);
  return Object.fromEntries(await Promise.all(all)) as Record<string, Json>;
}

export const forkRun = endpoint({
  method: 'post',
  path: '/workflow_runs/:id/fork',
  tag,
  summary: 'Start a new run out of the past of another, from a node on',
  action: 'runs:repair',
  idempotent: true,
  params: runId,
  body: z.strictObject({
    ...why,
    from: nodeKey.describe('What does not hang on this node, and has settled, is taken over from the record.'),
    input: anyJson.optional().describe('Instead of the node’s input as the run shows it.'),
    output: anyJson.optional().describe('The node has this output, and does not run.'),
    metadata: metadata.removeDefault().optional().describe('Absent: as the other run has it.'),
  }),
  responses: {
    200: { description: 'What would happen', schema: z.object({ preview: told }) },
    202: { description: 'Accepted: a new run', schema: started.extend({ forked_from: forkOrigin() }) },
    409: { description: 'The node has not settled' },
    422: { description: 'The output does not fit the node’s schema' },
  },
  async handle({ caller, params, body, req }, deps) {
    const header = await headerOf(deps, caller.orgId, params.id);
    const id = resourceId(req);
    const before = isRepeat(req) ? await deps.runs.accepted(id) : undefined;
    if (before) {
      await deps.engine.start(before);
      return accepted(before.header);
    }
    const { from, reason, preview: only, input, output } = body;
    if (output !== undefined) await fits(deps, caller, header.id, from, output);
    const past = await deps.forks.past(header);
    const origin = (await deps.runs.accepted(header.id))!;
    const { sealed: _sealed, redriven: _redriven, parent: _parent, ...old } = header;
    const fresh: RunHeader = {
      ...{ ...old, id, starter: caller.subject, created_at: new Date().toISOString() },
      metadata: (body.metadata as Json | undefined) ?? old.metadata,
      forked_from: { run_id: header.id, node_key: from },
    };
    const light = async (value: Json) => deps.values.externalise(caller.orgId, value);
    const wish = {
      ...{ actor: caller.subject, reason, at: fresh.created_at, from },
      ...(input === undefined ? {} : { input: await light(input) }),
      ...(output === undefined ? {} : { output: await light(output) }),
    };
    const start = deps.forks.plan(past, wish, fresh, origin.author);
    if (only) return { status: 200, body: { preview: previewOfStart(past.walk, start) } };
    const run = await deps.forks.begin({ ...origin, header: fresh, taken_up: start });
    await deps.audit.record(caller.orgId, caller.subject, 'run.fork', header.id, { reason, from, fork: id });
    return accepted(run.header);
  },
});

function forkOrigin() {
  return z.object({ run_id: z.string(), node_key: z.string() });
}

function accepted({ id, workflow_id, workflow, version, alias, forked_from }: RunHeader): Reply {
  return {
    status: 202,
    headers: { location: `/api/v1/workflow_runs/${id}` },
    body: {
      ...{ id, status: 'queued', workflow_id, workflow, version, forked_from },
      ...(alias === undefined ? {} : { alias }),
    },
  };
}
