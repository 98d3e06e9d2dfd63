import { type Db, Prisma } from './db.js';
import { unseen } from './planner.js';
import { ofStarters, ofVersions } from './run-groups.js';
import { beginningOfId, idsFrom } from './run-ids.js';

export interface RunFilter {
  status?: string[];
  /** A workflow's name, or the id of a version. */
  workflow?: string;
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
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  workflow: { name: string; version: number };
}
type Flat = Omit<ListedRun, 'workflow'> & { name: string; version: number };

/** Later than any run. */
export const END: Place = { createdAt: new Date('9999-12-31T23:59:59.999Z'), id: '' };

/**
 * Lists runs at a cost that does not grow with their number. A page is put together out of streams, each of which an index gives in the
 * list's own order from the cursor on; what no index can order is small by itself.
 *
 * 1. Of each stream a page at most is read, from the cursor on: neither depth nor a filter that nothing fits costs a scan.
 * 2. A row is read whole only when it is on the page.
 */
export async function listRuns(db: Db, asked: Wanted): Promise<ListedRun[]> {
  // A status that is named twice would be two streams of the same runs.
  const wanted = asked.status ? { ...asked, status: [...new Set(asked.status)] } : asked;
  const { orgId, workflow, q, parent } = wanted;
  const among = workflow === undefined ? undefined : await versionsOf(db, orgId, workflow);
  if (among?.length === 0) return [];
  const text =
    q === undefined ? undefined : { q, id: beginningOfId(q), named: await versionsNamed(db, orgId, q, among) };
  if (parent !== undefined) return read(db, wanted, [childrenOf(parent, wanted, among, text)]);
  if (!text) return read(db, wanted, among ? [ofVersions(among, wanted)] : ofOrg(wanted));
  const recent = await read(db, wanted, [amongRecent(wanted, among, text)]);
  return recent.length === wanted.limit ? recent : read(db, wanted, streamsOf(text, wanted, among));
}

/** What a search text may be. */
interface Text {
  q: string;
  /** What ids begin with, if it is the beginning of one. */
  id: string | undefined;
  /** The versions of workflows in whose name it is. */
  named: string[];
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
      r.redriven, r.forked_from AS "forkedFrom", r.forked_node AS "forkedNode",
      r.created_at AS "createdAt", r.started_at AS "startedAt", r.finished_at AS "finishedAt", w.name, w.version
    FROM (
      SELECT created_at, id FROM (${Prisma.join(streams, ' UNION ')}) found ORDER BY created_at DESC, id DESC LIMIT ${limit}
    ) page JOIN workflow_runs r ON r.id = page.id JOIN workflows w ON w.id = r.workflow_id
    ORDER BY page.created_at DESC, page.id DESC`;
  return rows.map(({ name, version, ...run }) => ({ ...run, workflow: { name, version } }));
}

async function versionsOf(db: Db, orgId: string, workflow: string): Promise<string[]> {
  const which = workflow.startsWith('wf_') ? { id: workflow } : { name: workflow };
  return (await db.workflow.findMany({ where: { orgId, ...which }, select: { id: true } })).map(({ id }) => id);
}

async function versionsNamed(db: Db, orgId: string, text: string, among?: string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM workflows WHERE org_id = ${orgId} AND strpos(lower(name), lower(${text})) > 0
      ${among ? Prisma.sql`AND id = ANY(${among})` : Prisma.empty}`;
  return rows.map(({ id }) => id);
}

const after = ({ before }: Wanted): Prisma.Sql =>
  Prisma.sql`(created_at, id) < (${before.createdAt}::timestamptz, ${before.id})`;
const inOrder = (limit: number): Prisma.Sql => Prisma.sql`ORDER BY created_at DESC, id DESC LIMIT ${unseen(limit)}`;
const hasStatus = ({ status }: Wanted): Prisma.Sql => (status ? Prisma.sql`AND status = ANY(${status})` : Prisma.empty);
const isAmong = (versions: string[] | undefined): Prisma.Sql =>
  versions ? Prisma.sql`AND workflow_id = ANY(${versions})` : Prisma.empty;
const has = ({ q, id, named }: Text): Prisma.Sql => Prisma.sql`
  (workflow_id = ANY(${named}) OR strpos(starter, ${q}) > 0 ${id === undefined ? Prisma.empty : Prisma.sql`OR starts_with(id, ${id})`})`;

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
const childrenOf = (parent: string, wanted: Wanted, among: string[] | undefined, text: Text | undefined): Prisma.Sql =>
  Prisma.sql`
    (SELECT created_at, id FROM workflow_runs
    WHERE parent_run_id = ${parent} AND org_id = ${wanted.orgId} ${hasStatus(wanted)} ${isAmong(among)}
      ${text ? Prisma.sql`AND ${has(text)}` : Prisma.empty} AND ${after(wanted)} ${inOrder(wanted.limit)})`;

/** Those whose id begins so were accepted within a minute of each other: all of them are found, then put in order. */
function withId(id: string, wanted: Wanted, among: string[] | undefined): Prisma.Sql {
  const [from, to] = idsFrom(id);
  return Prisma.sql`
    (WITH these AS MATERIALIZED (
      SELECT created_at, id FROM workflow_runs
      WHERE id >= ${from} AND id < ${to} AND starts_with(id, ${id}) AND org_id = ${wanted.orgId} ${hasStatus(wanted)} ${isAmong(among)}
    ) SELECT created_at, id FROM these WHERE ${after(wanted)} ${inOrder(wanted.limit)})`;
}
