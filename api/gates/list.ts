import { z } from 'zod';
import type { GateFilter, GateRow, GateSort } from '../../adapters/postgres/gates.js';
import { gate } from '../../core/contract/gates.js';
import { Fault } from '../../core/fault.js';
import { DURATION_PATTERN, parseDuration } from '../../core/spec/duration.js';
import { MAX_GATES_COUNTED } from '../../core/limits.js';
import type { Caller } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '../http/page.js';
import { text } from '../http/text.js';
import { allRights, assignedAs, type Rights, rightsOf } from './rights.js';

const tag = 'gates';
const DAY_MS = 86_400_000;
const me = z.literal('me').optional();
// From the year 1: PostgreSQL knows no year 0.
const time = z.iso.datetime().refine((given) => !given.startsWith('0000'));

const query = z.strictObject({
  ...pageQuery,
  assigned: me.describe(
    'Only what the caller may decide, by role, group or name, or in the place of others who have delegated it. An open gate that they have voted on waits for others.',
  ),
  status: z
    .enum(['open', 'decided', 'closed'])
    .optional()
    .describe('Without it, lists of what is assigned, due or of a group are of open gates.'),
  due: z
    .union([time, z.string().regex(new RegExp(DURATION_PATTERN))])
    .optional()
    .describe('Due within a duration from now (`24h`), or before a time.'),
  overdue: z.literal('true').optional().describe('Due before now, and still open.'),
  decided_by: me.describe('What the caller has decided, or had a part in.'),
  claimed_by: z.enum(['me', 'nobody']).optional(),
  workflow: text().min(1).max(200).optional().describe('By name.'),
  run: text().min(1).max(500).optional(),
  group: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)
    .optional()
    .describe('Open gates that this group is asked for.'),
  q: text().min(1).max(200).optional().describe('Words of the title; of the last one its beginning is enough.'),
  sort: z
    .enum(['oldest', 'newest', 'due'])
    .optional()
    .describe('`oldest` unless something due is asked for: then `due`, soonest first, what has no deadline last.'),
});
type Query = z.infer<typeof query>;

export const listGates = endpoint({
  method: 'get',
  path: '/gates',
  tag,
  summary: 'The inbox: what waits for a decision, longest waiting first',
  action: 'read',
  query,
  responses: {
    200: {
      description: 'One page. It may hold less than its limit although there is more: `next_cursor` tells.',
      schema: pageOf(gate),
    },
  },
  async handle({ caller, query }, deps) {
    const { cursor, limit, assigned, q } = query;
    const sort: GateSort = query.sort ?? (query.due || query.overdue ? 'due' : 'oldest');
    const rights = assigned && (await rightsOf(deps, caller));
    const { items, next } = await deps.gates.list({
      ...{ orgId: caller.orgId, filter: filterOf(query, caller, rights), q, sort, limit },
      after: placeOf(cursor, sort),
    });
    const next_cursor = next ? encodeCursor([sort, next.at.toISOString(), next.runId, next.nodeKey]) : null;
    return { status: 200, body: { items: items.map((row) => shown(row, rights)), next_cursor } };
  },
});

/** A cursor goes on with the list that has given it: of another order it says nothing. */
function placeOf(cursor: string | undefined, sort: GateSort) {
  const place = decodeCursor(cursor, 'text', 'time', 'text', 'text');
  if (!place) return undefined;
  const [of, at, runId, nodeKey] = place;
  if (of === sort) return { at, runId, nodeKey };
  const message = `the cursor is of a list by ${of}, and this one is by ${sort}`;
  throw new Fault('REQUEST_INVALID', message, {
    details: { errors: [{ code: 'REQUEST_INVALID', pointer: '/cursor', message }] },
  });
}

function filterOf(given: Query, caller: Caller, rights: Rights | undefined, now = new Date()): GateFilter {
  const { due, overdue, decided_by, claimed_by, workflow, run, group } = given;
  const open = rights ?? due ?? overdue ?? group ?? claimed_by;
  const status = given.status ?? (open === undefined ? undefined : 'open');
  const before = overdue ? now : due === undefined ? undefined : dueBefore(due, now);
  return {
    ...(status ? { status } : {}),
    ...(rights ? { rights: allRights(rights) } : {}),
    ...(before ? { dueBefore: before } : {}),
    ...(decided_by ? { decidedBy: caller.subject } : {}),
    ...(claimed_by ? { claimedBy: claimed_by === 'me' ? caller.subject : null } : {}),
    ...(workflow === undefined ? {} : { workflow }),
    ...(run === undefined ? {} : { run }),
    ...(group === undefined ? {} : { group }),
  };
}

function dueBefore(due: string, now: Date): Date {
  const within = parseDuration(due);
  return within === undefined ? new Date(due) : new Date(Math.min(now.getTime() + within, FAR));
}
/** The last time that PostgreSQL's rows name: what has no deadline is due then. */
const FAR = Date.parse('9999-12-31T23:59:59.998Z');

const shown = ({ addressees: _a, ...row }: GateRow, rights: Rights | undefined) =>
  rights ? { ...row, on_behalf_of: assignedAs(rights, { ...row, addressees: _a }).on_behalf_of } : row;

const count = z.int().min(0).max(MAX_GATES_COUNTED);

export const countGates = endpoint({
  method: 'get',
  path: '/gates/counts',
  tag,
  summary: 'How much waits for the caller',
  action: 'read',
  responses: {
    200: {
      description: `Of open gates that the caller may decide and has not voted on. Counted among the first ${MAX_GATES_COUNTED} that fit their rights: where there are so many, there may be more.`,
      schema: z
        .object({
          assigned: count,
          overdue: count,
          due_soon: count.describe('Due within 24 hours, and not overdue.'),
          claimed: count.describe('By the caller.'),
          unclaimed: count,
        })
        .meta({ id: 'GateCounts' }),
    },
  },
  async handle({ caller }, deps) {
    const now = new Date();
    const mine: GateFilter = { status: 'open', rights: allRights(await rightsOf(deps, caller)) };
    const of = (more: GateFilter) => deps.gates.count(caller.orgId, { ...mine, ...more }, MAX_GATES_COUNTED);
    const [assigned, overdue, due_soon, claimed, unclaimed] = await Promise.all([
      of({}),
      of({ dueBefore: now }),
      of({ dueFrom: now, dueBefore: new Date(now.getTime() + DAY_MS) }),
      of({ claimedBy: caller.subject }),
      of({ claimedBy: null }),
    ]);
    return { status: 200, body: { assigned, overdue, due_soon, claimed, unclaimed } };
  },
});
