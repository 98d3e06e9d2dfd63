import { type Db, Prisma } from './db.js';
import { unseen } from './planner.js';
import { after } from './run-conditions.js';
import type { Place, Wanted } from './run-list.js';

/**
 * Runs by their indexed fields. `run_fields` has, for each name and value, its runs in the list's order. What else a run must fit no index combines
 * with that, so runs are looked at one by one, and only so many for one page: a filter whose parts many runs fit, and few fit all of, is found
 * page by page.
 */

/** Runs that are looked at for one page, or of one status for its count. */
export const LOOKED_AT = 2_000;

/** Those that have the field, in the list's order. */
export const fieldStream = ([name, value]: readonly [string, string], wanted: Wanted): Prisma.Sql => Prisma.sql`
  (SELECT created_at, run_id AS id FROM run_fields
  WHERE org_id = ${wanted.orgId} AND name = ${name} AND value = ${value} AND ${after(wanted, 'run_id')}
  ORDER BY created_at DESC, run_id DESC LIMIT ${unseen(wanted.limit)})`;

/** The runs of a stream, each read by its id. OFFSET 0 keeps the planner from another way to the few that it thinks the rest of a filter leaves. */
export const looked = (stream: Prisma.Sql): Prisma.Sql => Prisma.sql`
  (SELECT created_at, id, workflow_id, starter, status, fields FROM workflow_runs WHERE id = ANY(ARRAY(SELECT id FROM (${stream}) ids)) OFFSET 0) looked`;

/** The stream that ends first, and, when even that has more than are looked at, where looking ended. */
export async function fewest(db: Db, ways: readonly Prisma.Sql[]): Promise<{ stream: Prisma.Sql; last?: Place }> {
  const cut = ways.map(
    (way) =>
      Prisma.sql`SELECT created_at, id FROM ${way} way ORDER BY created_at DESC, id DESC LIMIT ${unseen(LOOKED_AT)}`,
  );
  const counts = await db.$queryRaw<{ which: number; count: number; at: Date | null; id: string | null }[]>`
    ${Prisma.join(
      cut.map(
        (stream, which) => Prisma.sql`
          (SELECT ${which}::int AS which, count(*)::int AS count, min(created_at) AS at, (array_agg(id ORDER BY created_at, id))[1] AS id
          FROM (${stream}) counted)`,
      ),
      ' UNION ALL ',
    )}`;
  const { which, count, at, id } = counts.reduce((least, each) => (each.count < least.count ? each : least));
  return { stream: cut[which]!, ...(count === LOOKED_AT && at && id !== null ? { last: { createdAt: at, id } } : {}) };
}
