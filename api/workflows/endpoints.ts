import { z } from 'zod';
import { schemaProblem } from '../../adapters/json-schema/validate.js';
import type { StoredWorkflow, Wanted } from '../../adapters/postgres/workflows.js';
import { workflowVersion } from '../../core/contract/views.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { type Compiled, compile } from '../../core/spec/compile.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { wholeNumber } from '../http/number.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';
import { text as queryText } from '../http/text.js';

const tag = 'workflows';
const text = [
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
  'text/x-yaml',
  'text/plain',
  'application/json',
] as const;
export const byReference = z.object({
  id: z
    .string()
    .describe('Id of a version, or the workflow’s name for its newest; `name@3` and `name@alias` lead to others.'),
});
const spec = z.string().meta({ description: 'The spec, YAML or JSON.' });

/** Compiles a spec as it was sent. Throws SPEC_INVALID with every problem (P5). */
export function compiled(source: string, isJson: boolean): Extract<Compiled, { ok: true }> {
  const result = compile(source, { format: isJson ? 'json' : 'yaml', schemaProblem });
  if (result.ok) return result;
  const { problems } = result;
  throw new Fault(
    'SPEC_INVALID',
    `the spec has ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}`,
    { details: { errors: problems as unknown as Json } },
  );
}

export async function register(
  deps: ApiDeps,
  caller: Caller,
  source: string,
  isJson: boolean,
  compare?: 'content' | 'text',
): Promise<{ workflow: StoredWorkflow; created: boolean }> {
  const { plan, spec: document } = compiled(source, isJson);
  const result = await deps.workflows.create({
    orgId: caller.orgId,
    text: source,
    spec: document,
    plan,
    createdBy: caller.subject,
    compare,
  });
  if (result.created)
    await deps.audit.record(caller.orgId, caller.subject, 'workflow.create', result.workflow.id, {
      name: plan.name,
      version: result.workflow.version,
    });
  return result;
}

/** The version that a reference in a path leads to. Throws NOT_FOUND. */
export async function found(deps: ApiDeps, orgId: string, id: string, wanted: Wanted = {}): Promise<StoredWorkflow> {
  const workflow = await deps.workflows.find(orgId, id, wanted);
  if (!workflow)
    throw new Fault(
      'NOT_FOUND',
      `there is no workflow ${id}${wanted.version === undefined ? '' : ` v${wanted.version}`}`,
    );
  return workflow;
}

export const summaryOf = ({ spec_text: _text, plan, ...rest }: StoredWorkflow) => ({
  ...rest,
  description: plan.description ?? null,
});

export const createWorkflow = endpoint({
  method: 'post',
  path: '/workflows',
  tag,
  summary: 'Register a workflow, or the next version of one',
  action: 'workflows:write',
  text,
  query: z.strictObject({
    compare: z
      .enum(['content', 'text'])
      .default('content')
      .describe('What makes the next version: other content than the newest, or also other comments and layout.'),
  }),
  body: spec,
  responses: {
    201: { description: 'A new version', schema: workflowVersion },
    200: { description: 'The same content again: the version that exists', schema: workflowVersion },
    422: { description: 'The spec has errors: all of them, each with its place' },
  },
  async handle({ caller, query: { compare }, body, req }, deps) {
    const { workflow, created } = await register(deps, caller, body, Boolean(req.is('application/json')), compare);
    return {
      status: created ? 201 : 200,
      headers: { location: `/api/v1/workflows/${workflow.id}`, etag: `"${workflow.id}"` },
      body: summaryOf(workflow),
    };
  },
});

export const validateWorkflow = endpoint({
  method: 'post',
  path: '/workflows/validate',
  tag,
  summary: 'Check a spec without registering it',
  action: 'read',
  text,
  body: spec,
  responses: {
    200: {
      description: 'It compiles',
      schema: z.object({ valid: z.literal(true), name: z.string(), nodes: z.int(), edges: z.int() }),
    },
    422: { description: 'The spec has errors' },
  },
  handle({ body, req }) {
    const { plan } = compiled(body, Boolean(req.is('application/json')));
    return Promise.resolve({
      status: 200,
      body: { valid: true, name: plan.name, nodes: plan.nodes.length, edges: plan.edges.length },
    });
  },
});

export const listWorkflows = endpoint({
  method: 'get',
  path: '/workflows',
  tag,
  summary: 'The newest version of each workflow',
  action: 'read',
  query: z.strictObject({
    ...pageQuery,
    q: queryText()
      .min(1)
      .max(200)
      .optional()
      .describe('Words, in any order and as parts of words: of the name, the description, and who made the version.'),
  }),
  responses: { 200: { description: 'One page', schema: pageOf(workflowVersion) } },
  async handle({ caller, query: { cursor, limit, q } }, deps) {
    const place = decodeCursor(cursor, 'time', 'text');
    const before = place && { createdAt: place[0], id: place[1] };
    const rows = await deps.workflows.list(caller.orgId, limit + 1, { before, q });
    return { status: 200, body: page(rows, limit, ({ created_at, id }) => [created_at, id]) };
  },
});

export const getWorkflow = endpoint({
  method: 'get',
  path: '/workflows/:id',
  tag,
  summary: 'A workflow version',
  action: 'read',
  params: byReference,
  query: z.strictObject({ version: wholeNumber(1).optional() }),
  responses: {
    200: { description: 'The version with its spec', schema: workflowVersion.extend({ spec: z.string() }) },
    304: { description: 'Not modified' },
  },
  async handle({ caller, params, query }, deps) {
    const workflow = await found(deps, caller.orgId, params.id, query);
    const headers = { etag: `"${workflow.id}"` };
    return { status: 200, headers, body: { ...summaryOf(workflow), spec: workflow.spec_text } };
  },
});

export const listVersions = endpoint({
  method: 'get',
  path: '/workflows/:id/versions',
  tag,
  summary: 'All versions of a workflow, newest first',
  action: 'read',
  params: byReference,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page', schema: pageOf(workflowVersion) } },
  async handle({ caller, params, query: { cursor, limit } }, deps) {
    const { name } = await found(deps, caller.orgId, params.id);
    const place = decodeCursor(cursor, 'number');
    const rows = await deps.workflows.versions(caller.orgId, name, limit + 1, place?.[0]);
    return { status: 200, body: page(rows, limit, ({ version }) => [version]) };
  },
});

export const getPlan = endpoint({
  method: 'get',
  path: '/workflows/:id/plan',
  tag,
  summary: 'The compiled plan of a version',
  action: 'read',
  params: byReference,
  responses: { 200: { description: 'The plan', schema: z.json() }, 304: { description: 'Not modified' } },
  async handle({ caller, params }, deps) {
    const workflow = await found(deps, caller.orgId, params.id);
    return { status: 200, headers: { etag: `"${workflow.id}"` }, body: workflow.plan };
  },
});
