import type { Evaluated, Evaluation } from '../contract/work.js';
import {
  conditionReadsArtifact,
  evaluateCondition,
  evaluateTemplate,
  pathsRead,
  readsArtifact,
  templateOf,
} from '../expr/index.js';
import type { NodeScope, RunScope, Scope } from '../expr/scope.js';
import { Fault } from '../fault.js';
import { type Json, isArtifactRef } from '../json.js';
import { INLINE_BYTES, MAX_INLINE_STEPS } from '../limits.js';
import type { PlanNode, RetryPolicy } from '../spec/plan.js';
import type { EdgeState } from './edges.js';
import type { Fact, TaskId } from './facts.js';
import type { NodeError } from './outcome.js';
import type { Walk } from './walk.js';
import { weighs } from './weigh.js';

/**
 * Gives expressions their values. What can be evaluated here is; what must look inside an artifact, would itself be too large for
 * history, or would hold up the workflow's thread, is evaluated in a worker, by an activity whose result is a fact like any other.
 */
export type Bound = { is: 'value'; value: Json } | { is: 'asked' } | { is: 'failed'; error: NodeError };

/** `inline`: the value stays in the workflow; `work`: it is an activity's input; `output`: it is what the run answers. */
export type BindLimit = 'inline' | 'work' | 'output';

function bytesOf(limit: BindLimit, { inlineBytes, start }: Walk): number {
  if (limit === 'output') return start.output_bytes ?? INLINE_BYTES;
  return limit === 'work' ? 8 * inlineBytes : inlineBytes;
}

/** Evaluation only fails for reasons of the data or of the store, so the store gets time to come back. */
const EVALUATION_RETRY: RetryPolicy = {
  max_attempts: 20,
  initial_interval_ms: 500,
  backoff: 2,
  max_interval_ms: 30_000,
  non_retryable: [],
};

export function bindTemplate(
  walk: Walk,
  task: TaskId,
  node: PlanNode | undefined,
  template: Json,
  limit: BindLimit,
): Bound {
  const reads = node ? node.reads : nodesRead(template);
  const scope = scopeOf(walk, reads);
  const bytes = bytesOf(limit, walk);
  const askWorker = () => ask(walk, task, { template, bytes: Math.min(bytes, INLINE_BYTES) }, scope);
  try {
    if (readsArtifact(template, scope)) return askWorker();
    const value = evaluateTemplate(template, scope, walk.meter.within(MAX_INLINE_STEPS));
    if (weighs(value, bytes)) return askWorker();
    return { is: 'value', value };
  } catch (err) {
    if (takesTooLong(err)) return askWorker();
    return { is: 'failed', error: errorOf(err) };
  }
}

export function decideEdge(walk: Walk, edge: number, resolve: (state: Exclude<EdgeState, 'open'>) => void): void {
  const { condition, reads } = walk.plan.edges[edge]!;
  const scope = scopeOf(walk, reads);
  const askWorker = () => {
    const task = conditionTask(walk, edge);
    walk.conditions.set(task, edge);
    ask(walk, task, { condition: condition! }, scope);
  };
  try {
    if (conditionReadsArtifact(condition!, scope)) askWorker();
    else resolve(evaluateCondition(condition!, scope, walk.meter.within(MAX_INLINE_STEPS)) ? 'taken' : 'not_taken');
  } catch (err) {
    if (takesTooLong(err)) return askWorker();
    errorOf(err); // anything but a failed evaluation is a bug and goes on up
    resolve('failed');
  }
}

/** `a->b~if`; an edge that is not on success says so, since several edges may lead the same way. */
function conditionTask(walk: Walk, edge: number): TaskId {
  const { from, to, on } = walk.plan.edges[edge]!;
  const again = walk.reopened === 0 ? '' : `~${walk.reopened}`;
  return `${walk.key(from)}->${walk.key(to)}${on === 'success' ? '' : `:${on}`}${again}~if`;
}

const takesTooLong = (err: unknown): boolean => err instanceof Fault && err.code === 'EXPRESSION_LIMIT';

export const boundValue = (fact: Fact): Json =>
  fact.is === 'completed' ? (fact.value as unknown as Evaluated).value : null;

export function runScope(walk: Walk): RunScope {
  const { run, scope } = walk.start;
  return {
    id: run.id,
    workflow: run.workflow,
    version: run.version,
    started_at: new Date(walk.startedAt).toISOString(),
    ...scope,
  };
}

/** What an expression that reads these nodes may see. A node that has not settled shows its status and nothing else. */
export function scopeOf(walk: Walk, reads: Iterable<string>): Scope {
  const nodes: Record<string, NodeScope> = {};
  for (const key of reads) {
    const state = walk.nodes[walk.indexOf.get(key)!]!;
    nodes[key] = { status: state.status, output: state.output, error: state.error };
  }
  return { input: walk.start.input, nodes, run: runScope(walk) };
}

function ask(
  walk: Walk,
  task: TaskId,
  what: { template: Json; bytes: number } | { condition: string },
  scope: Scope,
): Bound {
  const template = 'template' in what ? what.template : templateOf(what.condition);
  const input: Evaluation = {
    run: walk.start.run,
    of: task.replace(/~\w+$/, '') || 'output',
    ...what,
    scope: prune(scope, template),
  };
  walk.enqueue({
    do: 'activity',
    task,
    activity: 'evaluate',
    input,
    retry: EVALUATION_RETRY,
    attempt_ms: 60_000,
    summary: task,
  });
  return { is: 'asked' };
}

/** Leaves out the run's input when nothing reads it: the scope travels. */
export function prune(scope: Scope, template: Json): Scope {
  return pathsRead(template).some(([root]) => root === 'input') || isArtifactRef(scope.input)
    ? scope
    : { ...scope, input: null };
}

function nodesRead(template: Json): Set<string> {
  return new Set(
    pathsRead(template).flatMap((path) => (path[0] === 'nodes' && path[1] !== undefined ? [path[1]] : [])),
  );
}

export function errorOf(err: unknown): NodeError {
  if (!(err instanceof Fault)) throw err;
  return { code: err.code, message: err.message, ...(err.details === undefined ? {} : { details: err.details }) };
}
