import { proxySinks, type Sinks } from '@temporalio/workflow';
import type { Change } from '../core/engine/facts.js';
import type { Walk } from '../core/engine/walk.js';
import type { RunStep, StepChange } from '../core/events/live.js';

/** What the workflow tells its worker beside history: nothing waits for it, replay does not repeat it, and it may be lost. */
export interface StepSinks extends Sinks {
  steps: { changed(step: RunStep): void };
}

/** So that one message of the live feed holds a step's changes, however wide the graph. */
const CHANGES_AT_ONCE = 50;

/** Tells the live feed what a step changed, so that lists of runs are fresh before the run is sealed. */
export function tell(walk: Walk, changes: Change[]): void {
  const told = changes.flatMap((change): StepChange[] => {
    if ('run' in change) return [{ run: change.run }];
    if (!('node' in change)) return [];
    const seq = walk.indexOf.get(change.node.replace(/\[\d+\]$/, ''))!;
    return [{ node: change.node, status: change.status, type: walk.plan.nodes[seq]!.type, seq }];
  });
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
