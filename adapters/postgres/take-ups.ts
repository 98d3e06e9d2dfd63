import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { RunStart, TakesUp } from '../../core/engine/state.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { type Db, required } from './db.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

interface TakeUp {
  runId: string;
  start: RunStart;
  /** Names the wish of a parent run's node; absent: the API asked. */
  key?: string;
}

/**
 * How runs start that do not begin at the beginning. Written before Temporal hears of it, so that a process which dies in between loses
 * nothing, and started once, whoever does it.
 *
 * 1. A run is unsealed in the statement that counts its redrive: of two at once, one finds it sealed.
 * 2. A start that is written and not known to be Temporal's is made, or found, under the row's lock.
 */
export class TakeUps {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Opens a sealed run once more. Throws RUN_STATE when it is not sealed, or has been redriven meanwhile. */
  async redrive({ runId, start, key }: TakeUp): Promise<void> {
    const { n, actor, reason, at } = start.takes_up as Extract<TakesUp, { is: 'redrive' }>;
    const packed = new Uint8Array(await pack(JSON.stringify(start)));
    await this.db.$transaction(async (tx) => {
      const [before] = await tx.$queryRaw<{ status: string; finished_at: Date | null }[]>`
        SELECT status, finished_at FROM workflow_runs
        WHERE id = ${runId} AND sealed_at IS NOT NULL AND redriven = ${n - 1} FOR UPDATE`;
      if (!before)
        throw new Fault('RUN_STATE', `run ${runId} is open: it is being redriven, or was just now`, {
          details: { redrive: n },
        });
      await tx.workflowRun.update({
        where: { id: runId },
        data: { status: 'queued', sealedAt: null, finishedAt: null, redriven: n },
      });
      const was: Json = { status: before.status, finished_at: before.finished_at?.toISOString() ?? null };
      await tx.runTakeUp.create({
        data: { runId, n, key: key ?? null, actor, reason, at: new Date(at), start: packed, before: required(was) },
      });
    });
  }

  /** Beside the row of a run that is accepted: how the fork starts. Writing it again changes nothing. */
  async fork(tx: Pick<Db, 'runTakeUp'>, runId: string, start: RunStart): Promise<void> {
    const { actor, reason, at } = start.takes_up!;
    const packed = new Uint8Array(await pack(JSON.stringify(start)));
    const row = { runId, n: 0, actor, reason, at: new Date(at), start: packed };
    await tx.runTakeUp.createMany({ data: row, skipDuplicates: true });
  }

  /** What was written of it; undefined when there is none. */
  async start(runId: string, n: number): Promise<RunStart | undefined> {
    const row = await this.db.runTakeUp.findUnique({ where: { runId_n: { runId, n } }, select: { start: true } });
    return row ? (JSON.parse((await unpack(row.start)).toString()) as RunStart) : undefined;
  }

  /** Of a run's last redrive: what a parent's node called it, and whether the run is still open with it. */
  async last(runId: string): Promise<{ n: number; key: string | null; sealed: boolean } | undefined> {
    const run = await this.db.workflowRun.findUnique({
      where: { id: runId },
      select: { redriven: true, sealedAt: true },
    });
    if (!run) return undefined;
    const row = await this.db.runTakeUp.findUnique({
      where: { runId_n: { runId, n: run.redriven } },
      select: { key: true },
    });
    return { n: run.redriven, key: row?.key ?? null, sealed: run.sealedAt !== null };
  }

  /** Redrives of open runs that Temporal is not known to have, asked for in that time. */
  async unstarted(from: Date, to: Date, limit: number): Promise<{ runId: string; n: number; key: string | null }[]> {
    return this.db.$queryRaw`
      SELECT t.run_id AS "runId", t.n, t.key FROM run_take_ups t JOIN workflow_runs r ON r.id = t.run_id AND r.redriven = t.n
      WHERE t.n > 0 AND t.started_at IS NULL AND r.sealed_at IS NULL AND t.at >= ${from}::timestamptz AND t.at < ${to}::timestamptz
      ORDER BY t.at LIMIT ${limit}`;
  }

  /** Does the work, which starts the redrive or finds it started, unless somebody has done it; nobody else is at it meanwhile. */
  async startOnce(runId: string, n: number, work: () => Promise<void>): Promise<void> {
    await this.db.$transaction(
      async (tx) => {
        const [open] = await tx.$queryRaw<{ n: number }[]>`
          SELECT n FROM run_take_ups WHERE run_id = ${runId} AND n = ${n} AND started_at IS NULL FOR UPDATE`;
        if (!open) return;
        await work();
        await tx.runTakeUp.update({ where: { runId_n: { runId, n } }, data: { startedAt: new Date() } });
      },
      { timeout: 60_000, maxWait: 30_000 },
    );
  }

  /** Opens a run again that was sealed before it could begin. */
  async reopen(runId: string): Promise<void> {
    await this.db.workflowRun.updateMany({
      where: { id: runId, cursor: '' },
      data: { status: 'queued', sealedAt: null, finishedAt: null },
    });
  }

  /** Takes back a redrive that will never be started, since the run that wanted it is over: the run is sealed again as it was. */
  async undo(runId: string, n: number): Promise<void> {
    await this.db.$transaction(async (tx) => {
      const row = await tx.runTakeUp.findUnique({ where: { runId_n: { runId, n } } });
      if (!row || row.startedAt) return;
      const { status, finished_at } = row.before as { status: string; finished_at: string | null };
      const { count } = await tx.workflowRun.updateMany({
        where: { id: runId, redriven: n, sealedAt: null },
        data: {
          ...{ status, sealedAt: new Date(), redriven: n - 1 },
          finishedAt: finished_at === null ? null : new Date(finished_at),
        },
      });
      if (count > 0) await tx.runTakeUp.delete({ where: { runId_n: { runId, n } } });
    });
  }
}
