import { z } from 'zod';
import { runStatus } from '../../core/contract/views.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { MAX_INT } from '../../core/limits.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { decodeCursor, encodeCursor } from '../http/page.js';
import { text } from '../http/text.js';
import { amend } from '../runs/amend.js';
import { specOf } from '../runs/plan.js';
import { byReference, found } from './endpoints.js';

const outcome = z.object({
  run_id: z.string(),
  from: z.int().describe('The version that it started with.'),
  outcome: z.enum(['migrated', 'would_migrate', 'already', 'refused']),
  reason: z.string().optional(),
  problems: z.json().optional().describe('What of it has started, and is another in the version.'),
});

export const migrateRuns = endpoint({
  method: 'post',
  path: '/workflows/:id/migrate',
  tag: 'workflows',
  summary: 'Move open runs to this version, where what has started allows it',
  action: 'runs:repair',
  params: byReference,
  body: z.strictObject({
    reason: text().min(1).max(1000),
    preview: z.boolean().default(false).describe('Only tell what would happen.'),
    from: z
      .array(z.int().min(1).max(MAX_INT))
      .max(100)
      .optional()
      .describe('Only runs that started with one of these versions.'),
    status: z
      .array(runStatus.extract(['queued', 'running', 'waiting', 'held', 'paused']))
      .min(1)
      .default(['waiting', 'held', 'paused']),
    limit: z.int().min(1).max(50).default(20).describe('Runs that are looked at in one request.'),
    cursor: text().optional(),
  }),
  responses: {
    200: {
      description: 'Run by run, newest first',
      schema: z.object({ version: z.int(), items: z.array(outcome), next_cursor: z.string().nullable() }),
    },
  },
  async handle({ caller, params, body }, deps) {
    const { status, limit, cursor, ...wish } = body;
    const workflow = await found(deps, caller.orgId, params.id);
    const place = decodeCursor(cursor, 'time', 'text');
    const filter = { workflow: workflow.name, status };
    const before = place && { createdAt: place[0], id: place[1] };
    const { rows: items, next } = await deps.runs.list(caller.orgId, filter, limit, before);
    const next_cursor = next ? encodeCursor([next.createdAt.toISOString(), next.id]) : null;
    const told = [];
    for (const { id, version } of items)
      if (!wish.from || wish.from.includes(version))
        told.push(await migrated(deps, caller, id, version, workflow, wish));
    return { status: 200, body: { version: workflow.version, items: told, next_cursor } };
  },
});

async function migrated(
  deps: ApiDeps,
  caller: Caller,
  run: string,
  from: number,
  wanted: Awaited<ReturnType<typeof found>>,
  wish: { reason: string; preview: boolean },
): Promise<z.infer<typeof outcome>> {
  try {
    const header = await deps.runs.header(caller.orgId, run);
    if (!header || header.sealed) throw new Fault('RUN_CLOSED', `run ${run} is over`);
    const { plan: was } = await specOf(deps, header);
    await amend(deps, caller, { header, was, wanted, ...wish });
    return { run_id: run, from, outcome: wish.preview ? 'would_migrate' : 'migrated' };
  } catch (err) {
    if (!(err instanceof Fault) || err.code === 'UNAVAILABLE') throw err;
    const { same, problems } = (err.details ?? {}) as { same?: boolean; problems?: Json };
    if (same) return { run_id: run, from, outcome: 'already' };
    return {
      run_id: run,
      from,
      outcome: 'refused',
      reason: err.message,
      ...(problems === undefined ? {} : { problems }),
    };
  }
}
