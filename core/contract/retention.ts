import { z } from 'zod';

/** A hundred years: more is for ever, which is null. */
const days = z.int().min(1).max(36_500).nullable();

/**
 * For how many days after its end something of a run is kept; null is for ever. Nothing outlives its run: what is said of archives and
 * logs counts while it is less.
 */
export const retentionPolicy = z
  .object({
    runs_days: days.describe('A closed run with all that belongs to it.'),
    archives_days: days.describe('Events and history of a closed run.'),
    logs_days: days.describe('Log lines of a closed run.'),
  })
  .meta({ id: 'RetentionPolicy' });
export type RetentionPolicy = z.infer<typeof retentionPolicy>;

/** What an org says of its own. */
export const ownRetention = z.strictObject(retentionPolicy.shape).partial();
export type OwnRetention = z.infer<typeof ownRetention>;

/** The policy that holds for an org: its own word where it has given one, else the configured. */
export const effectiveRetention = (configured: RetentionPolicy, own: OwnRetention): RetentionPolicy => {
  const of = (part: keyof RetentionPolicy) => (own[part] === undefined ? configured[part] : own[part]);
  return { runs_days: of('runs_days'), archives_days: of('archives_days'), logs_days: of('logs_days') };
};

const DAY_MS = 86_400_000;

/** What ended before that time is to go; undefined when it is kept for ever. */
export const cutoff = (now: Date, kept: number | null): Date | undefined =>
  kept === null ? undefined : new Date(now.getTime() - kept * DAY_MS);
