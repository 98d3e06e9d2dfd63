import type { RunRow } from './api.js';

/** Runs that are shown of each workflow. */
const SHOWN = 5;

/** Of each workflow its newest runs, newest first; those that have none among the newest are not in it. */
export function runsByWorkflow(runs: readonly RunRow[]): ReadonlyMap<string, readonly RunRow[]> {
  const found = new Map<string, RunRow[]>();
  for (const run of runs) {
    const list = found.get(run.workflow) ?? [];
    if (list.length < SHOWN) found.set(run.workflow, [...list, run]);
  }
  return found;
}
