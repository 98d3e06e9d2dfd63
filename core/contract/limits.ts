import { z } from 'zod';
import { MAX_HELD, MAX_RATE } from '../limits.js';
import { durationBetween } from '../nodes/durations.js';
import { limitName } from '../nodes/parts.js';
import { parseDuration } from '../spec/duration.js';
import type { RunRef } from './work.js';

/** What a limit allows, of each of its keys by itself. At least one of the two is there. */
export const limitDefinition = z
  .strictObject({
    concurrency: z.int().min(1).max(MAX_HELD).optional().describe('Places that are taken at once.'),
    rate: z
      .strictObject({ count: z.int().min(1).max(MAX_RATE), per: durationBetween('1s', '1d') })
      .optional()
      .describe('Places that are given in any time of that length.'),
  })
  .refine(({ concurrency, rate }) => concurrency !== undefined || rate !== undefined, {
    error: 'say concurrency, rate or both',
  })
  .meta({ id: 'LimitDefinition' });
export type LimitDefinition = z.infer<typeof limitDefinition>;

export const limit = z
  .object({
    name: limitName,
    concurrency: z.int().optional(),
    rate: z.object({ count: z.int(), per: z.string() }).optional(),
    revision: z.int().describe('Counts changes.'),
    updated_by: z.string(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Limit' });
export type LimitView = z.infer<typeof limit>;

const place = z.object({
  run: z.string(),
  node: z.string().nullable().describe('A node or an item of a map; null: the run itself.'),
  since: z.iso.datetime(),
});
export const limitUse = z
  .object({
    key: z.string().nullable().describe('Null: of those that name the limit without a key.'),
    held: z.array(place),
    waiting: z.array(place).describe('In the order in which they would get a place now.'),
    held_count: z.int(),
    waiting_count: z.int(),
  })
  .meta({ id: 'LimitUse' });
export type LimitUseView = z.infer<typeof limitUse>;

/** A definition as limiters carry it: times in ms. */
export interface Allowance {
  concurrency?: number;
  rate?: { count: number; per_ms: number };
}
export const allowanceOf = ({ concurrency, rate }: LimitDefinition): Allowance => ({
  ...(concurrency === undefined ? {} : { concurrency }),
  ...(rate === undefined ? {} : { rate: { count: rate.count, per_ms: parseDuration(rate.per)! } }),
});

/** What a limit is now; `allowance` is null when the org has none of that name: then nobody gets a place. */
export interface Defined {
  allowance: Allowance | null;
  /** Grows with every change; an older one does not take the place of a newer one. */
  revision: number;
}

/** One place, of one piece of a run's work. */
export interface Place {
  run: string;
  /** The task that needs it (engine/facts.ts). */
  task: string;
  /** Tells a place that was given back and is asked for anew from the one before. */
  ticket: number;
}

/** A place of a limit, and of which of its keys. */
export interface PlaceOf {
  limit: string;
  key?: string;
}
export type PlaceWish = { run: RunRef; task: string; ticket: number } & PlaceOf;
/** What the run's workflow is told by the signal `granted`. */
export type Granted = Omit<Place, 'run'> & PlaceOf;

/** The argument of the `limiter` workflow, one for each key of each limit of an org that is in use. */
export interface LimiterStart extends PlaceOf {
  org: string;
  state?: LimiterState;
}
/** A limiter as it crosses into its next Temporal run. Times are in ms since the epoch. */
export interface LimiterState extends Defined {
  held: (Place & { at: number })[];
  /** By run, in the order of their turns; within a run, in the order in which they came. */
  waiting: (Place & { at: number })[][];
  /** When places were given, as far back as the rate looks. */
  given: number[];
}

/** The limiter's workflow id. Neither org nor name holds a slash. */
export const limiterId = (org: string, { limit: name, key }: PlaceOf): string =>
  `limit/${org}/${name}${key === undefined ? '' : `/${key}`}`;

/** Of runs that say a key and no limit: one at a time. No limit of an org has such a name. */
export const ownLimit = (workflow: string): string => `~${workflow}`;
export const isOwnLimit = (name: string): boolean => name.startsWith('~');
export const ONE_AT_A_TIME: Defined = { allowance: { concurrency: 1 }, revision: 0 };

/** How places come to runs and back. All calls may come again. */
export interface LimitActivities {
  /** Asks the limiter for a place; it answers the run with a signal. */
  ask_limit(wish: PlaceWish): Promise<void>;
  /** What the limit is now, and which of these runs are over. */
  check_limit(of: { org: string; runs: string[] } & PlaceOf): Promise<Defined & { over: string[] }>;
}
