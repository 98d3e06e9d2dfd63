import type { FireView } from '../../core/contract/schedules.js';
import type { Fire } from '../../core/contract/work.js';
import type { NodeError, RunStatus } from '../../core/engine/outcome.js';
import type { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { MAX_FAILED_FIRES } from '../../core/limits.js';
import { type Db, storable } from './db.js';

export interface Reserved {
  due: Date;
  /** `unsure`: by an earlier request, whose process died before it could say whether Temporal has heard of it. */
  state: 'new' | 'unsure' | 'asked';
}

/** What is remembered of a schedule's fires: those that were asked for, that have started a run, and that could not. */
export class Fires {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Keeps why a fire could start no run; the newest such fires of a schedule are kept. */
  async note(fire: Fire, { code, message, details }: Fault): Promise<void> {
    const error = JSON.stringify(storable({ code, message, ...(details === undefined ? {} : { details }) }));
    const { schedule, workflow, execution } = fire;
    await this.db.$executeRaw`
      INSERT INTO schedule_fires (schedule_id, due_at, workflow, execution, error)
      SELECT ${schedule}, ${new Date(fire.due_at)}, ${workflow}, ${execution}, ${error}::jsonb
      FROM schedules WHERE id = ${schedule} AND deleted_at IS NULL
      ON CONFLICT (schedule_id, due_at) DO UPDATE SET workflow = excluded.workflow, execution = excluded.execution, error = excluded.error
      WHERE schedule_fires.run_id IS NULL`;
    await this.forget(schedule);
  }

  /** Of fires that have started no run, the newest are enough. */
  private async forget(schedule: string): Promise<void> {
    await this.db.$executeRaw`
      DELETE FROM schedule_fires WHERE schedule_id = ${schedule} AND run_id IS NULL AND created_at < (
        SELECT created_at FROM schedule_fires WHERE schedule_id = ${schedule} AND run_id IS NULL
        ORDER BY created_at DESC OFFSET ${MAX_FAILED_FIRES} LIMIT 1)`;
  }

  /** When a request's fire is due: the first of these times that no fire of the schedule has; for a repeated request the same again. */
  async reserve(schedule: string, requestId: string, times: Iterable<Date>): Promise<Reserved> {
    const where = { scheduleId_requestId: { scheduleId: schedule, requestId } };
    const known = await this.db.scheduleFire.findUnique({ where });
    if (known) return { due: known.dueAt, state: known.asked ? 'asked' : 'unsure' };
    for (const due of times) {
      const written = await this.db.$executeRaw`
        INSERT INTO schedule_fires (schedule_id, due_at, request_id) VALUES (${schedule}, ${due}, ${requestId}) ON CONFLICT DO NOTHING`;
      if (written === 0) continue;
      await this.forget(schedule);
      return { due, state: 'new' };
    }
    throw new Error('a schedule has times without end');
  }

  /** Temporal has heard of it: a repeated request need not ask again. */
  async asked(schedule: string, due: Date): Promise<void> {
    await this.db.scheduleFire.updateMany({ where: { scheduleId: schedule, dueAt: due }, data: { asked: true } });
  }

  /** The Temporal workflow that starts a run, if a schedule does. */
  async starterOf(runId: string): Promise<string | undefined> {
    return (await this.db.scheduleFire.findUnique({ where: { runId } }))?.workflow ?? undefined;
  }

  /** The newest, as they were written. */
  async recent(schedule: string, limit: number): Promise<FireView[]> {
    const rows = await this.db.scheduleFire.findMany({
      where: { scheduleId: schedule },
      orderBy: [{ createdAt: 'desc' }, { dueAt: 'desc' }],
      take: limit,
      include: { run: { select: { status: true } } },
    });
    return rows.map((row) => ({
      ...{ due_at: row.dueAt.toISOString(), run_id: row.runId, status: (row.run?.status ?? null) as RunStatus | null },
      ...{ error: row.error as NodeError | null, created_at: row.createdAt.toISOString() },
    }));
  }

  /** Why the newest fire that could start no run could not. */
  async lastError(schedule: string): Promise<(NodeError & { due_at: string; details?: Json }) | null> {
    const [row] = await this.db.$queryRaw<{ error: NodeError; due_at: Date }[]>`
      SELECT error, due_at FROM schedule_fires WHERE schedule_id = ${schedule} AND run_id IS NULL AND error IS NOT NULL
      ORDER BY created_at DESC, due_at DESC LIMIT 1`;
    return row ? { ...row.error, due_at: row.due_at.toISOString() } : null;
  }
}
