import { z } from 'zod';
import type { RunFilter } from '../../adapters/postgres/run-list.js';
import { runStatus, runSummary } from '../../core/contract/views.js';
import type { RunStatus } from '../../core/engine/outcome.js';
import { Fault } from '../../core/fault.js';
import { MAX_FIELD_CHARS, MAX_INDEXED_FIELDS } from '../../core/limits.js';
import { endpoint } from '../http/endpoint.js';
import { wholeNumber } from '../http/number.js';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '../http/page.js';
import { text } from '../http/text.js';

const tag = 'runs';
const oneStatus = `(${runStatus.options.join('|')})`;
const STATUSES = new RegExp(`^${oneStatus}(,${oneStatus})*$`);
// From the year 1: PostgreSQL knows no year 0.
const time = z.iso.datetime().refine((given) => !given.startsWith('0000'));

const oneField = text()
  .max(64 + MAX_FIELD_CHARS)
  .regex(/^[a-z][a-z0-9_]{0,62}:/, 'a name and a value, with a colon between them');

const filters = {
  workflow: text().optional().describe('A workflow’s name, or the id of a version.'),
  version: wholeNumber(1).optional().describe('Of that workflow: its number.'),
  since: time.optional().describe('Accepted then or later.'),
  until: time.optional().describe('Accepted before then.'),
  field: z
    .union([oneField, z.array(oneField).max(MAX_INDEXED_FIELDS)])
    .optional()
    .describe(
      '`name:value`, once or several times: a field that the spec indexes, and its value as text. A run has all of them.',
    ),
  parent: text().optional().describe('Id of the run that started it.'),
  q: text()
    .min(1)
    .max(200)
    .optional()
    .describe('Part of a workflow’s name or of a starter, or the beginning of an id: its first eight digits at least.'),
};
type Filters = z.infer<z.ZodObject<typeof filters>>;

export const listRuns = endpoint({
  method: 'get',
  path: '/workflow_runs',
  tag,
  summary: 'Runs, newest first',
  action: 'read',
  query: z.strictObject({
    ...pageQuery,
    status: z
      .string()
      .regex(STATUSES, `one or several of ${runStatus.options.join(', ')}, separated by commas`)
      .transform((text) => text.split(',') as RunStatus[])
      .optional()
      .describe('One or several statuses, separated by commas.'),
    ...filters,
  }),
  responses: {
    200: {
      description:
        'One page. With `field` it may hold less than its limit although there is more: `next_cursor` tells.',
      schema: pageOf(runSummary),
    },
  },
  async handle({ caller, query: { cursor, limit, status, ...given } }, deps) {
    const place = decodeCursor(cursor, 'time', 'text');
    const filter = { ...filterOf(given), ...(status ? { status } : {}) };
    const before = place && { createdAt: place[0], id: place[1] };
    const { rows, next } = await deps.runs.list(caller.orgId, filter, limit, before);
    const next_cursor = next ? encodeCursor([next.createdAt.toISOString(), next.id]) : null;
    return { status: 200, body: { items: rows, next_cursor } };
  },
});

const count = z.int().min(0);

export const countRuns = endpoint({
  method: 'get',
  path: '/workflow_runs/counts',
  tag,
  summary: 'How many runs there are of each status',
  action: 'read',
  query: z.strictObject(filters),
  responses: {
    200: {
      description: 'Counted so far and no further',
      schema: z
        .object({
          counts: z.object(
            Object.fromEntries(runStatus.options.map((status) => [status, count])) as Record<RunStatus, typeof count>,
          ),
          more: z
            .array(runStatus)
            .describe('Statuses of which there may be more than that: closed ones stop at 1,000, open ones at 20,000.'),
        })
        .meta({ id: 'RunCounts' }),
    },
  },
  async handle({ caller, query }, deps) {
    return { status: 200, body: await deps.runs.count(caller.orgId, filterOf(query)) };
  },
});

function filterOf({ workflow, version, since, until, field, parent, q }: Filters): RunFilter {
  if (version !== undefined && workflow === undefined) {
    const message = 'a version is one of a workflow: name it beside';
    throw new Fault('REQUEST_INVALID', message, {
      details: { errors: [{ code: 'REQUEST_INVALID', pointer: '/version', message }] },
    });
  }
  const fields = [field ?? []].flat().map((given): [string, string] => {
    const colon = given.indexOf(':');
    return [given.slice(0, colon), given.slice(colon + 1)];
  });
  return {
    ...(workflow === undefined ? {} : { workflow }),
    ...(version === undefined ? {} : { version }),
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(parent === undefined ? {} : { parent }),
    ...(q === undefined ? {} : { q }),
  };
}
