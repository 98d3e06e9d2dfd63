import type { Join, Plan, PlanEdge } from '../spec/plan.js';
import type { NodeStatus } from './outcome.js';

/** Every edge resolves exactly once (P4). `failed`: its node failed, or its condition could not be evaluated. */
export type EdgeState = 'open' | 'taken' | 'not_taken' | 'failed';

/** How an edge resolves when its node has settled; `ask` = its condition decides. The table stands in docs/joins.md. */
export function resolveEdge(edge: PlanEdge, settled: NodeStatus): Exclude<EdgeState, 'open'> | 'ask' {
  const matches = { completed: ['success', 'always'], failed: ['failure', 'always'] }[
    settled as 'completed' | 'failed'
  ];
  if (!matches) return 'not_taken'; // skipped or cancelled: a dead path
  if (matches.includes(edge.on)) return edge.condition === undefined ? 'taken' : 'ask';
  return settled === 'failed' ? 'failed' : 'not_taken';
}

export interface Tally {
  open: number;
  taken: number;
  failed: number;
}

/** Whether a node may run now (`fire`), can never run (`skip`), or must wait for more of its edges. */
export function judgeJoin(join: Join, { open, taken, failed }: Tally): 'fire' | 'skip' | 'wait' {
  if (join === 'any') return taken > 0 ? 'fire' : open > 0 ? 'wait' : 'skip';
  if (typeof join === 'object') return taken >= join.n ? 'fire' : taken + open >= join.n ? 'wait' : 'skip';
  if (failed > 0) return 'skip'; // no later edge can mend it
  if (open > 0) return 'wait';
  return join === 'none_failed' || taken > 0 ? 'fire' : 'skip';
}

/**
 * The nodes that only serve a join that has fired already: not settled, and every way on from them ends in that join or in
 * another such node. A node without outgoing edges serves itself.
 */
export function losersOf(plan: Plan, join: number, isSettled: (node: number) => boolean): number[] {
  const lost = new Set<number>();
  for (let node = join - 1; node >= 0; node--) {
    const { out } = plan.nodes[node]!;
    if (isSettled(node) || out.length === 0) continue;
    const serves = out.every((edge) => {
      const { to } = plan.edges[edge]!;
      return to === join || lost.has(to);
    });
    if (serves) lost.add(node);
  }
  return [...lost].sort((a, b) => a - b);
}
