import { z } from 'zod';
import type { StoredWorkflow } from '../../adapters/postgres/workflows.js';
import { versionDiff } from '../../core/contract/diffs.js';
import { diffPlans, isEmptyDiff } from '../../core/spec/diff.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { wholeNumber } from '../http/number.js';
import { byReference, found, summaryOf } from './endpoints.js';

const tag = 'workflows';
const responses = {
  200: { description: 'What is different by structure', schema: versionDiff },
  304: { description: 'Not modified' },
};

/** Two versions never change, and so does what is different between them. */
function answer(from: StoredWorkflow, to: StoredWorkflow): Reply {
  const diff = diffPlans(from.plan, to.plan);
  const body = { from: summaryOf(from), to: summaryOf(to), same: isEmptyDiff(diff), ...diff };
  return { status: 200, headers: { etag: `"${from.id}-${to.id}"` }, body };
}

export const diffWorkflows = endpoint({
  method: 'get',
  path: '/workflows/:id/diff/:other',
  tag,
  summary: 'What is different between two versions, of one workflow or of two',
  action: 'read',
  params: byReference.extend({ other: byReference.shape.id }),
  responses,
  async handle({ caller, params }, deps) {
    const [from, to] = await Promise.all([
      found(deps, caller.orgId, params.id),
      found(deps, caller.orgId, params.other),
    ]);
    return answer(from, to);
  },
});

export const diffVersions = endpoint({
  method: 'get',
  path: '/workflows/:name/diff',
  tag,
  summary: 'What is different between two versions of a workflow',
  action: 'read',
  params: z.object({ name: z.string().describe('The workflow’s name.') }),
  query: z.strictObject({ from: wholeNumber(1), to: wholeNumber(1) }),
  responses,
  async handle({ caller, params, query }, deps) {
    const [from, to] = await Promise.all([
      found(deps, caller.orgId, params.name, { version: query.from }),
      found(deps, caller.orgId, params.name, { version: query.to }),
    ]);
    return answer(from, to);
  },
});
