import type { Carried } from './state.js';
import { isFinal } from './state.js';
import type { Walk } from './walk.js';
import { againTask } from './facts.js';
import { decideEdge } from './bind.js';
import { kindOf } from './kinds/index.js';
import { pathsRead } from '../expr/index.js';

/**
 * What crosses into the next segment. Outputs that nothing later can read stay behind: they are in the history of the
 * segment that made them, and the fold has read it.
 */
export function carry(walk: Walk): Carried {
  const needed = stillNeeded(walk);
  return {
    started_at: walk.startedAt,
    ...(walk.paused ? { paused: walk.paused } : {}),
    ...(walk.spent.size === 0 ? {} : { spent: [...walk.spent] }),
    nodes: walk.nodes.flatMap((state, index) => {
      if (state.status === 'pending' && state.open === walk.plan.nodes[index]!.in.length) return [];
      const kept = !isFinal(state.status) || needed.has(walk.key(index));
      const input = isFinal(state.status) ? null : state.input;
      const map = isFinal(state.status) ? undefined : state.map;
      const { map: _, ...rest } = state;
      return [{ index, ...rest, input, output: kept ? state.output : null, ...(map ? { map } : {}) }];
    }),
    edges: walk.edges.flatMap((state, index) => (state === 'open' ? [] : [[index, state] as [number, typeof state]])),
  };
}

/** Keys of the nodes that an expression of a later step may read. */
function stillNeeded(walk: Walk): Set<string> {
  const needed = new Set<string>();
  for (const [index, node] of walk.plan.nodes.entries()) {
    if (!isFinal(walk.nodes[index]!.status)) for (const key of node.reads) needed.add(key);
  }
  for (const [index, edge] of walk.plan.edges.entries()) {
    if (walk.edges[index] === 'open') for (const key of edge.reads) needed.add(key);
  }
  if (walk.plan.output !== undefined)
    for (const [root, key] of pathsRead(walk.plan.output)) if (root === 'nodes' && key) needed.add(key);
  return needed;
}

/** Takes up again, in a new segment, what was under way or had been asked for in the one before. */
export function resume(walk: Walk, fire: (node: number) => void): void {
  for (const [index, state] of walk.nodes.entries()) {
    if (state.status === 'queued' && state.retry) walk.timer(againTask(walk.key(index)), state.retry.at - walk.at);
    else if (state.status === 'queued') fire(index);
    else if (state.status === 'running' || state.status === 'waiting')
      kindOf(walk.plan.nodes[index]!).resume?.(walk, index);
    if (!isFinal(state.status)) continue;
    for (const edge of walk.plan.nodes[index]!.out) {
      if (walk.edges[edge] === 'open' && walk.plan.edges[edge]!.condition !== undefined)
        decideEdge(walk, edge, (to) => walk.resolve(edge, to));
    }
  }
}
