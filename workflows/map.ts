import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ItemResult, MapBatch, MapBatchResult } from '../core/contract/work.js';
import { weighs, weightOf } from '../core/engine/weigh.js';
import { itemsTask } from '../core/engine/facts.js';
import { bodyOf, type MapStart, mapFailed, tolerated } from '../core/engine/kinds/map.js';
import type { NodeError } from '../core/engine/outcome.js';
import { isArtifactRef, type Json } from '../core/json.js';
import { INLINE_BYTES, MAP_PART_ITEMS, TASK_BYTES } from '../core/limits.js';
import type { RetryPolicy } from '../core/spec/plan.js';
import { nodeErrorOf } from './failures.js';
import { callActivity } from './call.js';

interface MapRun extends MapStart {
  carried?: Progress;
}

/** What a segment hands to the next: everything before `next` has settled and lies in `parts`. */
interface Progress {
  next: number;
  completed: number;
  failed: number;
  errors: { index: number; code: string; message: string }[];
  /** References to lists of outputs, in order. */
  parts: Json[];
}

const ERRORS_KEPT = 100;
/** Results wait in memory until they weigh this much, then they become an artifact. */
const PART_BYTES = 8 * INLINE_BYTES;

/**
 * A large map: a sliding window over its items, in a workflow of its own, so that the run's history holds one child instead of
 * thousands of activities. Results are laid down in order as parts; the workflow continues as new between windows, so neither
 * history nor memory grows with the number of items.
 */
export async function map(start: MapRun): Promise<Json> {
  const { config, total, engine = 1 } = start;
  const progress: Progress = start.carried ?? { next: 0, completed: 0, failed: 0, errors: [], parts: [] };
  const settled = new Map<number, ItemResult>();
  const order = {
    ...(start.priority === undefined ? {} : { priorityKey: start.priority }),
    fairnessKey: start.run.org,
  };
  let outputs: Json[] = [];
  let taken = progress.next; // items before it are in `outputs` or `parts`
  let working = 0;
  let news = 0;
  let verdict: NodeError | undefined;

  const window = new CancellationScope({ cancellable: true });
  const launch = (from: number, to: number, retry: RetryPolicy): void => {
    working += to - from;
    const ended = (items: ItemResult[]) => {
      working -= to - from;
      news++;
      for (const [offset, item] of items.entries()) settle(from + offset, item, to - from > 1);
    };
    window
      .run(() =>
        callActivity(
          'map_batch',
          itemsTask(start.node, from, to),
          batchOf(start, from, to),
          {
            ...config.do.timeout,
            attempt_ms: config.do.timeout.attempt_ms * (to - from),
            retry,
            summary: itemsTask(start.node, from, to),
          },
          order,
        ),
      )
      .then(
        (result) => ended((result as MapBatchResult).items),
        (err: unknown) =>
          ended(
            Array.from({ length: to - from }, () => ({ status: 'failed', error: nodeErrorOf(err), retryable: false })),
          ),
      );
  };
  const settle = (index: number, item: ItemResult, inCompany: boolean): void => {
    const { retry } = config.do;
    if (
      item.status === 'failed' &&
      item.retryable &&
      inCompany &&
      retry.max_attempts !== 1 &&
      !retry.non_retryable.includes(item.error.code)
    ) {
      return launch(index, index + 1, { ...retry, max_attempts: Math.max(0, retry.max_attempts - 1) });
    }
    settled.set(index, item);
    if (item.status === 'completed') progress.completed++;
    else {
      progress.failed++;
      if (progress.errors.length < ERRORS_KEPT)
        progress.errors.push({ index, code: item.error.code, message: item.error.message });
      if (progress.failed > tolerated(config, total)) verdict ??= mapFailed(progress.failed, total, item.error);
    }
  };
  /** Moves what is settled without a gap into `outputs`, and a full measure of them into an artifact. */
  const layDown = async (all: boolean): Promise<void> => {
    for (let item = settled.get(taken); item; item = settled.get(taken)) {
      outputs.push(item.status === 'completed' ? item.output : null);
      settled.delete(taken++);
    }
    if (outputs.length === 0 || !(all || outputs.length >= MAP_PART_ITEMS || weighs(outputs, PART_BYTES))) return;
    const values = [outputs];
    outputs = [];
    const { refs } = await callActivity('stash', `${start.node}~part`, { run: start.run, values }, undefined, order);
    progress.parts.push(...refs);
  };

  /** The rest goes out with another workflow task. */
  const nextTask = async (): Promise<void> => {
    if (engine < 3) await sleep(1);
    else await callActivity('next_task', '~more', null, undefined, order);
  };

  /** Batches that one workflow task may ask for: their inputs travel in one request. */
  const atOnce = Math.max(1, Math.floor(TASK_BYTES / weightOf(batchOf(start, 0, config.batch) as never, TASK_BYTES)));
  for (;;) {
    let asked = 0;
    const hasRoom = () => !verdict && !draining && progress.next < total && working < config.concurrency;
    const draining = workflowInfo().continueAsNewSuggested;
    for (; hasRoom() && asked < atOnce; asked++) {
      const to = Math.min(progress.next + config.batch, total, progress.next + config.concurrency - working);
      launch(progress.next, to, config.do.retry);
      progress.next = to;
    }
    const more = hasRoom(); // than one workflow task may ask for
    if (verdict) {
      window.cancel();
      throw ApplicationFailure.create({
        type: verdict.code,
        message: verdict.message,
        nonRetryable: true,
        details: [verdict],
      });
    }
    await layDown(false);
    if (working === 0 && progress.next === total) break;
    if (working === 0 && draining) {
      await layDown(true);
      await continueAsNew<typeof map>({ ...start, carried: progress });
    }
    news = 0;
    if (engine >= 3 ? more : hasRoom()) await nextTask();
    else if (!hasRoom() && working > 0) await condition(() => news > 0);
  }

  const { completed, failed, errors, parts } = progress;
  const rest = { total, completed, failed, errors };
  if (parts.length === 0 && !weighs(outputs, INLINE_BYTES)) return { items: outputs, ...rest };
  await layDown(true);
  const { value } = await callActivity('join_items', `${start.node}~join`, { run: start.run, parts }, undefined, order);
  return { items: value, ...rest };
}

function batchOf({ run, node, generation, scope, over, config }: MapStart, from: number, to: number): MapBatch {
  const part = isArtifactRef(over) ? { over } : { over: (over as Json[]).slice(from, to), offset: from };
  return { run, node, generation, scope, ...part, from, to, body: bodyOf(config) };
}
