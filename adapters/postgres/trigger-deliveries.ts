import type { Outcome } from '../../core/contract/triggers.js';
import { MAX_REMEMBERED_DELIVERIES } from '../../core/limits.js';
import type { Db } from './db.js';
import { type AcceptedRun, RUN_COLUMNS, runValues } from './runs.js';

/** Which delivery of which trigger. */
export interface DeliveryRef {
  triggerId: string;
  /** As its sender calls it. */
  deliveryId: string;
}
/** What became of a delivery: never its body. */
export interface DeliveryRecord {
  outcome: Outcome;
  /** The HTTP status that was answered. */
  status: number;
  deliveryId: string | null;
  runId: string | null;
  code: string | null;
}
export interface DeliveryRow extends DeliveryRecord {
  id: bigint;
  at: Date;
}

/**
 * Deliveries of triggers. What holds:
 * 1. Of all deliveries with one id, within the time that it is remembered, one is taken.
 * 2. It is taken in the same statement that writes the run's row: there is no receipt without its run, and no run without its receipt.
 */
export class TriggerDeliveries {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** The run that the delivery has started before, if it is remembered. */
  async runOf({ triggerId, deliveryId }: DeliveryRef, now: Date): Promise<string | undefined> {
    const row = await this.db.triggerReceipt.findUnique({
      where: { triggerId_deliveryId: { triggerId, deliveryId } },
      select: { runId: true, expiresAt: true },
    });
    return row && row.expiresAt > now ? row.runId : undefined;
  }

  /** Writes the run's row, unless the delivery was taken before or its trigger is gone or disabled by now; answers whether it did. */
  async take(
    { triggerId, deliveryId }: DeliveryRef,
    run: AcceptedRun,
    { now, until }: { now: Date; until: Date },
  ): Promise<boolean> {
    const written = await this.db.$executeRaw`
      WITH taken AS (
        INSERT INTO trigger_receipts (trigger_id, delivery_id, run_id, expires_at)
        SELECT t.id, ${deliveryId}, ${run.header.id}, ${until}::timestamptz FROM triggers t WHERE t.id = ${triggerId} AND t.enabled
        ON CONFLICT (trigger_id, delivery_id) DO UPDATE SET run_id = EXCLUDED.run_id, expires_at = EXCLUDED.expires_at
          WHERE trigger_receipts.expires_at <= ${now}::timestamptz
        RETURNING run_id
      ) INSERT INTO workflow_runs (${RUN_COLUMNS}) SELECT ${runValues(run)} FROM taken`;
    return written > 0;
  }

  /** Nothing is recorded of a trigger that is gone. */
  async record(triggerId: string, { outcome, status, deliveryId, runId, code }: DeliveryRecord): Promise<void> {
    await this.db.$executeRaw`
      INSERT INTO trigger_deliveries (trigger_id, outcome, status, delivery_id, run_id, code)
      SELECT id, ${outcome}, ${status}, ${deliveryId}, ${runId}, ${code} FROM triggers WHERE id = ${triggerId}`;
  }

  /** Newest first, from before that one on. */
  async list(triggerId: string, limit: number, before?: bigint): Promise<DeliveryRow[]> {
    const rows = await this.db.triggerDelivery.findMany({
      where: { triggerId, ...(before === undefined ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(({ triggerId: _of, ...row }) => ({ ...row, outcome: row.outcome as Outcome }));
  }

  /** Removes receipts whose time is over; answers how many. */
  removeReceipts(now: Date, limit: number): Promise<number> {
    return this.db.$executeRaw`
      WITH old AS (
        SELECT trigger_id, delivery_id FROM trigger_receipts WHERE expires_at <= ${now}::timestamptz
        ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) DELETE FROM trigger_receipts r USING old WHERE r.trigger_id = old.trigger_id AND r.delivery_id = old.delivery_id`;
  }

  /** Removes what is recorded beyond the newest of each trigger; answers how many. */
  removeRecords(limit: number): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM trigger_deliveries WHERE id IN (
        SELECT d.id FROM triggers t
          CROSS JOIN LATERAL (
            SELECT id FROM trigger_deliveries WHERE trigger_id = t.id ORDER BY id DESC OFFSET ${MAX_REMEMBERED_DELIVERIES - 1} LIMIT 1
          ) oldest_kept
          JOIN trigger_deliveries d ON d.trigger_id = t.id AND d.id < oldest_kept.id
        LIMIT ${limit}
      )`;
  }
}
