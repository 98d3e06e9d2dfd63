import type { ScheduleSpec } from '../contract/schedules.js';
import { parseDuration } from '../spec/duration.js';

/**
 * Whether a schedule may fire at that second by itself. Cron expressions mean full minutes; an interval counts from the epoch on.
 */
export function isOwnTime({ cron, intervals }: Pick<ScheduleSpec, 'cron' | 'intervals'>, at: Date): boolean {
  const ms = at.getTime();
  if (cron.length > 0 && ms % 60_000 === 0) return true;
  return intervals.some(({ every, offset }) => (ms - parseDuration(offset)!) % parseDuration(every)! === 0);
}

/** The second in which a run that is asked for counts as due: none in which the schedule fires by itself, so that the two are never taken for one. */
export function* secondsForTrigger(spec: Pick<ScheduleSpec, 'cron' | 'intervals'>, now: Date): Generator<Date> {
  for (let ms = Math.ceil(now.getTime() / 1_000) * 1_000; ; ms += 1_000) {
    const at = new Date(ms);
    if (!isOwnTime(spec, at)) yield at;
  }
}
