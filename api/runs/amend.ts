import { z } from 'zod';
import { checkedInput } from '../../adapters/postgres/runs.js';
import { amendmentChanges } from '../../core/contract/views.js';
import type { RunHeader } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import { isSame } from '../../core/json-diff.js';
import type { Json, JsonObject } from '../../core/json.js';
import { MAX_AMENDMENT_BYTES, MAX_INT, MAX_SPEC_BYTES } from '../../core/limits.js';
import { diffPlans, type PlanDiff } from '../../core/spec/diff.js';
import { patched, type SpecPatch } from '../../core/spec/patch.js';
import type { Plan } from '../../core/spec/plan.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { compiled, found } from '../workflows/endpoints.js';
import { act, acting, tag, why } from './repair.js';
import { specOf } from './plan.js';
import { headerOf, runId } from './read.js';

const edge = z.strictObject({
  from: z.string(),
  to: z.string(),
  on: z.enum(['success', 'failure', 'always']).optional(),
});
const json = z.record(z.string(), z.json());
const patch = z
  .strictObject({
    nodes: z
      .record(z.string(), json.nullable())
      .optional()
      .describe('By key, as in a spec; null removes the node, with its edges.'),
    remove_edges: z.array(edge).max(1000).optional(),
    add_edges: z.array(json).max(1000).optional(),
    output: z.json().optional(),
  })
  .describe('A change of the spec by which the run goes on now.');

const wish = z
  .strictObject({
    ...why,
    spec: z.union([z.string(), json]).optional().describe('The whole spec: a JSON object, or YAML as text.'),
    patch: patch.optional(),
    version: z
      .int()
      .min(1)
      .max(MAX_INT)
      .optional()
      .describe('A version of the run’s workflow: the run is moved to it.'),
  })
  .refine(({ spec, patch, version }) => [spec, patch, version].filter((each) => each !== undefined).length === 1, {
    error: 'say by what the run is to go on: one of spec, patch and version',
  });

export const amendRun = endpoint({
  method: 'post',
  path: '/workflow_runs/:id/amend',
  tag,
  summary: 'Go on by another plan: what has not started may be changed',
  action: 'runs:repair',
  params: runId,
  body: wish,
  responses: {
    ...acting,
    200: {
      description: 'Taken, or what would happen',
      schema: acting[200].schema.extend({ amendment: z.string().optional(), changes: amendmentChanges }),
    },
    422: { description: 'The spec has errors, or the run’s input does not fit it' },
  },
  async handle({ caller, params, body }, deps) {
    const header = await headerOf(deps, caller.orgId, params.id);
    if (header.sealed) throw new Fault('RUN_CLOSED', `run ${header.id} is over`);
    const now = await specOf(deps, header);
    const wanted = await wantedBy(deps, caller, header, now.spec_text, body);
    return amend(deps, caller, { header, was: now.plan, wanted, ...body });
  },
});

interface Wanted {
  spec_text: string;
  plan: Plan;
  version?: number;
}

async function wantedBy(
  deps: ApiDeps,
  caller: Caller,
  header: RunHeader,
  now: string,
  { spec, patch, version }: z.infer<typeof wish>,
): Promise<Wanted> {
  if (version !== undefined) {
    const { spec_text, plan } = await found(deps, caller.orgId, header.workflow, { version });
    return { spec_text, plan, version };
  }
  const isText = typeof spec === 'string';
  const text = isText
    ? spec
    : JSON.stringify(spec ?? patched(compiled(now, isJson(now)).spec, patch as SpecPatch), null, 2);
  return { spec_text: text, plan: compiled(text, !isText || isJson(text)).plan };
}

const isJson = (text: string): boolean => /^\s*\{/.test(text);

/** Brings one run to go on by the wanted plan, or tells what would happen. Throws RUN_STATE with every place where it can't. */
export async function amend(
  deps: ApiDeps,
  caller: Caller,
  {
    header,
    was,
    wanted: { spec_text, plan, version },
    reason,
    preview,
  }: { header: RunHeader & { sealed: boolean }; was: Plan; wanted: Wanted; reason: string; preview: boolean },
): Promise<Reply> {
  if (JSON.stringify(plan).length > MAX_AMENDMENT_BYTES)
    throw new Fault(
      'TOO_LARGE',
      `the plan weighs more than ${MAX_AMENDMENT_BYTES} bytes, which is what a message to a run may`,
    );
  if (isSame(plan as unknown as Json, was as unknown as Json))
    throw new Fault('RUN_STATE', 'the run goes by this plan already', { details: { same: true } });
  if (!isSame(was.input ?? {}, plan.input ?? {})) await inputFits(deps, header, plan);
  const changes = changesOf(diffPlans(was, plan));
  const amendment = preview ? 'preview' : await deps.amendments.put(header.id, spec_text, plan);
  const about = { act: 'amend' as const, amendment, plan: plan as unknown as Json, changes };
  try {
    const { status, body } = await act(
      deps,
      caller,
      header.id,
      { reason, preview },
      { ...about, ...(version === undefined ? {} : { version }) },
    );
    return { status, body: { ...(body as JsonObject), changes, ...(preview ? {} : { amendment }) } };
  } catch (err) {
    if (err instanceof Fault && err.code !== 'UNAVAILABLE' && !preview) await deps.amendments.drop(amendment);
    throw err;
  }
}

/** Expressions rely on what the schema says of the input. */
async function inputFits(deps: ApiDeps, { id, org_id }: RunHeader, plan: Plan): Promise<void> {
  const input = await deps.values.hydrate(org_id, (await deps.runs.accepted(id))!.input, MAX_SPEC_BYTES);
  if (!isSame(checkedInput({ plan }, input), input))
    throw new Fault('RUN_STATE', 'the plan’s input schema has defaults that the run’s input was not given');
}

function changesOf({ nodes, edges }: PlanDiff): z.infer<typeof amendmentChanges> {
  const way = ({ from, to }: { from: string; to: string }) => `${from}->${to}`;
  return {
    added: [...nodes.added.map(({ key }) => key), ...nodes.renamed.map(({ to }) => to), ...edges.added.map(way)],
    removed: [
      ...nodes.removed.map(({ key }) => key),
      ...nodes.renamed.map(({ from }) => from),
      ...edges.removed.map(way),
    ],
    changed: [...nodes.changed.map(({ key }) => key), ...edges.changed.map(way)],
  };
}
