import { runStatus } from '../../core/contract/views.js';
import type { RunStatus } from '../../core/engine/outcome.js';
import { type Db, Prisma } from './db.js';
import { after, has, hasFields, isAmong } from './run-conditions.js';
import { fewest, fieldStream, LOOKED_AT, looked } from './run-fields.js';
import { childrenOf, lookUp, type LookedUp, type Wanted } from './run-list.js';

export interface StatusCounts {
  counts: Record<RunStatus, number>;
  /** Statuses of which there may be more than that. */
  more: RunStatus[];
}
interface Row {
  status: RunStatus;
  count: number;
  more: boolean;
}

const OPEN: ReadonlySet<RunStatus> = new Set<RunStatus>(['queued', 'running', 'waiting', 'held', 'paused']);
/** Closed runs are without end, so nobody needs them to the last one; open ones are counted as far as anybody acts on them. */
const MOST_CLOSED = 1_000;
const MOST_OPEN = 20_000;
const ALL = runStatus.options;

/**
 * Counts runs by status, at a cost that does not grow with their number: so many at most, or, where each run has to be looked at (a search text,
 * fields), those found among so many of the newest. What has no more is exact.
 */
export async function countRuns(db: Db, asked: Wanted): Promise<StatusCounts> {
  const found = await lookUp(db, asked);
  const rows = found ? await countsOf(db, found) : [];
  const counts = Object.fromEntries(ALL.map((status) => [status, 0])) as Record<RunStatus, number>;
  for (const { status, count } of rows) counts[status] = count;
  return { counts, more: ALL.filter((status) => rows.some((row) => row.status === status && row.more)) };
}

async function countsOf(db: Db, found: LookedUp): Promise<Row[]> {
  const { wanted, among, text } = found;
  if (wanted.parent !== undefined)
    return grouped(db, childrenOf(wanted.parent, { ...wanted, limit: 2 ** 31 - 1 }, among, text));
  if (wanted.fields) {
    const look = { ...wanted, limit: LOOKED_AT };
    const { stream, last } = await fewest(
      db,
      wanted.fields.map((field) => fieldStream(field, look)),
    );
    if (!last) return grouped(db, fitting(stream, found));
  }
  return text || wanted.fields ? amongNewest(db, found) : counted(db, found);
}

const rest = ({ wanted, among, text }: LookedUp): Prisma.Sql =>
  Prisma.sql`${hasFields(wanted)} ${isAmong(among)} ${text ? Prisma.sql`AND ${has(text)}` : Prisma.empty}`;

const fitting = (stream: Prisma.Sql, found: LookedUp): Prisma.Sql =>
  Prisma.sql`(SELECT id FROM ${looked(stream)} WHERE ${rest(found)})`;

const grouped = (db: Db, runs: Prisma.Sql): Promise<Row[]> => db.$queryRaw<Row[]>`
  SELECT status, count(*)::int AS count, false AS more FROM workflow_runs WHERE id = ANY(ARRAY(SELECT id FROM ${runs} these)) GROUP BY status`;

/** Each status with how far it is counted. */
const statuses = (closed: number): Prisma.Sql =>
  Prisma.sql`unnest(${ALL}::text[], ${ALL.map((status) => (OPEN.has(status) ? MOST_OPEN : closed))}::int[]) AS s(status, most)`;

/** Out of an index alone. Of several versions one after the other is counted, until there are enough. */
function counted(db: Db, { wanted, among }: LookedUp): Promise<Row[]> {
  const of = (scope: Prisma.Sql) => Prisma.sql`
    SELECT id FROM workflow_runs WHERE ${scope} AND status = s.status AND ${after(wanted)}
    ORDER BY created_at DESC, id DESC LIMIT s.most + 1`;
  const runs = among
    ? Prisma.sql`
        SELECT one.id FROM unnest(${among}::text[]) AS v(version) CROSS JOIN LATERAL (${of(Prisma.sql`workflow_id = v.version`)}) one LIMIT s.most + 1`
    : of(Prisma.sql`org_id = ${wanted.orgId}`);
  return db.$queryRaw<Row[]>`
    SELECT s.status, least(n.count, s.most) AS count, n.count > s.most AS more
    FROM ${statuses(MOST_CLOSED)} CROSS JOIN LATERAL (SELECT count(*)::int AS count FROM (${runs}) these) n`;
}

/** What of the newest of each status fits. */
const amongNewest = (db: Db, found: LookedUp): Promise<Row[]> => db.$queryRaw<Row[]>`
  SELECT s.status, n.found AS count, n.looked > s.most AS more
  FROM ${statuses(LOOKED_AT)} CROSS JOIN LATERAL (
    SELECT count(*)::int AS looked, (count(*) FILTER (WHERE ${rest(found)}))::int AS found FROM (
      SELECT id, workflow_id, starter, fields FROM workflow_runs
      WHERE org_id = ${found.wanted.orgId} AND status = s.status AND ${after(found.wanted)}
      ORDER BY created_at DESC, id DESC LIMIT s.most + 1
    ) newest
  ) n`;
