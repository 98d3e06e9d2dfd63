import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/fault.js';
import type { Claims } from './postgres/claims.js';
import type { Schedules, StoredSchedule } from './postgres/schedules.js';
import type { TemporalSchedule, TemporalSchedules } from './temporal/schedules.js';

/** A server may show a moment later what it was told. */
const ROUNDS = 20;
/** For others who act on the same schedule. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 25;

/**
 * A schedule stands in two places: its row says what it starts and who made it; Temporal's Schedule says when, and whether it is paused.
 *
 * 1. The row is written first, and Temporal is told what the row says. A process that dies in between leaves a row that the projector tells.
 * 2. Temporal's Schedule carries the row's revision. It is told only what is newer, so telling again, by whomever, changes nothing.
 * 3. Of the pause Temporal is right: the row follows.
 * 4. What is asked of a Schedule (pause, trigger, backfill) is asked one after another, and the next only when the Schedule shows itself again: its
 *    workflow keeps one request at a time, and would forget the earlier of two.
 */
export class SettledSchedules {
  private readonly rows: Schedules;
  private readonly temporal: TemporalSchedules;

  private readonly claims: Pick<Claims, 'exclusively'>;

  constructor(rows: Schedules, temporal: TemporalSchedules, claims: Pick<Claims, 'exclusively'>) {
    this.claims = claims;
    this.rows = rows;
    this.temporal = temporal;
  }

  /** Makes Temporal's Schedule what the row says and answers it; undefined when the schedule is no more. Throws REQUEST_INVALID, UNAVAILABLE. */
  async settle(id: string): Promise<TemporalSchedule | undefined> {
    for (let round = 0; round < ROUNDS; round++) {
      const row = await this.rows.whole(id);
      if (!row) return undefined;
      if (row.deleted) {
        await this.temporal.delete(id);
        await this.rows.remove(id);
        return undefined;
      }
      const known = (await this.tell(row)) ?? (await this.temporal.describe(id));
      // Somebody else may have told Temporal an older revision at the same time, or the row may have moved on: then once more.
      if (!known || known.revision < row.revision || (await this.rows.whole(id))?.revision !== row.revision) continue;
      await this.rows.mirror(id, row.revision, known);
      return known;
    }
    throw new Fault('UNAVAILABLE', `Temporal does not show schedule ${id} as it was told`);
  }

  /** Answers Temporal's Schedule if there was nothing to tell. */
  private async tell(row: StoredSchedule): Promise<TemporalSchedule | undefined> {
    const known = await this.temporal.describe(row.id);
    if (!known) {
      const { paused, note, want_paused } = row;
      await this.temporal.create(row, { paused: want_paused ?? paused, note });
    } else if (known.revision < row.revision) await this.temporal.replace(row, row.want_paused);
    else return known;
    return undefined;
  }

  /** Asks something of a Schedule, in turn. Throws UNAVAILABLE when others are at it for long. */
  async ask<T>(id: string, request: () => Promise<T>): Promise<T> {
    const patience = Date.now() + PATIENCE_MS;
    let answer: { is: T } | undefined;
    const inTurn = async (): Promise<void> => {
      answer = { is: await request() };
      await this.settle(id);
    };
    while (!(await this.claims.exclusively(`schedule ${id}`, inTurn))) {
      if (Date.now() > patience) throw new Fault('UNAVAILABLE', `others are changing schedule ${id}`);
      await sleep(LOOK_MS);
    }
    return answer!.is;
  }

  /** Takes back a change that Temporal refuses, and says so. */
  async refused(err: unknown, undo: () => Promise<unknown>): Promise<never> {
    if (err instanceof Fault && err.code === 'REQUEST_INVALID') await undo();
    throw err;
  }
}
