import type { BodyType, ItemResult, MapBatch, MapBatchResult } from '../../contract/work.js';
import { Fault } from '../../fault.js';
import { isArtifactRef, type Json, type JsonSchema } from '../../json.js';
import { LEAST_INLINE_BYTES, MAP_INLINE_ITEMS, MAP_LIMITED_ITEMS } from '../../limits.js';
import { apartFromCode } from '../../nodes/code.js';
import type { NodeTimeout, RetryPolicy } from '../../spec/plan.js';
import { prune, scopeOf } from '../bind.js';
import { type Fact, isTaskOf, itemsOfTask, itemsTask, type TaskId } from '../facts.js';
import type { NodeError } from '../outcome.js';
import { type MapState, priorityOf, type RunStart } from '../state.js';
import type { Walk } from '../walk.js';
import { taskOf } from '../task-names.js';
import type { Kind } from './kind.js';

/** A map's config as the compiler leaves it. */
export interface MapConfig {
  over: Json;
  do: { type: BodyType; config: Json; retry: RetryPolicy; timeout: NodeTimeout; output?: JsonSchema };
  concurrency: number;
  batch: number;
  tolerate?: { count?: number; percent?: number };
}
/** What the child workflow of a large map is given. */
export interface MapStart extends Omit<MapBatch, 'from' | 'to' | 'body'> {
  /** The rules of the run that it belongs to; absent before 3. */
  engine?: RunStart['engine'];
  config: MapConfig;
  /** Of that run. */
  priority?: number;
  total: number;
}

/** How many failed items a map of this size survives. */
export const tolerated = ({ tolerate }: MapConfig, total: number): number =>
  Math.max(tolerate?.count ?? 0, Math.floor(((tolerate?.percent ?? 0) * total) / 100));

export const mapFailed = (failed: number, total: number, first: NodeError): NodeError => ({
  code: 'MAP_FAILED',
  message: `${failed} of ${total} items failed, more than are tolerated; the first: ${first.message}`,
  details: { failed, total, first: { code: first.code, message: first.message } },
});

/**
 * The same work for each item of a list. Up to MAP_INLINE_ITEMS items are tasks of the run itself; more are walked by a
 * child workflow of their own (workflows/map.ts), so that the run's history stays small.
 */
export const map: Kind = {
  template: (config) => (config as unknown as MapConfig).over,
  limit: 'inline',
  begin(walk, node, over) {
    if (Array.isArray(over)) return begin(walk, node, over, over.length);
    if (!isArtifactRef(over))
      throw new Fault('EXPRESSION_FAILED', `a map goes over a list; this is ${over === null ? 'null' : typeof over}`);
    walk.enqueue({
      do: 'activity',
      task: `${taskOf(walk, node)}~count`,
      activity: 'count_items',
      input: { run: walk.start.run, over },
      retry: configOf(walk, node).do.retry,
      attempt_ms: 60_000,
      summary: walk.key(node),
    });
  },
  fact(walk, node, task, fact) {
    if (task.endsWith('~count')) {
      if (fact.is === 'failed') walk.fail(node, fact.error);
      else if (fact.is === 'completed') counted(walk, node, (fact.value as { total: number }).total);
    } else if (task === taskOf(walk, node)) childEnded(walk, node, fact);
    else itemsEnded(walk, node, task, fact);
  },
  resume(walk, node) {
    const progress = walk.nodes[node]!.map;
    if (!progress) return map.begin(walk, node, walk.nodes[node]!.input);
    progress.working = 0;
    const config = configOf(walk, node);
    for (let i = 0; i < progress.next; i++) if (!progress.items[i]) ask(walk, node, i, i + 1, config.do.retry);
    refill(walk, node);
  },
};

function counted(walk: Walk, node: number, total: number): void {
  try {
    begin(walk, node, walk.nodes[node]!.input, total);
  } catch (err) {
    walk.failWith(node, err);
  }
}

const configOf = (walk: Walk, node: number): MapConfig => walk.plan.nodes[node]!.config as unknown as MapConfig;

function begin(walk: Walk, node: number, over: Json, total: number): void {
  walk.enter(node, 'running');
  const { limits } = walk.plan.nodes[node]!;
  if (limits && total > MAP_LIMITED_ITEMS)
    throw new Fault('TOO_LARGE', `a map that names limits may have ${MAP_LIMITED_ITEMS} items; this has ${total}`);
  if (!limits && total > MAP_INLINE_ITEMS) {
    const { engine } = walk.start;
    const priority = priorityOf(walk.start);
    const start: MapStart = {
      ...batchOf(walk, node),
      ...(priority === undefined ? {} : { priority }),
      ...{ engine, over, config: configOf(walk, node), total },
    };
    return walk.enqueue({
      do: 'child',
      task: taskOf(walk, node),
      workflow: 'map',
      input: start,
      summary: `${total} items`,
    });
  }
  const items = kept(walk.nodes[node]!.map, total);
  const completed = items.filter((item) => item !== null).length;
  walk.nodes[node]!.map = { over, total, next: 0, working: 0, completed, failed: 0, items };
  refill(walk, node);
}

/** What had completed before a person had the map tried again stays. */
function kept(before: MapState | undefined, total: number): (ItemResult | null)[] {
  return Array.from({ length: total }, (_, i) => {
    const item = before?.total === total ? before.items[i] : null;
    return item?.status === 'completed' ? item : null;
  });
}

function batchOf(walk: Walk, node: number): Omit<MapBatch, 'from' | 'to' | 'over' | 'body'> {
  const { config } = configOf(walk, node).do;
  const scope = prune(scopeOf(walk, walk.plan.nodes[node]!.reads), apartFromCode(config).template);
  return { run: walk.start.run, node: walk.key(node), generation: walk.nodes[node]!.generation ?? 0, scope };
}

export const bodyOf = (config: MapConfig): MapBatch['body'] => ({
  type: config.do.type,
  config: config.do.config,
  ...(config.do.output === undefined ? {} : { output_schema: config.do.output }),
});

function refill(walk: Walk, node: number): void {
  const progress = walk.nodes[node]!.map!;
  const config = configOf(walk, node);
  while (progress.next < progress.total && progress.working < config.concurrency) {
    const most = Math.min(
      progress.next + config.batch,
      progress.total,
      progress.next + config.concurrency - progress.working,
    );
    const to = openUpTo(progress, most);
    if (to > progress.next) ask(walk, node, progress.next, to, config.do.retry);
    progress.next = Math.max(to, progress.next + 1);
  }
  if (progress.working === 0 && progress.next === progress.total) conclude(walk, node);
}

/** Where the items that have no result yet end, from the next one on. */
function openUpTo({ items, next }: MapState, most: number): number {
  let to = next;
  while (to < most && items[to] === null) to++;
  return to;
}

function ask(walk: Walk, node: number, from: number, to: number, retry: RetryPolicy): void {
  const progress = walk.nodes[node]!.map!;
  const config = configOf(walk, node);
  progress.working += to - from;
  const task = itemsTask(taskOf(walk, node), from, to);
  const part = isArtifactRef(progress.over)
    ? { over: progress.over }
    : { over: (progress.over as Json[]).slice(from, to), offset: from };
  // The results of all items lie in the run together.
  const inline_bytes = Math.max(
    LEAST_INLINE_BYTES,
    Math.min(walk.inlineBytes, Math.floor((2 * walk.inlineBytes) / progress.total)),
  );
  const input: MapBatch = { ...batchOf(walk, node), ...part, from, to, body: bodyOf(config), inline_bytes };
  const fresh = from >= progress.next; // not asked for before, in an earlier batch or segment
  for (let i = from; fresh && i < to; i++) walk.note({ node: `${walk.key(node)}[${i}]`, status: 'queued' });
  const { attempt_ms, total_ms, heartbeat_ms } = config.do.timeout;
  walk.enqueue({
    do: 'activity',
    task,
    activity: 'map_batch',
    input,
    retry,
    attempt_ms: attempt_ms * (to - from),
    heartbeat_ms,
    ...(total_ms === undefined ? {} : { total_ms }),
    summary: task,
  });
}

/** Results of one activity; an item that failed in company is tried again on its own, with the retries it has left. */
function itemsEnded(walk: Walk, node: number, task: TaskId, fact: Fact): void {
  const { from, to } = itemsOfTask(task)!;
  const progress = walk.nodes[node]!.map!;
  const { retry } = configOf(walk, node).do;
  progress.working -= to - from;
  const results: ItemResult[] =
    fact.is === 'completed'
      ? (fact.value as unknown as MapBatchResult).items
      : Array.from({ length: to - from }, () => ({
          status: 'failed',
          error: (fact as { error: NodeError }).error,
          retryable: false,
        }));
  if (walk.isEnding) return letGo(walk, node, from, results);
  for (const [offset, result] of results.entries()) {
    const index = from + offset;
    const again =
      result.status === 'failed' &&
      result.retryable &&
      to - from > 1 &&
      retry.max_attempts !== 1 &&
      !retry.non_retryable.includes(result.error.code);
    if (again) ask(walk, node, index, index + 1, { ...retry, max_attempts: Math.max(0, retry.max_attempts - 1) });
    else itemSettled(walk, node, index, result);
    if (walk.nodes[node]!.status !== 'running') return;
  }
  refill(walk, node);
}

/** The run ends: what has happened is taken note of, and nothing more is asked for. */
function letGo(walk: Walk, node: number, from: number, results: ItemResult[]): void {
  takeNote(walk, node, from, results);
  const { items } = walk.nodes[node]!.map!;
  const out = [...walk.agenda.tasks.keys()].some((task) => isTaskOf(walk.key(node), task));
  if (items.every((item) => item !== null)) conclude(walk, node);
  else if (!out) walk.fail(node, { code: 'RUN_CANCELLED', message: 'it was cancelled' });
}

/** Of items that nothing follows from any more. */
export function takeNote(walk: Walk, node: number, from: number, results: ItemResult[]): void {
  const progress = walk.nodes[node]!.map!;
  for (const [offset, result] of results.entries()) {
    const index = from + offset;
    if (progress.items[index] || (result.status === 'failed' && result.error.code === 'RUN_CANCELLED')) continue;
    progress.items[index] = result;
    progress[result.status]++;
    const about = result.status === 'completed' ? { output: result.output } : { error: result.error };
    walk.note({ node: `${walk.key(node)}[${index}]`, status: result.status, ...about });
  }
}

function itemSettled(walk: Walk, node: number, index: number, result: ItemResult): void {
  const progress = walk.nodes[node]!.map!;
  progress.items[index] = result;
  const key = `${walk.key(node)}[${index}]`;
  if (result.status === 'completed') {
    progress.completed++;
    return walk.note({ node: key, status: 'completed', output: result.output });
  }
  progress.failed++;
  walk.note({ node: key, status: 'failed', error: result.error });
  if (progress.failed <= tolerated(configOf(walk, node), progress.total)) return;
  walk.fail(node, mapFailed(progress.failed, progress.total, firstError(progress.items)));
}

const firstError = (items: (ItemResult | null)[]): NodeError => items.find((item) => item?.status === 'failed')!.error;

function conclude(walk: Walk, node: number): void {
  const { items, total, completed, failed } = walk.nodes[node]!.map!;
  const errors = items.flatMap((item, index) =>
    item?.status === 'failed' ? [{ index, code: item.error.code, message: item.error.message }] : [],
  );
  walk.complete(node, {
    items: items.map((item) => (item?.status === 'completed' ? item.output : null)),
    total,
    completed,
    failed,
    errors,
  });
}

function childEnded(walk: Walk, node: number, fact: Fact): void {
  if (fact.is === 'failed') walk.fail(node, fact.error);
  else if (fact.is === 'completed') walk.complete(node, fact.value);
}
