import { z } from 'zod';
import { nodeStatus, runStatus } from '../../core/contract/views.js';
import { whyOfRun } from '../../core/engine/why.js';
import { endpoint } from '../http/endpoint.js';
import { specOf } from './plan.js';
import { headerOf, runId, viewOf } from './read.js';

const cause = z
  .object({
    node: z.string().nullable().describe('Null: the run itself, such as its timeout.'),
    code: z.string(),
    message: z.string(),
    at: z.iso.datetime().nullable(),
    run_id: z.string().optional().describe('Of a subworkflow node: ask that run.'),
  })
  .meta({ id: 'FirstCause' });

export const getWhy = endpoint({
  method: 'get',
  path: '/workflow_runs/:id/why',
  tag: 'runs',
  summary: 'Why a run stands where it stands',
  action: 'read',
  params: runId,
  responses: {
    200: {
      description: 'In sentences, from facts alone',
      schema: z.object({
        status: runStatus,
        why: z.string(),
        first_cause: cause
          .nullable()
          .describe('The earliest failure that led to the end, which need not be the last one.'),
        nodes: z.array(z.object({ key: z.string(), status: nodeStatus, why: z.string() })),
      }),
    },
  },
  async handle({ caller, params }, deps) {
    const header = await headerOf(deps, caller.orgId, params.id);
    const view = await viewOf(deps, header);
    const { plan } = await specOf(deps, header, view);
    return { status: 200, body: whyOfRun(view, plan) };
  },
});
