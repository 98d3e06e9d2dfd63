import type { RunEnd } from './facts.js';
import type { Walk } from './walk.js';

/** Why what had not ended with the run did not. */
export const END_REASONS: Record<RunEnd['status'], string> = {
  completed: 'the run completed',
  failed: 'the run failed',
  cancelled: 'the run was cancelled',
  timed_out: 'the run timed out',
};

/** Why a node is skipped, from its edges. */
export function skipReason(walk: Walk, node: number): string {
  const edges = walk.plan.nodes[node]!.in;
  const failed = edges.find((edge) => walk.edges[edge] === 'failed');
  if (failed !== undefined) return `the way from ${walk.key(walk.plan.edges[failed]!.from)} failed`;
  return edges.length === 1 ? 'its edge was not taken' : 'too few of its edges were taken';
}
