import { z } from 'zod';
import { type AcceptedRun, checkedInput } from '../../adapters/postgres/runs.js';
import type { StoredWorkflow } from '../../adapters/postgres/workflows.js';
import { started } from '../../core/contract/views.js';
import { weighs } from '../../core/engine/weigh.js';
import type { Json } from '../../core/json.js';
import { INLINE_BYTES, MAX_INT } from '../../core/limits.js';
import { aliasIn } from '../../core/spec/reference.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { isRepeat, resourceId } from '../http/mount.js';
import { checkLimits } from '../limits/known.js';
import { byReference, found, register } from '../workflows/endpoints.js';

const tag = 'runs';
/** Of a run: small, for it travels with the run. */
export const metadata = z
  .record(z.string(), z.json())
  .refine(
    (value) => !weighs(value as Json, INLINE_BYTES),
    `it may weigh ${INLINE_BYTES} bytes; what is larger belongs into the input`,
  )
  .default({});

interface Given {
  id: string;
  input: Json;
  metadata: Json;
  alias?: string | undefined;
  priority?: number | undefined;
}
const priority = z.int().min(1).max(5).optional().describe('Instead of what the spec says: 1 goes first, 5 last.');

/** What a run is started with: its input checked, and what is large of it taken out. */
export async function newRun(
  deps: Pick<ApiDeps, 'values'>,
  caller: Pick<Caller, 'orgId' | 'subject'>,
  workflow: StoredWorkflow,
  given: Given,
): Promise<AcceptedRun> {
  const input = await deps.values.externalise(caller.orgId, checkedInput(workflow, given.input));
  return {
    plan: workflow.plan,
    author: workflow.created_by,
    input,
    ...(given.priority === undefined ? {} : { priority: given.priority }),
    header: {
      ...{
        id: given.id,
        org_id: caller.orgId,
        workflow_id: workflow.id,
        workflow: workflow.name,
        version: workflow.version,
      },
      ...{ starter: caller.subject, metadata: given.metadata, created_at: new Date().toISOString() },
      ...(given.alias === undefined ? {} : { alias: given.alias }),
    },
  };
}

/** Writes the row, then starts the workflow. If the process dies in between, the projector starts it. */
async function start(deps: ApiDeps, caller: Caller, workflow: StoredWorkflow, given: Given): Promise<Reply> {
  await checkLimits(deps, caller.orgId, workflow.plan);
  return begin(deps, await deps.runs.accept(await newRun(deps, caller, workflow, given)));
}

async function begin(deps: ApiDeps, accepted: AcceptedRun): Promise<Reply> {
  await deps.engine.start(accepted);
  const { id, workflow_id, workflow, version, alias } = accepted.header;
  return {
    status: 202,
    headers: { location: `/api/v1/workflow_runs/${id}` },
    body: { id, status: 'queued', workflow_id, workflow, version, ...(alias === undefined ? {} : { alias }) },
  };
}

export const startRun = endpoint({
  method: 'post',
  path: '/workflows/:id/run',
  tag,
  summary: 'Start a run',
  action: 'runs:start',
  idempotent: true,
  params: byReference,
  body: z.strictObject({
    input: z.json().default({}),
    metadata,
    version: z.int().min(1).max(MAX_INT).optional(),
    priority,
  }),
  responses: {
    202: { description: 'Accepted', schema: started },
    422: { description: 'The input does not fit its schema, or a limit that the spec names does not exist' },
  },
  async handle({ caller, params, body, req }, deps) {
    const { version, ...given } = body;
    const id = resourceId(req);
    // The name or the alias may lead elsewhere by now, or nowhere.
    const before = isRepeat(req) ? await deps.runs.accepted(id) : undefined;
    if (before) return begin(deps, before);
    const workflow = await found(deps, caller.orgId, params.id, { version, run: id });
    return start(deps, caller, workflow, { id, ...given, alias: aliasIn(params.id) });
  },
});

export const startInline = endpoint({
  method: 'post',
  path: '/workflow_runs',
  tag,
  summary: 'Register a spec and start a run of it at once',
  action: 'runs:start',
  idempotent: true,
  body: z.strictObject({
    spec: z.union([z.string(), z.record(z.string(), z.json())]).describe('The spec: a JSON object, or YAML as text.'),
    input: z.json().default({}),
    metadata,
    priority,
  }),
  responses: {
    202: { description: 'Accepted', schema: started },
    422: { description: 'The spec or the input has errors' },
  },
  async handle({ caller, body, req }, deps) {
    const isText = typeof body.spec === 'string';
    const { workflow } = await register(
      deps,
      caller,
      isText ? (body.spec as string) : JSON.stringify(body.spec),
      !isText,
    );
    return start(deps, caller, workflow, {
      id: resourceId(req),
      input: body.input,
      metadata: body.metadata,
      priority: body.priority,
    });
  },
});
