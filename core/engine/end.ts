import type { Json } from '../json.js';
import { bindTemplate, boundValue } from './bind.js';
import type { Fact, RunEnd } from './facts.js';
import type { NodeError } from './outcome.js';
import { END_REASONS } from './reasons.js';
import { isFinal } from './state.js';
import type { Walk } from './walk.js';

/** Every node has settled: the run ends with its output, which a worker may have to put together first (`asked`). */
export function finish(walk: Walk): 'ended' | 'asked' {
  const { output } = walk.plan;
  const bound = output === undefined ? undefined : bindTemplate(walk, '~output', undefined, output, 'output');
  if (bound?.is === 'asked') return 'asked';
  if (bound?.is === 'failed') endRun(walk, 'failed', bound.error);
  else endRun(walk, 'completed', null, bound?.value);
  return 'ended';
}

export function outputKnown(walk: Walk, fact: Fact): void {
  if (fact.is === 'failed') endRun(walk, 'failed', fact.error);
  else endRun(walk, 'completed', null, boundValue(fact));
}

export function timeOut(walk: Walk): void {
  endRun(walk, 'timed_out', {
    code: 'RUN_TIMED_OUT',
    message: `the run took longer than ${walk.plan.run.timeout_ms} ms`,
  });
}

/** Ends the run: what is outstanding is cancelled, what has not started is skipped. */
export function endRun(walk: Walk, status: RunEnd['status'], error: NodeError | null, output: Json = null): void {
  if (walk.end) return;
  walk.end = { status, output, error };
  walk.withdraw(() => true);
  const why = END_REASONS[status];
  for (const [index, node] of walk.nodes.entries()) {
    if (isFinal(node.status)) continue;
    walk.cut.nodes.add(index);
    walk.settle(index, node.status === 'pending' ? 'skipped' : 'cancelled', { reason: why });
  }
  for (const [edge, state] of walk.edges.entries()) {
    if (state !== 'open') continue;
    walk.cut.edges.add(edge);
    walk.edges[edge] = 'not_taken';
  }
  walk.status = status;
  walk.note({ run: status, output, ...(error ? { error } : {}) });
  walk.ask({ do: 'end', end: walk.end });
}
