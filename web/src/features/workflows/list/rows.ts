import type { RunRow, WorkflowRow } from './api.js';

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

/** Those whose name or description has all of the words. */
export function matching(rows: readonly WorkflowRow[], q: string): WorkflowRow[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ name, description, created_by }) => {
    const text = `${name} ${description ?? ''} ${created_by}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
