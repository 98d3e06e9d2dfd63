import { type Db, Prisma } from './db.js';
import { fewest, fieldStream, LOOKED_AT, looked } from './run-fields.js';
import { ofStarters, ofVersions } from './run-groups.js';
import { beginningOfId, idsFrom } from './run-ids.js';
import { after, hasFields, hasStatus, has, inOrder, isAmong, type Text } from './run-conditions.js';

export interface RunFilter {
  status?: string[];
  /** A workflow's name, or the id of a version. */
  workflow?: string;
  /** Of that workflow. */
  version?: number;
  /** Accepted then or later. */
  since?: Date;
  /** Accepted before then. */
  until?: Date;
  /** By name, with the value as text: a run has all of them. */
  fields?: readonly (readonly [name: string, value: string])[];
  /** Part of a name or of a starter, or the beginning of an id. */
  q?: string;
  parent?: string;
}
/** Of a run in the list: newest first, and of the same millisecond the greater id first. */
export interface Place {
  createdAt: Date;
  id: string;
}
export interface Wanted extends RunFilter {
  orgId: string;
  limit: number;
  /** Only what comes after it in the list. */
  before: Place;
}
export interface ListedRun {
  id: string;
  orgId: string;
  workflowId: string;
  status: string;
  metadata: Prisma.JsonValue;
  starter: string;
  parentRunId: string | null;
  parentNode: string | null;
  alias: string | null;
  redriven: number;
  forkedFrom: string | null;
  forkedNode: string | null;
  fields: Prisma.JsonValue;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  workflow: { name: string; version: number };
}
type Flat = Omit<ListedRun, 'workflow'> & { name: string; version: number };

/** Later than any run. */
export const END: Place = { createdAt: new Date('9999-12-31T23:59:59.999Z'), id: '' };

/** One page, and the place from which on there may be more; without one there is nothing more. */
export interface Listed<Row> {
  rows: Row[];
  next?: Place;
}

/**
 * Lists runs at a cost that does not grow with their number. A page is put together out of streams, each of which an index gives in the
 * list's own order from the cursor on; what no index can order is small by itself.
 *
 * 1. Of each stream a page at most is read, from the cursor on: neither depth nor a filter that nothing fits costs a scan.
 * 2. A row is read whole only when it is on the page.
 * 3. With fields, of the stream with the fewest runs so many are looked at (run-fields.ts): such a page may hold less than its limit and yet not be
 *    the last.
 */
export async function listRuns(db: Db, asked: Wanted): Promise<Listed<ListedRun>> {
  const found = await lookUp(db, asked);
  if (!found) return { rows: [] };
  const { wanted, among, text } = found;
  const one = { ...wanted, limit: wanted.limit + 1 }; // the surplus row tells that there is more
  if (wanted.parent !== undefined)
    return paged(await read(db, one, [childrenOf(wanted.parent, one, among, text)]), wanted);
  if (wanted.fields) return byFields(db, one, found);
  return paged(await withoutFields(db, one, among, text), wanted);
}

/** What the filter names, looked up once: undefined when no run can fit. */
export interface LookedUp {
  wanted: Wanted;
  /** Versions of the workflow that is wanted. */
  among: string[] | undefined;
  text: Text | undefined;
}
export async function lookUp(db: Db, asked: Wanted): Promise<LookedUp | undefined> {
  const { orgId, workflow, version, q, status, fields, until } = asked;
  const { before } = asked;
  const wanted: Wanted = {
    ...asked,
    // A status that is named twice would be two streams of the same runs.
    ...(status ? { status: [...new Set(status)] } : {}),
    ...(until && until < before.createdAt ? { before: { createdAt: until, id: '' } } : {}),
  };
  if (fields?.length === 0) delete wanted.fields;
  const among = workflow === undefined ? undefined : await versionsOf(db, orgId, workflow, version);
  if (among?.length === 0) return undefined;
  const text =
    q === undefined ? undefined : { q, id: beginningOfId(q), named: await versionsNamed(db, orgId, q, among) };
  return { wanted, among, text };
}

function paged(rows: ListedRun[], { limit }: Wanted): Listed<ListedRun> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, ...(rows.length > limit && last ? { next: { createdAt: last.createdAt, id: last.id } } : {}) };
}

async function withoutFields(
  db: Db,
  wanted: Wanted,
  among: string[] | undefined,
  text: Text | undefined,
): Promise<ListedRun[]> {
  if (!text) return read(db, wanted, among ? [ofVersions(among, wanted)] : ofOrg(wanted));
  const recent = await read(db, wanted, [amongRecent(wanted, among, text)]);
  return recent.length === wanted.limit ? recent : read(db, wanted, streamsOf(text, wanted, among));
}

/** Of the streams that have all the runs, the one that has the fewest is looked through; the rest of the filter is asked of each run. */
async function byFields(db: Db, one: Wanted, { wanted, among, text }: LookedUp): Promise<Listed<ListedRun>> {
  const look = { ...one, limit: LOOKED_AT };
  const ways = [...one.fields!.map((field) => fieldStream(field, look)), ...(one.status ? ofOrg(look) : [])];
  const { stream, last } = await fewest(db, ways);
  const fitting = Prisma.sql`
    (SELECT created_at, id FROM ${looked(stream)} WHERE ${hasFields(wanted)} ${hasStatus(wanted)} ${isAmong(among)}
      ${text ? Prisma.sql`AND ${has(text)}` : Prisma.empty} ${inOrder(one.limit)})`;
  const page = paged(await read(db, one, [fitting]), wanted);
  return page.next || !last ? page : { ...page, next: last };
}

function streamsOf({ q, id, named }: Text, wanted: Wanted, among: string[] | undefined): Prisma.Sql[] {
  return [
    among ? ofStarters('workflow_id', among, q, wanted) : ofStarters('org_id', [wanted.orgId], q, wanted),
    ...(named.length > 0 ? [ofVersions(named, wanted)] : []),
    ...(id === undefined ? [] : [withId(id, wanted, among)]),
  ];
}

async function read(db: Db, { limit }: Wanted, streams: Prisma.Sql[]): Promise<ListedRun[]> {
  const rows = await db.$queryRaw<Flat[]>`
    SELECT r.id, r.org_id AS "orgId", r.workflow_id AS "workflowId", r.status, r.metadata, r.starter,
      r.parent_run_id AS "parentRunId", r.parent_node AS "parentNode", r.alias,
      r.redriven, r.forked_from AS "forkedFrom", r.forked_node AS "forkedNode", r.fields,
      r.created_at AS "createdAt", r.started_at AS "startedAt", r.finished_at AS "finishedAt", w.name, w.version
    FROM (
      SELECT created_at, id FROM (${Prisma.join(streams, ' UNION ')}) found ORDER BY created_at DESC, id DESC LIMIT ${limit}
    ) page JOIN workflow_runs r ON r.id = page.id JOIN workflows w ON w.id = r.workflow_id
    ORDER BY page.created_at DESC, page.id DESC`;
  return rows.map(({ name, version, ...run }) => ({ ...run, workflow: { name, version } }));
}

async function versionsOf(db: Db, orgId: string, workflow: string, version?: number): Promise<string[]> {
  const which = {
    ...(workflow.startsWith('wf_') ? { id: workflow } : { name: workflow }),
    ...(version === undefined ? {} : { version }),
  };
  return (await db.workflow.findMany({ where: { orgId, ...which }, select: { id: true } })).map(({ id }) => id);
}

async function versionsNamed(db: Db, orgId: string, text: string, among?: string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM workflows WHERE org_id = ${orgId} AND strpos(lower(name), lower(${text})) > 0
      ${among ? Prisma.sql`AND id = ANY(${among})` : Prisma.empty}`;
  return rows.map(({ id }) => id);
}

function ofOrg(wanted: Wanted): Prisma.Sql[] {
  const { orgId, status, limit } = wanted;
  const of = (more: Prisma.Sql) => Prisma.sql`
    SELECT created_at, id FROM workflow_runs WHERE org_id = ${orgId} ${more} AND ${after(wanted)} ${inOrder(limit)}`;
  // A planner that knows the status would reckon with its share among all runs; the org may have none of it.
  const each = () => Prisma.sql`
    (SELECT one.created_at, one.id FROM unnest(${status}::text[]) AS s(status) CROSS JOIN LATERAL (${of(Prisma.sql`AND status = s.status`)}) one)`;
  return [status ? each() : Prisma.sql`(${of(Prisma.empty)})`];
}

/** How far a search looks at runs one by one. */
const RECENT = 2_000;

/** What many runs fit fills a page out of the next few; only what few fit is worth the streams. */
function amongRecent(wanted: Wanted, among: string[] | undefined, text: Text): Prisma.Sql {
  const { orgId, status, limit } = wanted;
  const single = status?.length === 1 ? Prisma.sql`AND status = ${status[0]}` : Prisma.empty;
  return Prisma.sql`
    (SELECT created_at, id FROM (
      SELECT created_at, id, workflow_id, starter, status FROM workflow_runs
      WHERE org_id = ${orgId} ${single} AND ${after(wanted)} ${inOrder(RECENT)}
    ) recent WHERE ${has(text)} ${hasStatus(wanted)} ${isAmong(among)} ${inOrder(limit)})`;
}

/** A run has at most as many children as nodes: all of them may be looked at. */
export const childrenOf = (
  parent: string,
  wanted: Wanted,
  among: string[] | undefined,
  text: Text | undefined,
): Prisma.Sql =>
  Prisma.sql`
    (SELECT created_at, id FROM workflow_runs
    WHERE parent_run_id = ${parent} AND org_id = ${wanted.orgId} ${hasStatus(wanted)} ${isAmong(among)}
      ${text ? Prisma.sql`AND ${has(text)}` : Prisma.empty} ${wanted.fields ? Prisma.sql`AND ${hasFields(wanted)}` : Prisma.empty}
      AND ${after(wanted)} ${inOrder(wanted.limit)})`;

/** Those whose id begins so were accepted within a minute of each other: all of them are found, then put in order. */
function withId(id: string, wanted: Wanted, among: string[] | undefined): Prisma.Sql {
  const [from, to] = idsFrom(id);
  return Prisma.sql`
    (WITH these AS MATERIALIZED (
      SELECT created_at, id FROM workflow_runs
      WHERE id >= ${from} AND id < ${to} AND starts_with(id, ${id}) AND org_id = ${wanted.orgId} ${hasStatus(wanted)} ${isAmong(among)}
    ) SELECT created_at, id FROM these WHERE ${after(wanted)} ${inOrder(wanted.limit)})`;
}
