import { CARRIED_OUTPUT_BYTES } from '../limits.js';
import { type Carried, isFinal, type NodeState, pendingNode } from './state.js';
import type { Walk } from './walk.js';
import { againTask } from './facts.js';
import { decideEdge } from './bind.js';
import { kindOf } from './kinds/index.js';
import { pathsRead } from '../expr/index.js';
import { weightOf } from './weigh.js';

/**
 * What crosses into the next segment. Outputs that nothing later can read stay behind: they are in the history of the
 * segment that made them, and the fold has read it.
 */
export function carry(walk: Walk): Carried {
  const needed = stillNeeded(walk);
  const all = keepsAll(walk);
  const places = walk.places.carry();
  return {
    started_at: walk.startedAt,
    ...(walk.since === undefined ? {} : { since: walk.since }),
    ...(walk.paused ? { paused: walk.paused } : {}),
    ...(walk.ending ? { ending: walk.ending } : {}),
    ...(walk.reopened > 0 ? { reopened: walk.reopened } : {}),
    ...(walk.amendments.length > 0 ? { amendments: walk.amendments } : {}),
    ...(walk.mailbox.isUnused ? {} : { mailbox: walk.mailbox.carried() }),
    ...(places ? { places } : {}),
    ...(walk.spent.size === 0 ? {} : { spent: [...walk.spent] }),
    nodes: walk.nodes.flatMap((state, index) => {
      if (isUntouched(state, walk.plan.nodes[index]!.in.length)) return [];
      const final = isFinal(state.status);
      const kept = all || !final || needed.has(walk.key(index));
      const { map, was, ...rest } = state;
      const output = kept ? state.output : null;
      return [
        {
          ...{ index, ...rest, input: final ? null : state.input, output },
          ...(map && (!final || walk.undoing.wants(index)) ? { map } : {}),
          ...(was ? { was: withoutInput(was) } : {}),
          ...(kept || state.output === null ? {} : { left_behind: true as const }),
        },
      ];
    }),
    edges: walk.edges.flatMap((state, index) => (state === 'open' ? [] : [[index, state] as [number, typeof state]])),
  };
}

/** Nothing is known of it but what the plan says. */
const isUntouched = (state: NodeState, ways: number): boolean =>
  state.status === 'pending' && state.open === ways && Object.keys(state).length === PLAIN;
const PLAIN = Object.keys(pendingNode(0)).length;

function withoutInput({ map: _map, ...was }: NonNullable<NodeState['was']>): NonNullable<NodeState['was']> {
  return { ...was, input: null };
}

/** As long as they weigh little all outputs come along: a person may have something done again that reads them. */
function keepsAll(walk: Walk): boolean {
  let left = CARRIED_OUTPUT_BYTES;
  for (const { output } of walk.nodes) left -= output === null || left < 0 ? 0 : weightOf(output, left);
  return left >= 0;
}

/** Keys of the nodes that an expression of a later step may read. */
function stillNeeded(walk: Walk): Set<string> {
  const needed = new Set<string>();
  for (const [index, node] of walk.plan.nodes.entries()) {
    if (!isFinal(walk.nodes[index]!.status)) for (const key of node.reads) needed.add(key);
    if (walk.undoing.wants(index)) for (const key of [node.key, ...node.compensate!.reads]) needed.add(key);
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
  const were = walk.nodes.map(({ status }) => status);
  for (const [index, state] of walk.nodes.entries()) {
    if (state.status !== were[index]) continue; // it came to that just now
    if (state.status === 'queued' && state.retry) walk.timer(againTask(walk.key(index)), state.retry.at - walk.at);
    else if (state.status === 'queued') fire(index);
    else if (state.status === 'running' || state.status === 'waiting')
      kindOf(walk.plan.nodes[index]!).resume?.(walk, index);
    if (!isFinal(state.status) || state.unsure) continue; // what follows from what is not sure waits
    for (const edge of walk.plan.nodes[index]!.out) {
      if (walk.edges[edge] === 'open' && walk.plan.edges[edge]!.condition !== undefined)
        decideEdge(walk, edge, (to) => walk.resolve(edge, to));
    }
  }
}
