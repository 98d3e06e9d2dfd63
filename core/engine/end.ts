import type { Json } from '../json.js';
import { bindTemplate, boundValue } from './bind.js';
import type { Fact, RunEnd, TaskId } from './facts.js';
import type { NodeError } from './outcome.js';
import { END_REASONS } from './reasons.js';
import { settleAsBefore } from './reopen.js';
import { isFinal } from './state.js';
import type { Walk } from './walk.js';

/** Every node has settled: the run ends with its output, which a worker may have to put together first (`asked`). */
export function finish(walk: Walk): 'ended' | 'asked' {
  const { output } = walk.plan;
  const bound = output === undefined ? undefined : bindTemplate(walk, outputTask(walk), undefined, output, 'output');
  if (bound?.is === 'asked') return 'asked';
  if (bound?.is === 'failed') endRun(walk, 'failed', bound.error);
  else endRun(walk, 'completed', null, bound?.value);
  return 'ended';
}

const outputTask = ({ reopened }: Walk): TaskId => (reopened === 0 ? '~output' : `~output~${reopened}`);

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

/** Ends the run, after what has to be undone is. */
export function endRun(walk: Walk, status: RunEnd['status'], error: NodeError | null, output: Json = null): void {
  if (walk.isEnding) return;
  if (status !== 'completed' && walk.undoing.isNeeded()) walk.undoing.begin({ status, error: error! });
  else endNow(walk, status, error, output);
}

/** What is outstanding is cancelled, what has not started is skipped. */
export function endNow(walk: Walk, status: RunEnd['status'], error: NodeError | null, output: Json = null): void {
  walk.end = { status, output, error };
  walk.ending = undefined;
  walk.withdraw(() => true);
  walk.places.giveAllBack();
  settleRest(walk, status);
  for (const [edge, state] of walk.edges.entries()) {
    if (state !== 'open') continue;
    walk.cut.edges.add(edge);
    walk.edges[edge] = 'not_taken';
  }
  walk.status = status;
  walk.note({ run: status, output, ...(error ? { error } : {}) });
  walk.ask({ do: 'end', end: walk.end });
}

/** What has not started is skipped, what had is cancelled. */
export function settleRest(walk: Walk, status: RunEnd['status']): void {
  const reason = END_REASONS[status];
  for (const [index, node] of walk.nodes.entries()) {
    if (isFinal(node.status)) continue;
    if (node.maybe && node.status === 'pending') {
      settleAsBefore(walk, index);
      continue;
    }
    walk.cut.nodes.add(index);
    walk.settle(index, node.status === 'pending' ? 'skipped' : 'cancelled', { reason });
  }
}
