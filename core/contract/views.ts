import { z } from 'zod';

/** What the API sends, as schemas shared by api, web and cli. JSON is in snake_case. */

const time = z.iso.datetime();
export const anyJson = z.json().meta({ id: 'Json' });

export const nodeError = z
  .object({ code: z.string(), message: z.string(), details: anyJson.optional() })
  .meta({ id: 'NodeError' });

export const runStatus = z
  .enum([
    'queued',
    'running',
    'waiting',
    'held',
    'paused',
    'completed',
    'failed',
    'cancelled',
    'terminated',
    'timed_out',
  ])
  .meta({ id: 'RunStatus' });
export const nodeStatus = z
  .enum(['pending', 'queued', 'running', 'waiting', 'held', 'completed', 'failed', 'skipped', 'cancelled'])
  .meta({ id: 'NodeStatus' });

const header = {
  id: z.string(),
  org_id: z.string(),
  workflow_id: z.string(),
  workflow: z.string(),
  version: z.int(),
  starter: z.string(),
  metadata: anyJson,
  created_at: time,
  parent: z.object({ run_id: z.string(), node_key: z.string() }).optional(),
  alias: z.string().optional().describe('The alias by which the version was chosen.'),
  redriven: z.int().optional().describe('How often it was redriven; absent: never.'),
  forked_from: z
    .object({ run_id: z.string(), node_key: z.string() })
    .optional()
    .describe('Of a fork: out of whose past it began, and from which node on it is another run.'),
};

export const runSummary = z
  .object({ ...header, status: runStatus, started_at: time.nullable(), finished_at: time.nullable() })
  .meta({ id: 'RunSummary' });

export const nodeView = z
  .object({
    key: z.string().describe('Of a map’s item: `key[index]`.'),
    type: z.string(),
    status: nodeStatus,
    attempt: z.int(),
    input: anyJson,
    output: anyJson,
    error: nodeError.nullable(),
    queued_at: time.nullable(),
    started_at: time.nullable(),
    finished_at: time.nullable(),
    why: z.string().nullable().describe('Why it is where it is, in one sentence.'),
    items: z.object({ total: z.int(), completed: z.int(), failed: z.int() }).optional(),
    run_id: z.string().optional(),
    origin: z.string().optional().describe('Of a fork’s node that was taken over: the run in which it ran.'),
  })
  .meta({ id: 'Node' });

export const runView = z
  .object({
    ...header,
    status: runStatus,
    input: anyJson,
    output: anyJson,
    error: nodeError.nullable(),
    started_at: time.nullable(),
    finished_at: time.nullable(),
    nodes: z.array(nodeView),
    cursor: z.string().describe('Of the newest durable event that this view contains.'),
  })
  .meta({ id: 'Run' });

export const workflowVersion = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.int(),
    description: z.string().nullable(),
    hash: z.string(),
    created_by: z.string(),
    created_at: time,
  })
  .meta({ id: 'WorkflowVersion' });

const routes = z.array(z.object({ version: z.int(), weight: z.int().describe('In percent.') }));

export const workflowAlias = z
  .object({
    alias: z.string(),
    routes: routes.describe('By ascending version; the weights sum to 100.'),
    revision: z.string().describe('Another after each change; in quotes it is the ETag.'),
    updated_by: z.string(),
    updated_at: time,
  })
  .meta({ id: 'WorkflowAlias' });

export const aliasChange = z
  .object({
    revision: z.string(),
    from: routes.nullable().describe('Null: there was none.'),
    to: routes.nullable().describe('Null: it was removed.'),
    by: z.string(),
    at: time,
  })
  .meta({ id: 'AliasChange' });

export const started = z
  .object({
    ...{ id: z.string(), status: runStatus, workflow_id: z.string(), workflow: z.string(), version: z.int() },
    alias: header.alias,
  })
  .meta({ id: 'StartedRun' });

export const logLine = z
  .object({
    run_id: z.string(),
    node_key: z.string(),
    attempt: z.int(),
    seq: z.int(),
    at: time,
    stream: z.enum(['stdout', 'stderr', 'system']),
    text: z.string(),
  })
  .meta({ id: 'LogLine' });

export const gate = z
  .object({
    run_id: z.string(),
    node_key: z.string(),
    status: z.enum(['open', 'decided', 'closed']),
    title: z.string(),
    show: anyJson,
    role: z.string().nullable().describe('Null: a policy says who decides.'),
    opened_at: time,
    due_at: time.nullable(),
    evidence: z.string().nullable().describe('Hash of what is shown; a decision names it.'),
    form: anyJson.describe('JSON Schema of what a decision brings along.'),
    votes: anyJson.describe('Decisions so far, of a gate with a policy.'),
    waits_for: z.string().nullable(),
    decision: anyJson,
    closed_at: time.nullable(),
  })
  .meta({ id: 'Gate' });
