import { z } from 'zod';
import { runDiff } from '../../core/contract/diffs.js';
import { diffRuns } from '../../core/events/run-diff.js';
import { endpoint } from '../http/endpoint.js';
import { headerOf, viewOf } from './read.js';

export const diffTwoRuns = endpoint({
  method: 'get',
  path: '/workflow_runs/:id/diff/:other',
  tag: 'runs',
  summary: 'What is different between two runs, open or closed',
  action: 'read',
  params: z.object({ id: z.string(), other: z.string() }),
  responses: { 200: { description: 'Of a run that goes on, as it is now', schema: runDiff } },
  async handle({ caller, params }, deps) {
    // Both are looked for before either is read: the history of an open run is work.
    const headers = await Promise.all([params.id, params.other].map((id) => headerOf(deps, caller.orgId, id)));
    const [from, to] = await Promise.all(headers.map((header) => viewOf(deps, header)));
    return { status: 200, body: diffRuns(from!, to!) };
  },
});
