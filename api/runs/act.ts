import { z } from 'zod';
import { Fault } from '../../core/fault.js';
import { endpoint } from '../http/endpoint.js';
import { text } from '../http/text.js';
import { headerOf, runId } from './read.js';

const tag = 'runs';
const reason = z.strictObject({ reason: text().min(1).max(1000).default('asked for by the API') });
const accepted = z.object({ id: z.string(), status: z.string() });

export const cancelRun = endpoint({
  method: 'post',
  path: '/workflow_runs/:id/cancel',
  tag,
  summary: 'Ask a run to stop: what is outstanding is cancelled',
  action: 'runs:cancel',
  params: runId,
  body: reason,
  responses: { 202: { description: 'Asked', schema: accepted }, 409: { description: 'The run is over' } },
  async handle({ caller, params, body }, deps) {
    const { id, sealed } = await headerOf(deps, caller.orgId, params.id);
    if (sealed) throw new Fault('RUN_CLOSED', `run ${id} is over`);
    await deps.engine.cancel(id);
    await deps.audit.record(caller.orgId, caller.subject, 'run.cancel', id, body);
    return { status: 202, body: { id, status: 'cancelling' } };
  },
});

export const terminateRun = endpoint({
  method: 'post',
  path: '/workflow_runs/:id/terminate',
  tag,
  summary: 'End a run at once, without cleaning up',
  action: 'runs:terminate',
  params: runId,
  body: reason,
  responses: { 202: { description: 'Done', schema: accepted }, 409: { description: 'The run is over' } },
  async handle({ caller, params, body }, deps) {
    const { id, sealed } = await headerOf(deps, caller.orgId, params.id);
    if (sealed) throw new Fault('RUN_CLOSED', `run ${id} is over`);
    await deps.engine.terminate(id, body.reason);
    await deps.audit.record(caller.orgId, caller.subject, 'run.terminate', id, body);
    return { status: 202, body: { id, status: 'terminated' } };
  },
});
