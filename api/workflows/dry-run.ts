import { z } from 'zod';
import { checkedInput } from '../../adapters/postgres/runs.js';
import { dryRunView } from '../../core/contract/tests.js';
import { dryRun } from '../../core/dry-run/dry-run.js';
import type { Json } from '../../core/json.js';
import { MAX_INT } from '../../core/limits.js';
import { endpoint } from '../http/endpoint.js';
import { found } from './endpoints.js';

export const dryRunWorkflow = endpoint({
  method: 'post',
  path: '/workflows/:id/dry_run',
  tag: 'workflows',
  summary: 'What a run with this input would do, without doing it',
  action: 'read',
  params: z.object({ id: z.string().describe('Id of a version, or the workflow’s name for its newest.') }),
  body: z.strictObject({
    input: z.json().default({}),
    metadata: z.record(z.string(), z.json()).default({}),
    version: z.int().min(1).max(MAX_INT).optional(),
  }),
  responses: {
    200: { description: 'What would run, in which order, bound with what', schema: dryRunView },
    422: { description: 'The input does not fit its schema' },
  },
  async handle({ caller, params, body }, deps) {
    const workflow = await found(deps, caller.orgId, params.id, { version: body.version });
    const input = checkedInput(workflow, body.input);
    const { id: workflow_id, name, version } = workflow;
    const run = { workflow: name, version, starter: caller.subject, metadata: body.metadata as Json };
    return { status: 200, body: { workflow_id, workflow: name, version, ...dryRun(workflow.plan, input, run) } };
  },
});
