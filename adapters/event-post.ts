import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, type FaultCode } from '../core/fault.js';
import type { Due, Sending, SentEvents, SentFate } from './postgres/sent-events.js';
import type { TemporalEngine } from './temporal/engine.js';

const BATCH = 100;
/** Deliveries that are under way at once. */
const AT_ONCE = 10;
/** What a run may take to answer: it may have no worker just now. */
const PATIENCE_MS = 10_000;
/** What nobody has tried for so long, nobody is about to. */
const FORGOTTEN_MS = 5_000;

/** By these a run says that nobody waits there. */
const MISSED: ReadonlySet<FaultCode> = new Set(['RUN_CLOSED', 'NODE_STATE', 'NOT_FOUND']);

/**
 * Brings events to whichever runs wait for them. An event is written down before anybody hears of it, with the runs that it is due in; each
 * gets it by Update, and answers what became of it. Whoever dies in between leaves it due, and the projector brings it: at least once, and a
 * run knows it again by its id.
 */
export class EventPost {
  private readonly rows: SentEvents;
  private readonly engine: Pick<TemporalEngine, 'deliver'>;

  constructor(rows: SentEvents, engine: Pick<TemporalEngine, 'deliver'>) {
    this.rows = rows;
    this.engine = engine;
  }

  /** Sends it and brings it to the first runs; the projector sees to the rest. Throws INPUT_INVALID when it fits none of those who wait. */
  async send(event: Sending): Promise<SentFate & { repeated: boolean }> {
    const { event: row, repeated } = await this.rows.send(event);
    const bringing = this.bring(await this.rows.due({ event: row }, BATCH)).catch((err: unknown) => {
      if (!(err instanceof Fault)) throw err; // it is written down, and brought as soon as that is possible
    });
    await Promise.race([bringing, sleep(PATIENCE_MS, undefined, { ref: false })]);
    return { ...(await this.rows.fateOf(row)), repeated };
  }

  /** Brings what was written down and has not been brought. */
  async sweep(now = new Date()): Promise<void> {
    const before = new Date(now.getTime() - FORGOTTEN_MS);
    for (let due = await this.rows.due({ before }, BATCH); due.length > 0; ) {
      await this.bring(due);
      due = due.length < BATCH ? [] : await this.rows.due({ before }, BATCH);
    }
  }

  private async bring(all: Due[]): Promise<void> {
    const waiting = [...all];
    const failures: unknown[] = [];
    const next = async (): Promise<void> => {
      for (let due = waiting.shift(); due; due = waiting.shift())
        await this.bringOne(due).catch((err: unknown) => void failures.push(err));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    if (failures.length > 0) throw failures[0];
  }

  private async bringOne(due: Due): Promise<void> {
    try {
      await this.engine.deliver(due.run_id, due.sent, PATIENCE_MS);
    } catch (err) {
      if (!(err instanceof Fault) || !MISSED.has(err.code)) {
        await this.rows.postponed(due);
        throw err;
      }
      if (await this.rows.missed(due)) await this.bring(await this.rows.due({ event: due.event }, BATCH));
      return;
    }
    await this.rows.delivered(due);
  }
}
