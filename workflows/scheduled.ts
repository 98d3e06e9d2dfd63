import { defineSearchAttributeKey } from '@temporalio/common';
import { ChildWorkflowCancellationType, executeChild, ParentClosePolicy, workflowInfo } from '@temporalio/workflow';
import type { ScheduledRun } from '../core/contract/work.js';
import type { Launch } from '../core/engine/launch.js';
import { priorityOf } from '../core/engine/state.js';
import { searchAttributesOf } from './attributes.js';
import { callActivity } from './call.js';

/** Temporal's scheduler says here which of its times a workflow is for. */
const DUE = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/**
 * What a schedule starts: one for each fire. It accepts the fire's run, starts it and stays open until the run is over, for Temporal's overlap
 * policy looks at this workflow. Cancelled, it cancels the run and waits for its end; terminated, the run is terminated; it fails when the run
 * fails, so that a schedule can pause on failure.
 */
export async function scheduledRun({ schedule, org }: ScheduledRun): Promise<{ run_id: string }> {
  const { workflowId, runId, startTime, typedSearchAttributes } = workflowInfo();
  const due_at = (typedSearchAttributes.get(DUE) ?? startTime).toISOString();
  const fire = { schedule, org, due_at, workflow: workflowId, execution: runId };
  const { run_id, launch } = await callActivity('accept_fire', 'accept', fire, undefined, { fairnessKey: org });
  if (launch) await runOf(launch, org);
  return { run_id };
}

function runOf({ start, summary, details, memo, timeout_ms }: Launch, org: string): Promise<unknown> {
  const priorityKey = priorityOf(start);
  return executeChild('run', {
    workflowId: start.run.id,
    args: [start],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    parentClosePolicy: ParentClosePolicy.TERMINATE,
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    staticSummary: summary,
    staticDetails: details,
    memo,
    priority: { ...(priorityKey === undefined ? {} : { priorityKey }), fairnessKey: org },
    typedSearchAttributes: searchAttributesOf(start.run),
    ...(timeout_ms === undefined ? {} : { workflowExecutionTimeout: timeout_ms }),
  });
}
