import { z } from 'zod';
import { Fault } from '../../core/fault.js';
import { endpoint } from '../http/endpoint.js';
import { text } from '../http/text.js';
import { headerOf, runId } from './read.js';

const tag = 'runs';
const reason = z.strictObject({ reason: text().min(1).max(1000).default('asked for by the API') });
const accepted = z.object({ id: z.string(), status: z.string() });

const told = z
  .object({
    stops: z.array(z.string()).describe('Nodes that have begun and would be told to stop.'),
    undoes: z.array(
      z.object({
        node: z.string(),
        key: z.string().describe('Of the effect that undoes it.'),
        certain: z.boolean().describe('False: only when work that is under way completes.'),
      }),
    ),
  })
  .meta({ id: 'CancelPreview' });

export const cancelRun = endpoint({
  method: 'post',
  path: '/workflow_runs/:id/cancel',
  tag,
  summary: 'Ask a run to stop: what is outstanding is cancelled, and what has happened is undone',
  action: 'runs:cancel',
  params: runId,
  body: reason.extend({ preview: z.boolean().default(false).describe('Only tell what would happen.') }),
  responses: {
    200: { description: 'What would happen', schema: z.object({ id: z.string(), preview: told }) },
    202: { description: 'Asked', schema: accepted },
    409: { description: 'The run is over' },
  },
  async handle({ caller, params, body: { preview, ...body } }, deps) {
    const { sealed, ...header } = await headerOf(deps, caller.orgId, params.id);
    const { id } = header;
    if (sealed) throw new Fault('RUN_CLOSED', `run ${id} is over`);
    if (preview) return { status: 200, body: { id, preview: await deps.engine.previewCancel(header) } };
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
