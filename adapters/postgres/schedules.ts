import { type ScheduleSpec, type ScheduleSummary, scheduleSpec } from '../../core/contract/schedules.js';
import type { Json } from '../../core/json.js';
import { type Db, type Prisma, required, olderThan } from './db.js';

/** What a schedule's author says of it. */
export interface GivenSchedule {
  name: string;
  workflow: string;
  version: number | null;
  input: Json;
  metadata: Json;
  spec: ScheduleSpec;
  /** Absent: it stays as it is. */
  paused?: boolean;
}
/** A schedule as its row has it. */
export interface StoredSchedule extends ScheduleSummary {
  org_id: string;
  input: Json;
  metadata: Json;
  revision: number;
  want_paused: boolean | null;
  deleted: boolean;
}
/** What Temporal alone decides. */
export interface PauseState {
  paused: boolean;
  note: string | null;
}

/** When a change that was not told to Temporal in the end is looked at. */
const SOON_MS = 5_000;
/** How often a row is compared with Temporal's Schedule. */
const OFTEN_MS = 60_000;
const inMs = (ms: number): Date => new Date(Date.now() + ms);
type Row = Prisma.ScheduleGetPayload<object>;
const LIGHT = { inputJson: true, metadata: true } as const;

/**
 * Rows of schedules.
 *
 * 1. A row is written before Temporal is told. Each change counts `revision` up, so whoever tells Temporal knows what it has heard.
 * 2. A deleted schedule's row stays until Temporal has forgotten the schedule; nobody but `whole` and `due` sees it.
 */
export class Schedules {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Writing it again, after a repeated request, changes nothing. */
  async create(id: string, orgId: string, createdBy: string, given: GivenSchedule): Promise<void> {
    const { paused = false } = given;
    await this.db.schedule.createMany({
      skipDuplicates: true,
      data: { id, orgId, createdBy, ...columnsOf(given), wantPaused: paused, paused, checkAt: inMs(SOON_MS) },
    });
  }

  /** False when there is no such schedule in the org. */
  async replace(orgId: string, id: string, given: GivenSchedule): Promise<boolean> {
    const { count } = await this.db.schedule.updateMany({
      where: { orgId, id, deletedAt: null },
      data: {
        ...columnsOf(given),
        ...{ wantPaused: given.paused ?? null, revision: { increment: 1 }, checkAt: inMs(SOON_MS) },
        updatedAt: new Date(),
      },
    });
    return count > 0;
  }

  /** Has Temporal told once more, so that workflows that it starts from now on have ids of their own. */
  async renew(id: string): Promise<void> {
    const data = { revision: { increment: 1 }, checkAt: inMs(SOON_MS) };
    await this.db.schedule.updateMany({ where: { id, deletedAt: null }, data });
  }

  /** False when there is no such schedule in the org. */
  async markDeleted(orgId: string, id: string): Promise<boolean> {
    const data = { deletedAt: new Date(), checkAt: inMs(SOON_MS) };
    return (await this.db.schedule.updateMany({ where: { orgId, id, deletedAt: null }, data })).count > 0;
  }

  /** With what it remembers of fires that started no run. */
  async remove(id: string): Promise<void> {
    await this.db.$transaction([
      this.db.scheduleFire.deleteMany({ where: { scheduleId: id, runId: null } }),
      this.db.schedule.deleteMany({ where: { id } }),
    ]);
  }

  async find(orgId: string, id: string): Promise<StoredSchedule | undefined> {
    const row = await this.db.schedule.findFirst({ where: { orgId, id, deletedAt: null } });
    return row ? stored(row) : undefined;
  }

  /** Of any org, deleted or not. */
  async whole(id: string): Promise<StoredSchedule | undefined> {
    const row = await this.db.schedule.findUnique({ where: { id } });
    return row ? stored(row) : undefined;
  }

  /** Newest first, from after the place on. */
  async list(orgId: string, limit: number, before?: { createdAt: Date; id: string }): Promise<ScheduleSummary[]> {
    const rows = await this.db.schedule.findMany({
      where: { orgId, deletedAt: null, ...olderThan(before, 'id') },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit,
      omit: LIGHT,
    });
    return rows.map(summaryOf);
  }

  /** Ids of schedules, of any org, that are due to be compared with Temporal's, longest due first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const where = { checkAt: { lte: now } };
    const rows = await this.db.schedule.findMany({
      where,
      orderBy: { checkAt: 'asc' },
      take: limit,
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  /** Keeps what Temporal says of a schedule that has heard of that revision: what it should do about the pause is done. */
  async mirror(id: string, revision: number, { paused, note }: PauseState): Promise<void> {
    const data = { paused, note, wantPaused: null, checkAt: inMs(OFTEN_MS) };
    await this.db.schedule.updateMany({ where: { id, revision, deletedAt: null }, data });
  }

  /** Looks at it again later: now it could not be done. */
  async putOff(id: string): Promise<void> {
    await this.db.schedule.updateMany({ where: { id }, data: { checkAt: inMs(OFTEN_MS) } });
  }
}

const columnsOf = ({ name, workflow, version, input, metadata, spec }: GivenSchedule) => ({
  ...{ name, workflow, version },
  ...{ inputJson: required(input), metadata: required(metadata), spec: required(spec as unknown as Json) },
});

const summaryOf = (row: Omit<Row, keyof typeof LIGHT>): ScheduleSummary => ({
  ...{ id: row.id, name: row.name, workflow: row.workflow, version: row.version },
  spec: scheduleSpec.parse(row.spec),
  ...{ paused: row.paused, note: row.note, created_by: row.createdBy },
  ...{ created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString() },
});

const stored = (row: Row): StoredSchedule => ({
  ...summaryOf(row),
  ...{ org_id: row.orgId, input: row.inputJson as Json, metadata: row.metadata as Json },
  ...{ revision: row.revision, want_paused: row.wantPaused, deleted: row.deletedAt !== null },
});
