import { z } from 'zod';
import { effectiveRetention, ownRetention, retentionPolicy } from '../../core/contract/retention.js';
import type { Json } from '../../core/json.js';
import type { ApiDeps } from '../deps.js';
import { endpoint } from '../http/endpoint.js';

const tag = 'retention';
const shown = z.object({
  own: ownRetention.describe('What the org has said; the rest is as configured.'),
  effective: retentionPolicy.describe('What holds.'),
});

const show = async (deps: ApiDeps, orgId: string): Promise<z.infer<typeof shown>> => {
  const own = await deps.retention.own(orgId);
  return { own, effective: effectiveRetention(deps.configuredRetention, own) };
};

export const getRetention = endpoint({
  method: 'get',
  path: '/retention',
  tag,
  summary: 'How long the org’s closed runs are kept',
  action: 'read',
  responses: { 200: { description: 'In days; null is for ever', schema: shown } },
  async handle({ caller }, deps) {
    return { status: 200, body: await show(deps, caller.orgId) };
  },
});

export const setRetention = endpoint({
  method: 'put',
  path: '/retention',
  tag,
  summary: 'Say how long the org’s closed runs are kept; what is older is removed soon, for good',
  action: 'retention:manage',
  body: ownRetention,
  responses: { 200: { description: 'What holds now', schema: shown } },
  async handle({ caller, body }, deps) {
    await deps.retention.set(caller.orgId, body);
    await deps.audit.record(caller.orgId, caller.subject, 'retention.set', caller.orgId, body as Json);
    return { status: 200, body: await show(deps, caller.orgId) };
  },
});
