import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { ScheduleOptions, ScheduleSpec as TemporalSpec } from '@temporalio/client';
import type { OverlapPolicy, ScheduleSpec } from '../../core/contract/schedules.js';
import type { ScheduledRun } from '../../core/contract/work.js';
import { parseDuration } from '../../core/spec/duration.js';

/** What a Temporal Schedule is made of. */
export interface ScheduleContent {
  id: string;
  org_id: string;
  name: string;
  workflow: string;
  revision: number;
  spec: ScheduleSpec;
}

const OVERLAP = {
  skip: 'SKIP',
  buffer_one: 'BUFFER_ONE',
  buffer_all: 'BUFFER_ALL',
  allow_all: 'ALLOW_ALL',
  cancel_other: 'CANCEL_OTHER',
  terminate_other: 'TERMINATE_OTHER',
} as const satisfies Record<OverlapPolicy, string>;
export const overlapOf = (policy: OverlapPolicy) => OVERLAP[policy];

const ORG = defineSearchAttributeKey('HeddleOrg', 'KEYWORD');
const WORKFLOW = defineSearchAttributeKey('HeddleWorkflow', 'KEYWORD');

const ms = (duration: string): number => parseDuration(duration)!;

/** The times, as Temporal takes them. */
export function timesOf({ cron, time_zone, intervals, jitter, start_at, end_at }: ScheduleSpec): TemporalSpec {
  return {
    cronExpressions: cron,
    timezone: time_zone,
    intervals: intervals.map(({ every, offset }) => ({ every: ms(every), offset: ms(offset) })),
    jitter: ms(jitter),
    ...(start_at === undefined ? {} : { startAt: new Date(start_at) }),
    ...(end_at === undefined ? {} : { endAt: new Date(end_at) }),
  };
}

/** What of a Temporal Schedule an update replaces; `taskQueue` is the engine's. */
export function optionsOf(
  { id, org_id, name, workflow, revision, spec }: ScheduleContent,
  taskQueue: string,
): Required<Pick<ScheduleOptions, 'spec' | 'action' | 'policies'>> {
  const argument: ScheduledRun = { schedule: id, org: org_id, revision };
  return {
    spec: timesOf(spec),
    action: {
      type: 'startWorkflow',
      workflowType: 'scheduled_run',
      // Temporal appends the time. A backfill's workflows must not be taken for those that were at that time before.
      workflowId: `${id}.${revision}`,
      taskQueue,
      args: [argument],
      staticSummary: `${name}: ${workflow}`,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: ORG, value: org_id },
        { key: WORKFLOW, value: workflow },
      ]),
      ...{ priority: { fairnessKey: org_id } }, // the SDK takes it, though its type does not say so
    },
    policies: {
      overlap: OVERLAP[spec.overlap],
      catchupWindow: ms(spec.catchup_window),
      pauseOnFailure: spec.pause_on_failure,
    },
  };
}
