import { z } from 'zod';
import { MAX_DELEGATIONS } from '../../adapters/postgres/delegations.js';
import { can } from '../../core/auth/can.js';
import { delegation } from '../../core/contract/delegations.js';
import { Fault } from '../../core/fault.js';
import { MAX_DELEGATION_MS } from '../../core/limits.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint } from '../http/endpoint.js';
import { resourceId } from '../http/mount.js';
import { decodeCursor, page, pageOf, pageQuery } from '../http/page.js';
import { text } from '../http/text.js';

const tag = 'delegations';
const group = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/);
const person = text().regex(/^(user|key):\S{1,200}$/, 'a person is named as user:… or key:…');
const byId = z.object({ id: z.string() });

const body = z.strictObject({
  to: person.describe('Who may decide in your place.'),
  from: z.iso.datetime().optional().describe('From now on, unless said.'),
  until: z.iso.datetime().describe('A year from its beginning at most.'),
  groups: z
    .array(group)
    .min(1)
    .max(100)
    .optional()
    .describe('Seats of these groups alone, which you are in; without it all of your seats: by group, role and name.'),
  workflows: z.array(text().min(1).max(200)).min(1).max(100).optional().describe('In runs of these alone, by name.'),
  reason: text().min(1).max(1000),
});

export const delegate = endpoint({
  method: 'post',
  path: '/delegations',
  tag,
  summary: 'Let somebody decide gates in your place for a while',
  action: 'gates:decide',
  idempotent: true,
  makes: 'dlg',
  body,
  responses: { 201: { description: 'The delegation', schema: delegation } },
  async handle({ caller, body: given, req }, deps) {
    const window = windowOf(given, new Date());
    const groups = groupsOf(caller, given.groups);
    await mustExist(deps, caller, given.to);
    const made = await deps.delegations.create(
      caller.orgId,
      {
        ...{ giver: caller.subject, receiver: given.to, ...window, groups, groupsOnly: given.groups !== undefined },
        ...{ roles: given.groups ? [] : caller.roles, workflows: given.workflows ?? [], reason: given.reason },
      },
      resourceId(req, 'dlg'),
    );
    if (!made) throw new Fault('TOO_LARGE', `${caller.subject} has ${MAX_DELEGATIONS} delegations that are not over`);
    const { to, from, until, reason, workflows } = made;
    await deps.audit.record(caller.orgId, caller.subject, 'delegation.create', made.id, {
      to,
      from,
      until,
      groups,
      workflows,
      reason,
    });
    return { status: 201, body: made };
  },
});

const wrong = (pointer: string, message: string): Fault =>
  new Fault('REQUEST_INVALID', `${pointer}: ${message}`, {
    details: { errors: [{ code: 'REQUEST_INVALID', pointer, message }] },
  });

function windowOf(given: { from?: string | undefined; until: string }, now: Date): { from: Date; until: Date } {
  const from = new Date(Math.max(now.getTime(), given.from === undefined ? 0 : Date.parse(given.from)));
  const until = new Date(given.until);
  if (until <= from) throw wrong('/until', 'it ends before it begins, or has ended');
  if (until.getTime() - from.getTime() > MAX_DELEGATION_MS) throw wrong('/until', 'it takes longer than a year');
  return { from, until };
}

/** Nobody delegates what they do not have, nor what they have by delegation alone. */
function groupsOf(caller: Caller, wanted: string[] | undefined): string[] {
  const at = wanted?.findIndex((each) => !caller.groups.includes(each)) ?? -1;
  if (at >= 0) throw wrong(`/groups/${at}`, `${caller.subject} is not in group ${wanted![at]}`);
  return wanted ?? caller.groups;
}

/** A name that is misspelt would be a right for whoever is called so one day. */
async function mustExist({ members }: ApiDeps, { orgId, subject }: Caller, to: string): Promise<void> {
  if (to === subject) throw wrong('/to', 'that is yourself');
  if (!(await members.standings(orgId, [to])).has(to))
    throw wrong('/to', `nobody called ${to} has a key that works, or has signed in in the last 30 days`);
}

export const listDelegations = endpoint({
  method: 'get',
  path: '/delegations',
  tag,
  summary: 'What you have delegated, and what was delegated to you, newest first',
  action: 'read',
  query: z.strictObject({
    ...pageQuery,
    as: z.enum(['giver', 'receiver']).optional().describe('Only what you gave, or what you received.'),
  }),
  responses: { 200: { description: 'One page', schema: pageOf(delegation) } },
  async handle({ caller, query: { cursor, limit, as } }, deps) {
    const [after] = decodeCursor(cursor, 'text') ?? [];
    const wanted = { person: caller.subject, as, limit: limit + 1, after };
    const rows = await deps.delegations.list(caller.orgId, wanted);
    return { status: 200, body: page(rows, limit, ({ id }) => [id]) };
  },
});

export const revokeDelegation = endpoint({
  method: 'delete',
  path: '/delegations/:id',
  tag,
  summary: 'End a delegation: whoever gave it may, whoever received it, and an admin',
  action: 'gates:decide',
  params: byId,
  responses: { 204: { description: 'Ended; it is still listed' } },
  async handle({ caller, params: { id } }, deps) {
    const found = await deps.delegations.find(caller.orgId, id);
    const concerns = found && [found.from_person, found.to].includes(caller.subject);
    if (!found || !(concerns || can(caller.roles, 'keys:manage')))
      throw new Fault('NOT_FOUND', `there is no delegation ${id} of yours`);
    if (await deps.delegations.revoke(caller.orgId, id, caller.subject))
      await deps.audit.record(caller.orgId, caller.subject, 'delegation.revoke', id);
    return { status: 204 };
  },
});
