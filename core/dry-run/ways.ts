import { type EdgeState, judgeJoin, resolveEdge } from '../engine/edges.js';
import type { NodeStatus } from '../engine/outcome.js';
import type { Join, PlanEdge } from '../spec/plan.js';

export type Went = Exclude<EdgeState, 'open'>;
/** How a node may end, as far as is known before the run. */
export type Ends = ReadonlySet<Extract<NodeStatus, 'completed' | 'failed' | 'skipped'>>;
/** A condition's value: not known before the run, or without one. */
export type Condition = boolean | 'unknown' | 'failed';

/** How an edge may resolve. */
export function waysOf(edge: PlanEdge, ends: Ends, condition: Condition): Set<Went> {
  const ways = new Set<Went>();
  for (const end of ends) {
    const resolution = resolveEdge(edge, end);
    if (resolution !== 'ask') ways.add(resolution);
    else if (condition === 'unknown') for (const way of ['taken', 'not_taken'] as const) ways.add(way);
    else ways.add(condition === 'failed' ? 'failed' : condition ? 'taken' : 'not_taken');
  }
  return ways;
}

/** Whether a join fires, whichever of their ways its edges go, each for itself: it does, it does not, or that is not known. */
export function firesIn(join: Join, edges: readonly ReadonlySet<Went>[]): 'yes' | 'no' | 'maybe' {
  if (edges.length === 0) return 'yes';
  const most = typeof join === 'object' ? join.n : 1; // more edges taken than that make no difference
  let tallies = new Map([['0 0', { taken: 0, failed: 0 }]]);
  for (const ways of edges) {
    const next: typeof tallies = new Map();
    for (const { taken, failed } of tallies.values())
      for (const way of ways) {
        const tally = {
          taken: Math.min(most, taken + (way === 'taken' ? 1 : 0)),
          failed: failed || (way === 'failed' ? 1 : 0),
        };
        next.set(`${tally.taken} ${tally.failed}`, tally);
      }
    tallies = next;
  }
  const verdicts = new Set([...tallies.values()].map((tally) => judgeJoin(join, { ...tally, open: 0 })));
  return verdicts.size > 1 ? 'maybe' : verdicts.has('fire') ? 'yes' : 'no';
}
