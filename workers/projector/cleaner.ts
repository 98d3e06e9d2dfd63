import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../adapters/postgres/db.js';
import { archiveLogs, dropOrphanedLines, runsWithLateLines } from '../../adapters/postgres/log-archive.js';
import { Retention, type SealedPlace } from '../../adapters/postgres/retention.js';
import { removeExpiredEvents } from '../../adapters/postgres/sent-events.js';
import { removeOldMembers } from '../../adapters/postgres/members.js';
import { removeExpiredSessions } from '../../adapters/postgres/sessions.js';
import { TriggerDeliveries } from '../../adapters/postgres/trigger-deliveries.js';
import { WebhookDeliveries } from '../../adapters/postgres/webhook-deliveries.js';
import { cutoff, effectiveRetention, type RetentionPolicy } from '../../core/contract/retention.js';

/** Rows of one statement, so that none holds its locks for long. */
const BATCH = 200;
const LATE_RUNS = 500;
/** Outgoing deliveries that have come to an end are shown, and can be sent again, for so long. */
const WEBHOOK_DAYS = 30;

export interface CleanerOptions {
  configured: RetentionPolicy;
  /** How long an idempotency key is remembered. */
  idempotencyDays: number;
}

/**
 * Archives log lines that came late, and removes what is older than its org's policy, or than it is remembered. One process at a time does it, in small batches; after
 * each it rests as long as the batch took, so that it takes half of one connection at most.
 */
export class Cleaner {
  private readonly db: Db;
  private readonly retention: Retention;
  private readonly deliveries: TriggerDeliveries;
  private readonly outgoing: WebhookDeliveries;
  private readonly options: CleanerOptions;
  private readonly stopping = new AbortController();

  constructor(db: Db, options: CleanerOptions) {
    this.db = db;
    this.retention = new Retention(db);
    this.deliveries = new TriggerDeliveries(db);
    this.outgoing = new WebhookDeliveries(db);
    this.options = options;
  }

  /** A sweep under way ends after the batch that it is at. */
  stop(): void {
    this.stopping.abort();
  }

  /** Answers how many runs were removed. */
  async sweep(now = new Date()): Promise<number> {
    await this.archiveLateLines(now);
    let removed = 0;
    for (const { orgId, own } of await this.retention.orgs())
      removed += await this.sweepOrg(orgId, effectiveRetention(this.options.configured, own), now);
    const before = cutoff(now, this.options.idempotencyDays)!;
    await this.batches(() => this.retention.removeKeys({ before, limit: BATCH }));
    await this.batches(() => this.deliveries.removeReceipts(now, BATCH));
    await this.batches(() => this.deliveries.removeRecords(BATCH));
    await this.batches(() => removeExpiredEvents(this.db, now, BATCH));
    await this.batches(() => removeExpiredSessions(this.db, now, BATCH));
    await this.batches(() => removeOldMembers(this.db, now, BATCH));
    await this.batches(() => this.outgoing.removeSettled(cutoff(now, WEBHOOK_DAYS)!, BATCH));
    return removed;
  }

  private async archiveLateLines(now: Date): Promise<void> {
    for (const runId of await runsWithLateLines(this.db, LATE_RUNS, now)) {
      if (this.stopping.signal.aborted) return;
      await archiveLogs(this.db, runId);
      await dropOrphanedLines(this.db, runId);
    }
  }

  private async sweepOrg(orgId: string, policy: RetentionPolicy, now: Date): Promise<number> {
    const [runs, archives, logs] = [policy.runs_days, policy.archives_days, policy.logs_days].map((kept) =>
      cutoff(now, kept),
    );
    const removed = runs ? await this.removeRuns(orgId, runs) : 0;
    if (archives) await this.batches(() => this.retention.removeArchives({ orgId, before: archives, limit: BATCH }));
    if (logs) await this.batches(() => this.retention.removeLogs({ orgId, before: logs, limit: BATCH }));
    return removed;
  }

  /** Children end before the run that started them, and may go when it is gone: so the runs are gone through until none goes. */
  private async removeRuns(orgId: string, before: Date): Promise<number> {
    let all = 0;
    for (let round = -1; round !== 0; all += round) {
      let last: SealedPlace | undefined;
      round = await this.batches(async () => {
        const gone = await this.retention.removeRuns({ orgId, before, limit: BATCH }, last);
        last = latest(gone) ?? last;
        return gone.length;
      });
    }
    return all;
  }

  /** Repeats the removal until it finds less than a batch; answers how much it removed altogether. */
  private async batches(remove: () => Promise<number>): Promise<number> {
    let all = 0;
    while (!this.stopping.signal.aborted) {
      const began = performance.now();
      const removed = await remove();
      all += removed;
      if (removed < BATCH) break;
      await sleep(performance.now() - began, undefined, { signal: this.stopping.signal }).catch(() => undefined); // told to stop
    }
    return all;
  }
}

const latest = (gone: SealedPlace[]): SealedPlace | undefined =>
  gone.toSorted((a, b) => a.sealedAt.getTime() - b.sealedAt.getTime() || (a.id < b.id ? -1 : 1)).at(-1);
