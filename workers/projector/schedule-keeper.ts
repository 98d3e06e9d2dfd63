import type { Schedules } from '../../adapters/postgres/schedules.js';
import type { SettledSchedules } from '../../adapters/schedules.js';
import type { Logger } from '../../adapters/telemetry/log.js';

/** Schedules that one sweep looks at: each costs Temporal a question. */
const AT_ONCE = 50;

export interface ScheduleKeeperDeps {
  schedules: Pick<Schedules, 'due' | 'putOff'>;
  settled: Pick<SettledSchedules, 'settle'>;
  log: Pick<Logger, 'warn'>;
}

/**
 * Keeps rows of schedules and Temporal's Schedules alike: tells what a process that died could not, makes one that was removed behind Heddle's
 * back again, and notes in the row that one was paused by a failure or by hand.
 */
export class ScheduleKeeper {
  private readonly deps: ScheduleKeeperDeps;

  constructor(deps: ScheduleKeeperDeps) {
    this.deps = deps;
  }

  async sweep(now = new Date()): Promise<void> {
    const { schedules, settled, log } = this.deps;
    for (const id of await schedules.due(now, AT_ONCE)) {
      try {
        await settled.settle(id);
      } catch (err) {
        log.warn({ err, schedule_id: id }, "a schedule could not be compared with Temporal's");
        await schedules.putOff(id);
      }
    }
  }
}
