import { type OwnRetention, ownRetention } from '../../core/contract/retention.js';
import { type Db, Prisma } from './db.js';

/** Of a sealed run in the order in which they were sealed. */
export interface SealedPlace {
  sealedAt: Date;
  id: string;
}
export interface Batch {
  orgId: string;
  /** Only what is older. */
  before: Date;
  /** At most so many. */
  limit: number;
}

/**
 * What orgs say of how long things are kept, and the removal of what is older.
 *
 * 1. Nothing of an open run is removed, nor of a run with an open gate, nor of a child of an open run.
 * 2. A run is removed whole, in one statement, and only when the run that started it is gone: what a kept run refers to is kept.
 * 3. A batch is bounded, and passes by what somebody else has locked: nobody waits for it.
 */
export class Retention {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  async own(orgId: string): Promise<OwnRetention> {
    const row = await this.db.retentionPolicy.findUnique({ where: { orgId } });
    return ownRetention.parse(row?.policy ?? {});
  }

  async set(orgId: string, policy: OwnRetention): Promise<void> {
    await this.db.retentionPolicy.upsert({ where: { orgId }, create: { orgId, policy }, update: { policy } });
  }

  /** All orgs, and what they say. */
  async orgs(): Promise<{ orgId: string; own: OwnRetention }[]> {
    const rows = await this.db.org.findMany({ select: { id: true, retention: { select: { policy: true } } } });
    return rows.map(({ id, retention }) => ({ orgId: id, own: ownRetention.parse(retention?.policy ?? {}) }));
  }

  /** Removes runs in the order in which they were sealed, from after the place on; answers those that are gone now. */
  async removeRuns({ orgId, before, limit }: Batch, after?: SealedPlace): Promise<SealedPlace[]> {
    return this.db.$queryRaw<SealedPlace[]>`
      WITH gone AS (
        SELECT r.id FROM workflow_runs r
        WHERE r.org_id = ${orgId} AND r.sealed_at < ${before}::timestamptz
          ${after ? Prisma.sql`AND (r.sealed_at, r.id) > (${after.sealedAt}::timestamptz, ${after.id})` : Prisma.empty}
          AND NOT EXISTS (SELECT 1 FROM workflow_runs p WHERE p.id = r.parent_run_id)
          AND ${NO_OPEN_GATE}
        ORDER BY r.sealed_at, r.id LIMIT ${limit} FOR UPDATE OF r SKIP LOCKED
      ), gates_gone AS (DELETE FROM gates USING gone WHERE run_id = gone.id -- with their claims, comments and voters
      ), lines_gone AS (DELETE FROM node_logs USING gone WHERE run_id = gone.id
      ) DELETE FROM workflow_runs r USING gone WHERE r.id = gone.id RETURNING r.sealed_at AS "sealedAt", r.id`;
  }

  /** Removes events and history of closed runs; answers of how many. */
  removeArchives({ orgId, before, limit }: Batch): Promise<number> {
    return this.db.$executeRaw`
      WITH old AS (
        SELECT a.run_id FROM event_archives a JOIN workflow_runs r ON r.id = a.run_id
        WHERE a.org_id = ${orgId} AND a.created_at < ${before}::timestamptz AND ${NOTHING_OPEN}
        ORDER BY a.created_at LIMIT ${limit} FOR UPDATE OF a SKIP LOCKED
      ) DELETE FROM event_archives a USING old WHERE a.run_id = old.run_id`;
  }

  /** Removes parts of archived logs of closed runs; answers how many. */
  removeLogs({ orgId, before, limit }: Batch): Promise<number> {
    return this.db.$executeRaw`
      WITH old AS (
        SELECT a.run_id, a.part FROM log_archives a JOIN workflow_runs r ON r.id = a.run_id
        WHERE a.org_id = ${orgId} AND a.created_at < ${before}::timestamptz AND ${NOTHING_OPEN}
        ORDER BY a.created_at LIMIT ${limit} FOR UPDATE OF a SKIP LOCKED
      ) DELETE FROM log_archives a USING old WHERE a.run_id = old.run_id AND a.part = old.part`;
  }

  /** Removes idempotency keys of all orgs; answers how many. */
  removeKeys({ before, limit }: Omit<Batch, 'orgId'>): Promise<number> {
    return this.db.$executeRaw`
      WITH old AS (
        SELECT org_id, key FROM idempotency_keys WHERE created_at < ${before}::timestamptz
        ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) DELETE FROM idempotency_keys k USING old WHERE k.org_id = old.org_id AND k.key = old.key`;
  }
}

const NO_OPEN_GATE = Prisma.sql`NOT EXISTS (SELECT 1 FROM gates g WHERE g.run_id = r.id AND g.status = 'open')`;
const NOTHING_OPEN = Prisma.sql`r.sealed_at IS NOT NULL AND ${NO_OPEN_GATE}
  AND NOT EXISTS (SELECT 1 FROM workflow_runs p WHERE p.id = r.parent_run_id AND p.sealed_at IS NULL)`;
