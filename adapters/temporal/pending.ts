import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { isUndo, isWork, itemsOfTask, nodeOfTask } from '../../core/engine/facts.js';
import type { NodeView, RunView } from '../../core/events/view.js';
import { decodePayloads } from './decode.js';
import { faultOf } from './faults.js';
import { msOf, PendingActivityState } from './proto.js';

type Pending = temporal.api.workflow.v1.IPendingActivityInfo;

/** Lays over a view what history records only when it is past: which attempts are at work, and which wait for the next. */
export async function overlayPending(client: Client, view: RunView): Promise<void> {
  const nodes = new Map(view.nodes.map((node) => [node.key, node]));
  for (const activity of await pendingOf(client, view.id)) {
    const task = activity.activityId ?? '';
    const key = nodeOfTask(task);
    if (key !== undefined && isUndo(task)) overlayUndo(nodes.get(key), activity);
    if (key === undefined || !isWork(task)) continue;
    const items = itemsOfTask(task);
    const keys = items ? Array.from({ length: items.to - items.from }, (_, i) => `${key}[${items.from + i}]`) : [key];
    for (const each of keys) overlay(nodes.get(each), activity);
  }
}

/**
 * To pause an activity and let it go on is Temporal's way to end its wait for the next attempt, with the count of attempts as it was. One that
 * is found paused, because somebody died between the two or paused it by hand, goes on.
 */
export async function retryNow(client: Client, workflowId: string, node: string): Promise<boolean> {
  const pending = (await pendingOf(client, workflowId)).find(({ activityId }) => isWorkOf(node, activityId ?? ''));
  const paused = pending?.state === PendingActivityState.PENDING_ACTIVITY_STATE_PAUSED;
  const waits = pending?.state === PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED && (pending.attempt ?? 1) > 1;
  if (!paused && !waits) return false;
  const which = { namespace: client.options.namespace, execution: { workflowId }, id: pending!.activityId! };
  try {
    if (!paused) await client.workflowService.pauseActivity(which);
    await client.workflowService.unpauseActivity(which);
  } catch (err) {
    throw faultOf(err, `run ${workflowId}`);
  }
  return true;
}

/** A map's items are nodes to whoever looks at them, and an activity may do several: each is a task by its own name. */
const isWorkOf = (node: string, task: string): boolean =>
  task === node || (isWork(task) && nodeOfTask(task) === node && !task.includes('['));

async function pendingOf(client: Client, workflowId: string): Promise<Pending[]> {
  try {
    const answer = await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId },
    });
    return await decodePayloads(answer.pendingActivities ?? [], client.options.loadedDataConverter.payloadCodecs);
  } catch (err) {
    throw faultOf(err, `run ${workflowId}`);
  }
}

/** Of what undoes a node. */
function overlayUndo(node: NodeView | undefined, activity: Pending): void {
  const undo = node?.compensation;
  if (!undo || activity.activityId?.endsWith('~bind')) return;
  const next = undo.attempt + (activity.attempt ?? 1);
  if (activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED) undo.attempt = next;
  else if ((activity.attempt ?? 1) > 1) {
    undo.attempt = next - 1;
    const at = iso(activity.nextAttemptScheduleTime ?? activity.scheduledTime);
    node.why = `is being undone: attempt ${next} starts at ${at} after ${activity.lastFailure?.message ?? 'a failure'}`;
  }
}

function overlay(node: NodeView | undefined, activity: Pending): void {
  if (!node || (node.status !== 'queued' && node.status !== 'running')) return;
  const before = node.attempt; // made in a region or in a batch, and over
  const attempt = before + (activity.attempt ?? 1);
  if (activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_PAUSED) {
    node.attempt = attempt - 1;
    node.why = 'its next attempt is paused in Temporal; retry lets it go on';
  } else if (activity.state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED) {
    Object.assign(node, { status: 'running', attempt, started_at: iso(activity.lastStartedTime), why: null });
  } else if (attempt > before + 1) {
    node.attempt = attempt - 1;
    const code =
      activity.lastFailure?.applicationFailureInfo?.type ??
      activity.lastFailure?.timeoutFailureInfo?.timeoutType ??
      'a failure';
    const next = iso(activity.nextAttemptScheduleTime ?? activity.scheduledTime);
    const of = activity.maximumAttempts ? ` of ${before + activity.maximumAttempts}` : '';
    node.why = `attempt ${attempt}${of} starts at ${next} after ${code}: ${activity.lastFailure?.message ?? ''}`.trim();
  }
}

const iso = (time: Parameters<typeof msOf>[0]): string | null => (time ? new Date(msOf(time)).toISOString() : null);
