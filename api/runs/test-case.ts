import { recordedCase } from '../../core/contract/tests.js';
import type { RunView } from '../../core/events/view.js';
import type { Json } from '../../core/json.js';
import { MAX_SPEC_BYTES } from '../../core/limits.js';
import { caseOf } from '../../core/testing/record.js';
import { endpoint } from '../http/endpoint.js';
import { specOf } from './plan.js';
import { headerOf, runId, viewOf } from './read.js';

export const getTestCase = endpoint({
  method: 'get',
  path: '/workflow_runs/:id/test_case',
  tag: 'runs',
  summary: 'The run as a test case',
  action: 'read',
  params: runId,
  responses: {
    200: { description: 'A case as a test document holds it', schema: recordedCase },
    413: { description: 'The run’s values are too large for a case' },
    409: { description: 'The run is not over, or was terminated' },
  },
  async handle({ caller, params }, deps) {
    const header = await headerOf(deps, caller.orgId, params.id);
    const seen = await viewOf(deps, header);
    const { plan } = await specOf(deps, header, seen);
    const nodes = seen.nodes.map((node) => ({ ...node, input: null })); // a case says nothing of them
    // A case stands by itself: what the view only refers to is put back.
    const whole = await deps.values.hydrate(caller.orgId, { ...seen, nodes } as unknown as Json, MAX_SPEC_BYTES);
    const view = whole as unknown as RunView;
    const { id: run_id, workflow, version } = header;
    return { status: 200, body: { run_id, workflow, version, case: caseOf(view, plan) } };
  },
});
