import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Priority } from '@temporalio/common';
import type { EngineActivities, FusedRegion } from '../core/contract/work.js';
import { type FuseCommand, type TaskId, UNTIL_IT_WORKS } from '../core/engine/facts.js';
import type { RetryPolicy } from '../core/spec/plan.js';

export interface CallPolicy {
  retry: RetryPolicy;
  attempt_ms: number;
  total_ms?: number;
  heartbeat_ms?: number;
  summary?: string;
  /** When it is cancelled, what became of it is awaited. */
  waits?: boolean;
}

const PERSISTENT: CallPolicy = { retry: UNTIL_IT_WORKS, attempt_ms: 60_000 };

/** Calls an activity under the task's id, with Temporal's own retries and timeouts. */
export function callActivity<A extends keyof EngineActivities>(
  name: A,
  task: TaskId,
  input: Parameters<EngineActivities[A]>[0],
  policy: CallPolicy = PERSISTENT,
  priority: Priority,
): Promise<Awaited<ReturnType<EngineActivities[A]>>> {
  const activities = proxyActivities<EngineActivities>(optionsOf(task, policy, priority));
  return (activities[name] as (input: unknown) => Promise<Awaited<ReturnType<EngineActivities[A]>>>)(input);
}

/** It watches its time itself: this is for one that hangs. */
const REGION_MS = 30_000;

/** A region is tried once: what it leaves undone goes on by itself. */
export function fuseRegion({ input, summary }: FuseCommand): Promise<FusedRegion> {
  const { fuse } = proxyLocalActivities<EngineActivities>({
    summary,
    startToCloseTimeout: REGION_MS,
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
  return fuse(input);
}

function optionsOf(
  task: TaskId,
  { retry, attempt_ms, total_ms, heartbeat_ms, summary, waits }: CallPolicy,
  priority: Priority,
): ActivityOptions {
  return {
    activityId: task,
    ...(summary === undefined ? {} : { summary }), // Temporal Web shows it beside the activity's type
    startToCloseTimeout: attempt_ms,
    ...(total_ms === undefined ? {} : { scheduleToCloseTimeout: total_ms }),
    ...(heartbeat_ms === undefined ? {} : { heartbeatTimeout: heartbeat_ms }),
    cancellationType: ActivityCancellationType[waits ? 'WAIT_CANCELLATION_COMPLETED' : 'TRY_CANCEL'],
    priority,
    retry: {
      initialInterval: retry.initial_interval_ms,
      backoffCoefficient: retry.backoff,
      maximumInterval: retry.max_interval_ms,
      ...(retry.max_attempts > 0 ? { maximumAttempts: retry.max_attempts } : {}),
      ...(retry.non_retryable.length > 0 ? { nonRetryableErrorTypes: retry.non_retryable } : {}),
    },
  };
}
