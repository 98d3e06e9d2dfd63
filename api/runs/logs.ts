import { z } from 'zod';
import { logLine } from '../../core/contract/views.js';
import { MAX_LOG_PAGE } from '../../core/limits.js';
import { endpoint } from '../http/endpoint.js';
import { wholeNumber } from '../http/number.js';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '../http/page.js';
import { text } from '../http/text.js';
import { headerOf, runId } from './read.js';

export const getLogs = endpoint({
  method: 'get',
  path: '/workflow_runs/:id/logs',
  tag: 'runs',
  summary: 'Log lines of a run’s nodes, in order of time',
  action: 'read',
  params: runId,
  query: z.strictObject({
    ...pageQuery,
    limit: wholeNumber(1, MAX_LOG_PAGE).default(200),
    order: z.enum(['asc', 'desc']).default('asc').describe('From the oldest line on, or from the newest.'),
    node: text()
      .optional()
      .describe('Lines of this node, or of an item, `key[index]`; of a map those of its items, too.'),
    attempt: wholeNumber(1).optional(),
    q: text()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'Lines with this text in them, whatever its case; colours do not count. One request looks through 20,000 lines at most: a page may be short, or empty, and still have a `next_cursor`.',
      ),
  }),
  responses: { 200: { description: 'One page', schema: pageOf(logLine) } },
  async handle({ caller, params, query: { cursor, q, ...asked } }, deps) {
    const { id } = await headerOf(deps, caller.orgId, params.id);
    const place = decodeCursor(cursor, 'time', 'text', 'number', 'number');
    const after = place && { at: place[0], nodeKey: place[1], attempt: place[2], seq: place[3] };
    const { lines, next } = await deps.logs.list(id, { ...asked, after, search: q });
    const next_cursor = next ? encodeCursor([next.at.toISOString(), next.nodeKey, next.attempt, next.seq]) : null;
    return { status: 200, body: { items: lines, next_cursor } };
  },
});
