import type { Plan } from '../../../../../../core/spec/plan.js';

interface Timed {
  finished_at: string | null;
  queued_at: string | null;
}

/**
 * The nodes that the run's end waited for: from the one that ended last, back over the way that each of them waited for longest. Of an open
 * run it leads to what goes on now. What was skipped had nothing to wait for.
 */
export function criticalPath(
  plan: Pick<Plan, 'nodes' | 'edges'>,
  timeOf: (key: string) => Timed | undefined,
): Set<string> {
  const endOf = (key: string): number => {
    const time = timeOf(key);
    if (!time?.queued_at) return -Infinity;
    return time.finished_at === null ? Infinity : Date.parse(time.finished_at);
  };
  const last = latest(plan.nodes.map((_, index) => index));
  const path = new Set<string>();
  for (let at = last; at !== undefined; ) {
    path.add(plan.nodes[at]!.key);
    at = latest(plan.nodes[at]!.in.map((edge) => plan.edges[edge]!.from));
  }
  return path;

  function latest(nodes: number[]): number | undefined {
    let found: number | undefined;
    for (const node of nodes) {
      const end = endOf(plan.nodes[node]!.key);
      // Of several that end together, the one that stands last follows from the others.
      if (end !== -Infinity && (found === undefined || end >= endOf(plan.nodes[found]!.key))) found = node;
    }
    return found;
  }
}
