import { z } from 'zod';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import type { Plan } from '../../core/spec/plan.js';
import type { ApiDeps } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { headerOf, runId, viewOf } from './read.js';

type Header = RunHeader & { sealed: boolean };

/** The spec and the plan by which the run goes on now: of its version, or of its last amendment. `view`: where it is at hand. */
export async function specOf(
  deps: ApiDeps,
  header: Header,
  view?: RunView,
): Promise<{ spec_text: string; plan: Plan }> {
  const amended = view
    ? view.amendments
    : header.forked_from || (await deps.amendments.any(header.id)) // a fork goes on by the plan of the run that it came from
      ? (await viewOf(deps, header)).amendments
      : [];
  const last = amended?.at(-1);
  const found = last
    ? await deps.amendments.find(last.amendment)
    : await deps.workflows.find(header.org_id, header.workflow_id);
  if (!found) throw new Fault('NOT_FOUND', `the plan of run ${header.id} is gone`);
  return { spec_text: found.spec_text, plan: found.plan };
}

export const getRunPlan = endpoint({
  method: 'get',
  path: '/workflow_runs/:id/plan',
  tag: 'runs',
  summary: 'The plan by which the run goes on, with its amendments',
  action: 'read',
  params: runId,
  responses: {
    200: {
      description: 'Spec and plan as they are now',
      schema: z.object({ spec: z.string(), plan: z.json() }),
    },
  },
  async handle({ caller, params }, deps) {
    const { spec_text, plan } = await specOf(deps, await headerOf(deps, caller.orgId, params.id));
    return { status: 200, body: { spec: spec_text, plan } };
  },
});
