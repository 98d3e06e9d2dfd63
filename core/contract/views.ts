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
  fields: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .describe('What its spec’s `index` finds it by; absent: nothing.'),
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
    compensation: z
      .object({
        status: z
          .enum(['pending', 'running', 'held', 'completed', 'skipped'])
          .describe('skipped: a person said that it is undone.'),
        attempt: z.int(),
        input: anyJson,
        output: anyJson,
        error: nodeError.nullable(),
        started_at: time.nullable(),
        finished_at: time.nullable(),
      })
      .optional()
      .describe('Of a node that is undone, or is to be.'),
    origin: z.string().optional().describe('Of a fork’s node that was taken over: the run in which it ran.'),
  })
  .meta({ id: 'Node' });

export const amendmentChanges = z
  .object({ added: z.array(z.string()), removed: z.array(z.string()), changed: z.array(z.string()) })
  .meta({ id: 'AmendmentChanges', description: 'Keys of nodes, and edges as `from->to`.' });

const amendment = z
  .object({
    amendment: z.string(),
    version: z.int().optional().describe('Of the workflow, when the run was moved to another one.'),
    changes: amendmentChanges,
    ...{ actor: z.string(), reason: z.string(), at: time },
  })
  .meta({ id: 'Amendment' });

export const runView = z
  .object({
    ...header,
    status: runStatus,
    input: anyJson,
    output: anyJson,
    error: nodeError.nullable(),
    ending: z
      .enum(['failed', 'cancelled', 'timed_out'])
      .optional()
      .describe('It is going to end like this, when what it has done is undone.'),
    started_at: time.nullable(),
    finished_at: time.nullable(),
    nodes: z.array(nodeView),
    amendments: z.array(amendment).optional().describe('How it came to go on by another plan, in order.'),
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
