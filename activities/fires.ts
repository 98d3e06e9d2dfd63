import { log } from '@temporalio/activity';
import type { AcceptedFire, Fire } from '../core/contract/work.js';
import { Fault, FAULTS } from '../core/fault.js';
import type { ActivityDeps } from './deps.js';

/** Accepts the run of a fire; what can't be helped by trying again is said in the log, and noted with the schedule. */
export async function acceptFire({ fires }: Pick<ActivityDeps, 'fires'>, fire: Fire): Promise<AcceptedFire> {
  try {
    return await fires.accept(fire);
  } catch (err) {
    if (!(err instanceof Fault) || FAULTS[err.code].retry) throw err;
    const { schedule, due_at } = fire;
    log.warn(`a schedule could not start its run: ${err.message}`, { schedule_id: schedule, due_at, code: err.code });
    await fires.note(fire, err);
    throw err;
  }
}
