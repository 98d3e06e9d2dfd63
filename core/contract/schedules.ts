import { z } from 'zod';
import { MAX_SCHEDULE_TIMES } from '../limits.js';
import { durationBetween } from '../nodes/durations.js';
import { cronProblem } from '../schedule/cron.js';
import { parseDuration } from '../spec/duration.js';
import { anyJson, nodeError, runStatus } from './views.js';

const time = z.iso.datetime();
const ms = (text: string) => parseDuration(text) ?? 0;
const wholeSeconds = (text: string) => ms(text) % 1_000 === 0;
const WHOLE = 'it is a whole number of seconds';

/** What becomes of a fire while a run of an earlier one is open, by Temporal's names. */
export const overlapPolicy = z
  .enum(['skip', 'buffer_one', 'buffer_all', 'allow_all', 'cancel_other', 'terminate_other'])
  .meta({ id: 'OverlapPolicy' });
export type OverlapPolicy = z.infer<typeof overlapPolicy>;

const cronExpression = z.string().superRefine((text, ctx) => {
  const problem = cronProblem(text);
  if (problem !== undefined) ctx.addIssue({ code: 'custom', message: problem });
});

const interval = z
  .strictObject({
    every: durationBetween('10s', '365d').refine(wholeSeconds, WHOLE),
    offset: durationBetween('0s', '365d').refine(wholeSeconds, WHOLE).default('0s'),
  })
  .refine(({ every, offset }) => ms(offset) < ms(every) || ms(every) === 0, {
    path: ['offset'],
    error: 'the offset is less than the interval',
  });

/** When a schedule fires, and what then holds. Times are the union of those of `cron` and `intervals`. */
export const scheduleSpec = z
  .strictObject({
    cron: z.array(cronExpression).max(MAX_SCHEDULE_TIMES).default([]).describe('Five fields, or @daily and the like.'),
    time_zone: z.string().min(1).max(100).default('UTC').describe('IANA name; the cron expressions are read in it.'),
    intervals: z.array(interval).max(MAX_SCHEDULE_TIMES).default([]).describe('Counted from 1970-01-01T00:00:00Z on.'),
    jitter: durationBetween('0s', '1d').default('0s').describe('A fire comes up to so much later, at random.'),
    start_at: z.iso.datetime({ offset: true }).optional(),
    end_at: z.iso.datetime({ offset: true }).optional(),
    overlap: overlapPolicy.default('skip'),
    catchup_window: durationBetween('10s', '365d')
      .default('1d')
      .describe('A fire that Temporal could not see to in time is made up for if it is no older.'),
    pause_on_failure: z.boolean().default(false),
  })
  .superRefine(({ cron, intervals, start_at, end_at }, ctx) => {
    if (cron.length + intervals.length === 0)
      ctx.addIssue({ code: 'custom', path: ['cron'], message: 'a cron expression or an interval is needed' });
    if (start_at !== undefined && end_at !== undefined && Date.parse(end_at) <= Date.parse(start_at))
      ctx.addIssue({ code: 'custom', path: ['end_at'], message: 'it ends after it starts' });
  })
  .meta({ id: 'ScheduleSpec' });
export type ScheduleSpec = z.infer<typeof scheduleSpec>;

export const scheduleSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    workflow: z.string(),
    version: z.int().nullable().describe('Null: the newest when it fires.'),
    spec: scheduleSpec,
    paused: z.boolean(),
    note: z.string().nullable().describe('Why it is paused or was resumed.'),
    created_by: z.string(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'ScheduleSummary' });
export type ScheduleSummary = z.infer<typeof scheduleSummary>;

export const fireView = z
  .object({
    due_at: time.describe('Of its time in the schedule; of one that was asked for, when it was.'),
    run_id: z.string().nullable().describe('Null: it has started none (yet).'),
    status: runStatus.nullable(),
    error: nodeError.nullable().describe('Why it could start no run.'),
    created_at: time,
  })
  .meta({ id: 'Fire' });
export type FireView = z.infer<typeof fireView>;

export const scheduleView = scheduleSummary
  .extend({
    input: anyJson,
    metadata: anyJson,
    next_times: z.array(time).describe('The next ten, with their jitter.'),
    fires: z.object({ started: z.int(), skipped: z.int(), missed: z.int() }),
    recent: z.array(fireView).describe('Newest first.'),
    last_error: nodeError.extend({ due_at: time }).nullable(),
  })
  .meta({ id: 'Schedule' });
export type ScheduleView = z.infer<typeof scheduleView>;
