import { proxySinks, type Sinks } from '@temporalio/workflow';
import type { Change } from '../core/engine/facts.js';
import type { Walk } from '../core/engine/walk.js';
import type { RunStep, StepChange } from '../core/events/live.js';

/** What the workflow tells its worker beside history: nothing waits for it, replay does not repeat it, and it may be lost. */
export interface StepSinks extends Sinks {
  steps: { changed(step: RunStep): void };
}

/** So that a message of the live feed has a size that it can take, however wide the graph. */
const CHANGES_AT_ONCE = 500;

/** Tells the live feed what a step changed, so that lists of runs are fresh before the run is sealed. */
export function tell(walk: Walk, changes: Change[]): void {
  const told = newsOf(walk, changes);
  const { steps } = proxySinks<StepSinks>();
  for (let from = 0; from < told.length; from += CHANGES_AT_ONCE) {
    steps.changed({
      type: 'run.step',
      run_id: walk.start.run.id,
      at: new Date(walk.at).toISOString(),
      changes: told.slice(from, from + CHANGES_AT_ONCE),
    });
  }
}

/** Of a node's changes in one step the last counts; when the run has ended, the view is sealed from history and only that counts. */
function newsOf(walk: Walk, changes: Change[]): StepChange[] {
  const news = new Map<string, StepChange>();
  for (const change of changes) {
    if ('run' in change) news.set('', { run: change.run });
    if (!('node' in change) || walk.end) continue;
    const seq = walk.indexOf.get(change.node.replace(/\[\d+\]$/, ''))!;
    news.set(change.node, { node: change.node, status: change.status, type: walk.plan.nodes[seq]!.type, seq });
  }
  return [...news.values()];
}
