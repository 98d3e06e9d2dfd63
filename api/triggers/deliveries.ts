import { z } from 'zod';
import { triggerDelivery } from '../../core/contract/triggers.js';
import { endpoint } from '../http/endpoint.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';
import { triggerId, triggerOf } from './endpoints.js';

export const listTriggerDeliveries = endpoint({
  method: 'get',
  path: '/triggers/:id/deliveries',
  tag: 'triggers',
  summary: 'What became of the latest deliveries, newest first',
  action: 'read',
  params: triggerId,
  query: z.strictObject(pageQuery),
  responses: { 200: { description: 'One page', schema: pageOf(triggerDelivery) } },
  async handle({ caller, params, query: { cursor, limit } }, deps) {
    const { id } = await triggerOf(deps, caller, params.id);
    const place = decodeCursor(cursor, 'count');
    const rows = await deps.deliveries.list(id, limit + 1, place?.[0]);
    const { items, next_cursor } = page(rows, limit, (row) => [String(row.id)]);
    return {
      status: 200,
      body: {
        items: items.map(({ at, outcome, status, deliveryId, runId, code }) => ({
          ...{ at: at.toISOString(), outcome, status, code },
          ...{ delivery_id: deliveryId, run_id: runId },
        })),
        next_cursor,
      },
    };
  },
});
