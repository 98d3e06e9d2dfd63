import { z } from 'zod';
import type { Runs } from '../../adapters/postgres/runs.js';
import { archivedHistory, storedView } from '../../adapters/postgres/seal.js';
import { runView } from '../../core/contract/views.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import type { ApiDeps } from '../deps.js';
import { endpoint } from '../http/endpoint.js';

const tag = 'runs';
export const runId = z.object({ id: z.string() });

export async function headerOf(deps: ApiDeps, orgId: string, id: string): Promise<RunHeader & { sealed: boolean }> {
  const header = await deps.runs.header(orgId, id);
  if (!header) throw new Fault('NOT_FOUND', `there is no run ${id}`);
  return header;
}

/** A closed run as it was sealed; any other as the fold of its history now. A run that is not started yet is shown as queued. */
export async function viewOf(deps: ApiDeps, { sealed, ...header }: RunHeader & { sealed: boolean }): Promise<RunView> {
  const stored = sealed ? await storedView(deps.db, header.id) : undefined;
  if (stored) return stored;
  try {
    return await deps.engine.view(header);
  } catch (err) {
    if (!(err instanceof Fault) || err.code !== 'NOT_FOUND') throw err;
    return acceptedView(deps, header);
  }
}

/** A run that Temporal does not have yet. */
export async function acceptedView({ runs }: { runs: Pick<Runs, 'accepted'> }, header: RunHeader): Promise<RunView> {
  const accepted = await runs.accepted(header.id);
  return {
    ...header,
    status: 'queued',
    input: accepted?.input ?? null,
    output: null,
    error: null,
    started_at: null,
    finished_at: null,
    nodes: [],
    cursor: '',
  };
}

export const getRun = endpoint({
  method: 'get',
  path: '/workflow_runs/:id',
  tag,
  summary: 'A run with its nodes',
  action: 'read',
  params: runId,
  responses: { 200: { description: 'The run', schema: runView } },
  async handle({ caller, params }, deps) {
    return { status: 200, body: await viewOf(deps, await headerOf(deps, caller.orgId, params.id)) };
  },
});

export const getHistory = endpoint({
  method: 'get',
  path: '/workflow_runs/:id/history',
  tag,
  summary: 'Temporal’s history of the run',
  action: 'read',
  params: runId,
  responses: {
    200: {
      description: 'Of each Temporal run that the run consists of, as Temporal’s own tools print it',
      schema: z.object({ executions: z.array(z.object({ run_id: z.string(), events: z.array(z.json()) })) }),
    },
  },
  async handle({ caller, params }, deps) {
    const { sealed, ...header } = await headerOf(deps, caller.orgId, params.id);
    const archived = sealed ? await archivedHistory(deps.db, header.id) : undefined;
    return { status: 200, body: { executions: archived ?? (await deps.engine.history(header)) } };
  },
});

const bar = z.object({
  key: z.string(),
  type: z.string(),
  status: z.string(),
  attempt: z.int(),
  queued_at: z.string().nullable(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
});

export const getTimeline = endpoint({
  method: 'get',
  path: '/workflow_runs/:id/timeline',
  tag,
  summary: 'When each node was queued, began and ended',
  action: 'read',
  params: runId,
  responses: {
    200: { description: 'Bars, in the order in which they were queued', schema: z.object({ items: z.array(bar) }) },
  },
  async handle({ caller, params }, deps) {
    const { nodes } = await viewOf(deps, await headerOf(deps, caller.orgId, params.id));
    const items = nodes.map(({ key, type, status, attempt, queued_at, started_at, finished_at }) => ({
      key,
      type,
      status,
      attempt,
      queued_at,
      started_at,
      finished_at,
    }));
    return {
      status: 200,
      body: { items: items.sort((a, b) => (a.queued_at ?? '~').localeCompare(b.queued_at ?? '~')) },
    };
  },
});
