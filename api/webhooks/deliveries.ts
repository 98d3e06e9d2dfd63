import { z } from 'zod';
import type { DeliveryRow } from '../../adapters/postgres/webhook-deliveries.js';
import { DELIVERY_STATUSES, webhookDelivery } from '../../core/contract/webhooks.js';
import { Fault } from '../../core/fault.js';
import { endpoint } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';
import { webhookId, webhookOf } from './endpoints.js';

const tag = 'webhooks';

const viewOf = (row: DeliveryRow): z.infer<typeof webhookDelivery> => ({
  ...{ id: row.eventId, type: row.type, run_id: row.runId, status: row.status, attempts: row.attempts },
  ...{ last_status: row.lastStatus, last_error: row.lastError, last_at: row.lastAt?.toISOString() ?? null },
  ...{ created_at: row.createdAt.toISOString(), body: row.body },
});

export const listWebhookDeliveries = endpoint({
  method: 'get',
  path: '/webhooks/:id/deliveries',
  tag,
  summary: 'What it was told, newest first, for 30 days',
  action: 'read',
  params: webhookId,
  query: z.strictObject({ ...pageQuery, status: z.enum(DELIVERY_STATUSES).optional() }),
  responses: { 200: { description: 'One page', schema: pageOf(webhookDelivery) } },
  async handle({ caller, params, query: { cursor, limit, status } }, deps) {
    const { id } = await webhookOf(deps, caller, params.id);
    const place = decodeCursor(cursor, 'time', 'text');
    const rows = await deps.outgoing.list(id, {
      limit: limit + 1,
      ...(status === undefined ? {} : { status }),
      ...(place ? { place: { createdAt: place[0], eventId: place[1] } } : {}),
    });
    return { status: 200, body: page(rows.map(viewOf), limit, (row) => [row.created_at, row.id]) };
  },
});

export const redeliver = endpoint({
  method: 'post',
  path: '/webhooks/:id/deliveries/:event/redeliver',
  tag,
  summary: 'Send it again, under the same id, whatever has become of it',
  action: 'webhooks:manage',
  params: z.object({ id: z.string(), event: z.string() }),
  responses: { 202: { description: 'Queued', schema: webhookDelivery } },
  async handle({ caller, params }, deps) {
    const { id } = await webhookOf(deps, caller, params.id);
    const row = await deps.outgoing.again(id, params.event);
    if (!row) throw new Fault('NOT_FOUND', `webhook ${id} has no delivery ${params.event}`);
    await deps.audit.record(caller.orgId, caller.subject, 'webhook.redeliver', id, { event: params.event });
    return { status: 202, body: viewOf(row) };
  },
});
