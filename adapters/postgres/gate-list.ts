import { ROLES } from '../../core/auth/can.js';
import { MAX_INT } from '../../core/limits.js';
import { Prisma } from './db.js';
import { GATE_WORDS, IS_HELD } from './gate-rows.js';
import { unseen } from './planner.js';

const GATE_STATUSES = ['open', 'decided', 'closed'] as const;
export type GateStatus = (typeof GATE_STATUSES)[number];
/** The role of a gate that a policy decides. */
export const BY_POLICY = '';

export type GateSort = 'oldest' | 'newest' | 'due';

/** Of a gate in a list: when it was opened or, in a list by due, when it is due. */
export interface GatePlace {
  at: Date;
  runId: string;
  nodeKey: string;
}

/** What makes a gate somebody's to decide: it goes by one of the roles, or is addressed to one of these. */
export interface GateRight {
  roles: readonly string[];
  /** `group:legal`, `role:approver`, `user:ann`. */
  addressees: readonly string[];
  /** In runs of these alone, by name; absent: of all. */
  workflows?: readonly string[];
  /** Whose it is: an open gate waits no more for any of them once they have voted on it. */
  persons?: readonly string[];
}

/** Gates that fit all of these. */
export interface GateFilter {
  status?: GateStatus;
  /** Any of them. */
  rights?: readonly GateRight[];
  /** Open ones that this group is asked for. */
  group?: string;
  workflow?: string;
  run?: string;
  /** Words of the title as PostgreSQL reads them: gate-rows.ts. */
  words?: string;
  dueFrom?: Date;
  dueBefore?: Date;
  decidedBy?: string;
  /** Null: nobody. */
  claimedBy?: string | null;
}
type Part = keyof GateFilter;

/** What a list is read from. */
interface Source {
  /** `at`, `run_id`, `node_key`; of an ordered one the first so many. */
  stream: (asked: Asked) => Prisma.Sql;
  /** Parts of the filter that hold of all that is in the stream. */
  holds: readonly Part[];
  /** An index gives it in the list's order; what it gives may be cut off anywhere. Otherwise there is little of it, and all is looked at. */
  ordered: boolean;
}

/** Of an ordered stream so many gates at most are looked at for one page. */
export const LOOKED_AT = 1_000;

export interface WantedGates {
  orgId: string;
  filter: GateFilter;
  sort: GateSort;
  limit: number;
  after?: GatePlace | undefined;
}
/** With how many an ordered stream has to give at most. */
type Asked = WantedGates & { most: number };

/**
 * How a page is found, at a cost that does not grow with the number of gates: `looked` are the places that are looked at, in order, and `fit`
 * those of them that are wanted. What the stream does not promise is asked of each gate: a page for which `most` were looked at may hold fewer
 * than there are. `byWords`: titles are searched through their index, not one by one.
 */
export function candidates(wanted: WantedGates, byWords: boolean): { sql: Prisma.Sql; most: number } {
  const { stream, holds, ordered } = sourceOf(wanted.filter, wanted.sort, byWords);
  const rest = (Object.keys(wanted.filter) as Part[]).filter((part) => !holds.includes(part));
  const most = !ordered ? MAX_INT : rest.length === 0 ? wanted.limit : LOOKED_AT;
  const fits =
    rest.length === 0
      ? Prisma.sql`true`
      : Prisma.join(
          rest.map((part) => asks(part, wanted.filter)),
          ' AND ',
        );
  const sql = Prisma.sql`
    WITH looked AS MATERIALIZED (SELECT at, run_id, node_key FROM (${stream({ ...wanted, most })}) found ${inOrder(wanted.sort)} LIMIT ${most}),
    fit AS MATERIALIZED (
      SELECT l.at, l.run_id, l.node_key FROM looked l ${ITS_ROW} WHERE ${fits}
      ${inOrder(wanted.sort)} LIMIT ${wanted.limit})`;
  return { sql, most };
}

/** One by one by their key: a planner that joins as it likes would fetch all gates that fit, to look for a few of them there. */
const ITS_ROW = Prisma.sql`CROSS JOIN LATERAL (
  SELECT * FROM gates one WHERE one.run_id = l.run_id AND one.node_key = l.node_key OFFSET 0) g`;

export const inOrder = (sort: GateSort): Prisma.Sql =>
  sort === 'newest'
    ? Prisma.sql`ORDER BY at DESC, run_id DESC, node_key DESC`
    : Prisma.sql`ORDER BY at, run_id, node_key`;
export const inReverse = (sort: GateSort): Prisma.Sql => inOrder(sort === 'newest' ? 'oldest' : 'newest');

function sourceOf(filter: GateFilter, sort: GateSort, byWords: boolean): Source {
  const { run, claimedBy, words } = filter;
  if (run !== undefined)
    return few('run', ({ orgId }) => Prisma.sql`gates g WHERE g.run_id = ${run} AND g.org_id = ${orgId}`);
  if (typeof claimedBy === 'string')
    return few(
      'claimedBy',
      ({ orgId }) => Prisma.sql`gate_claims c JOIN gates g USING (run_id, node_key)
      WHERE c.org_id = ${orgId} AND c.holder = ${claimedBy} AND ${IS_HELD}`,
    );
  if (words !== undefined && byWords)
    return few(
      'words',
      ({ orgId }) => Prisma.sql`gates g WHERE ${GATE_WORDS} @@ ${words}::tsquery AND g.org_id = ${orgId}`,
    );
  return { ...inIndex(filter, sort), ordered: true };
}

/** All that there is of it, which is little; then put in order. */
const few = (part: Part, from: (asked: Asked) => Prisma.Sql): Source => ({
  stream: (asked) => Prisma.sql`
    WITH these AS MATERIALIZED (SELECT g.opened_at, g.due_key, run_id, node_key FROM ${from(asked)})
    SELECT ${keyOf(asked.sort)} AS at, run_id, node_key FROM these WHERE ${beyond(asked)}`,
  holds: [part],
  ordered: false,
});

/** One index has them in the list's order, or one stream for each of several things does. */
function inIndex(filter: GateFilter, sort: GateSort): Omit<Source, 'ordered'> {
  const { status, rights, group, workflow, decidedBy } = filter;
  const due: Part[] = sort === 'due' ? ['dueFrom', 'dueBefore'] : [];
  const statuses = status === undefined ? GATE_STATUSES : [status];
  if (decidedBy !== undefined) return { stream: (asked) => voted(asked, decidedBy), holds: ['decidedBy', ...due] };
  if (group !== undefined)
    // Only open gates are addressed.
    return {
      stream: (asked) => addressed(asked, [`group:${group}`]),
      holds: ['group', ...(status === 'open' ? ['status' as const] : []), ...due],
    };
  if (rights)
    return {
      stream: (asked) => assigned(asked, statuses, rights),
      holds: ['status', ...(rights.some((each) => each.workflows ?? each.persons) ? [] : ['rights' as const]), ...due],
    };
  if (workflow !== undefined && sort !== 'due')
    return { stream: (asked) => ofWorkflow(asked, statuses, workflow), holds: ['workflow', 'status'] };
  if (status === undefined && sort !== 'due')
    return { stream: (asked) => page(asked, Prisma.sql`gates WHERE org_id = ${asked.orgId}`), holds: [] };
  return { stream: (asked) => byRoles(asked, statuses, [...ROLES, BY_POLICY]), holds: ['status', ...due] };
}

const keyOf = (sort: GateSort): Prisma.Sql => (sort === 'due' ? Prisma.sql`due_key` : Prisma.sql`opened_at`);

/** A page of what an index has in the list's order. */
function page(asked: Asked, from: Prisma.Sql): Prisma.Sql {
  const key = keyOf(asked.sort);
  const order =
    asked.sort === 'newest'
      ? Prisma.sql`${key} DESC, run_id DESC, node_key DESC`
      : Prisma.sql`${key}, run_id, node_key`;
  return Prisma.sql`
    SELECT ${key} AS at, run_id, node_key FROM ${from} AND ${beyond(asked)} ORDER BY ${order} LIMIT ${unseen(asked.most)}`;
}

/** After the place; in a list by due also within the times that are asked for. */
function beyond({ sort, after, filter: { dueFrom, dueBefore } }: Asked): Prisma.Sql {
  const key = keyOf(sort);
  const side = sort === 'newest' ? Prisma.sql`<` : Prisma.sql`>`;
  const parts = [
    Prisma.sql`true`,
    ...(after
      ? [Prisma.sql`(${key}, run_id, node_key) ${side} (${after.at}::timestamptz, ${after.runId}, ${after.nodeKey})`]
      : []),
    ...(sort === 'due' && dueFrom ? [Prisma.sql`due_key >= ${dueFrom}::timestamptz`] : []),
    ...(sort === 'due' && dueBefore ? [Prisma.sql`due_key < ${dueBefore}::timestamptz`] : []),
  ];
  return Prisma.join(parts, ' AND ');
}

// Streams. A planner that knew a status or a role would reckon with its share among all gates; the org may have none of it.

const voted = (asked: Asked, person: string): Prisma.Sql =>
  page(asked, Prisma.sql`gate_voters WHERE org_id = ${asked.orgId} AND person = ${person}`);

const addressed = (asked: Asked, to: readonly string[]): Prisma.Sql => Prisma.sql`
  SELECT one.at, one.run_id, one.node_key FROM unnest(${[...to]}::text[]) AS a(addressee)
    CROSS JOIN LATERAL (${page(asked, Prisma.sql`gate_addressees WHERE org_id = ${asked.orgId} AND addressee = a.addressee`)}) one`;

const byRoles = (asked: Asked, statuses: readonly string[], roles: readonly string[]): Prisma.Sql => Prisma.sql`
  SELECT one.at, one.run_id, one.node_key
  FROM unnest(${[...statuses]}::text[]) AS s(status) CROSS JOIN unnest(${[...roles]}::text[]) AS r(role)
    CROSS JOIN LATERAL (${page(asked, Prisma.sql`gates WHERE org_id = ${asked.orgId} AND status = s.status AND role = r.role`)}) one`;

const ofWorkflow = (asked: Asked, statuses: readonly string[], workflow: string): Prisma.Sql => Prisma.sql`
  SELECT one.at, one.run_id, one.node_key FROM unnest(${[...statuses]}::text[]) AS s(status)
    CROSS JOIN LATERAL (${page(asked, Prisma.sql`gates WHERE org_id = ${asked.orgId} AND workflow = ${workflow} AND status = s.status`)}) one`;

function assigned(asked: Asked, statuses: readonly string[], rights: readonly GateRight[]): Prisma.Sql {
  const roles = [...new Set(rights.flatMap((each) => each.roles))];
  const to = [...new Set(rights.flatMap((each) => each.addressees))];
  const byRole = byRoles(asked, statuses, roles);
  return to.length > 0 && statuses.includes('open') ? Prisma.sql`${byRole} UNION ${addressed(asked, to)}` : byRole;
}

// What a part of the filter asks of a gate `g`.

function asks(part: Part, filter: GateFilter): Prisma.Sql {
  const { status, rights = [], group, workflow, run, words, dueFrom, dueBefore, decidedBy, claimedBy } = filter;
  const table: Record<Part, () => Prisma.Sql> = {
    status: () => Prisma.sql`g.status = ${status}`,
    rights: () => Prisma.sql`(${Prisma.join(rights.map(isRight), ' OR ')})`,
    group: () => isAddressed([`group:${group}`]),
    workflow: () => Prisma.sql`g.workflow = ${workflow}`,
    run: () => Prisma.sql`g.run_id = ${run}`,
    words: () => Prisma.sql`${GATE_WORDS} @@ ${words}::tsquery`,
    dueFrom: () => Prisma.sql`g.due_key >= ${dueFrom}::timestamptz`,
    dueBefore: () => Prisma.sql`g.due_key < ${dueBefore}::timestamptz`,
    decidedBy: () => hasVoted([decidedBy!]),
    claimedBy: () =>
      claimedBy === null
        ? Prisma.sql`NOT ${isClaimed(Prisma.empty)}`
        : isClaimed(Prisma.sql`AND c.holder = ${claimedBy}`),
  };
  return table[part]();
}

const isClaimed = (by: Prisma.Sql): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT 1 FROM gate_claims c WHERE c.run_id = g.run_id AND c.node_key = g.node_key AND ${IS_HELD} ${by})`;

const isRight = ({ roles, addressees, workflows, persons }: GateRight): Prisma.Sql => Prisma.sql`
  ((g.role = ANY(${[...roles]}::text[]) OR ${isAddressed(addressees)})
    ${workflows ? Prisma.sql`AND g.workflow = ANY(${[...workflows]}::text[])` : Prisma.empty}
    ${persons ? Prisma.sql`AND NOT (g.status = 'open' AND ${hasVoted(persons)})` : Prisma.empty})`;

const hasVoted = (persons: readonly string[]): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT 1 FROM gate_voters v WHERE v.run_id = g.run_id AND v.node_key = g.node_key AND v.person = ANY(${[...persons]}::text[]))`;

const isAddressed = (to: readonly string[]): Prisma.Sql => Prisma.sql`
  EXISTS (SELECT 1 FROM gate_addressees a WHERE a.run_id = g.run_id AND a.node_key = g.node_key AND a.addressee = ANY(${[...to]}::text[]))`;
