import type { FusedMember } from '../contract/work.js';
import { FUSE_NODE_MS, FUSE_NODES, FUSE_PARALLEL } from '../limits.js';
import type { PlanEdge, PlanNode } from '../spec/plan.js';
import type { Fact } from './facts.js';
import { isOnce } from './kinds/once.js';
import { isFinal, type NodeState, type RunStart } from './state.js';
import type { Walk } from './walk.js';

/**
 * Quick nodes share one local activity for their first attempt: to schedule an activity costs the server several writes, which is more
 * than most functions take. A region is a part of the graph that such an activity walks by itself, by this very scheduler, as if it were
 * a run that has come so far. What it brings back are facts about the nodes' tasks in the order in which they came, and the run's own walk
 * takes them as it would have taken them from Temporal.
 */

/** Whether the node may begin in a region: work that is quick as far as one can say, and has shown nothing else. */
export function fuses(node: PlanNode, state: NodeState): boolean {
  const { type, fuse, timeout } = node;
  if (node.limits || isOnce(node)) return false; // it waits for its places, or must not go out twice
  if (type !== 'tool_call' || fuse === 'never' || state.alone || timeout.attempt_ms < FUSE_NODE_MS) return false;
  return fuse === 'always' || (node.config as { tool: string }).tool === 'function';
}

/** A member's outcome, as a walk takes it. */
export function factOf(member: FusedMember): Fact {
  const { task } = member;
  if (!('error' in member)) return { is: 'completed', task, value: member.value };
  const { error, again_ms } = member;
  return { is: 'failed', task, error, ...(again_ms === undefined ? {} : { again_ms }) };
}

/** The region that begins with these nodes, which are ready: they, and what then follows from them alone. Undefined: none of them can be in one. */
export function regionOf(walk: Walk, ready: readonly number[]): { start: RunStart; nodes: Set<number> } | undefined {
  const { plan } = walk;
  const nodes = new Set<number>();
  const open = new Map<number, number>();
  const known = (key: string): boolean => {
    const index = walk.indexOf.get(key)!;
    return nodes.has(index) || isFinal(walk.nodes[index]!.status);
  };
  const grow = [...ready];
  for (const node of grow) {
    if (nodes.size === FUSE_NODES) break;
    if (!plan.nodes[node]!.reads.every(known)) continue;
    nodes.add(node);
    for (const edge of plan.nodes[node]!.out) {
      const { to, reads } = plan.edges[edge]!;
      const left = (open.get(to) ?? walk.nodes[to]!.open) - 1;
      open.set(to, left);
      if (!reads.every((key) => key === walk.key(node) || known(key))) open.set(to, Number.POSITIVE_INFINITY);
      else if (left === 0 && follows(walk, to)) grow.push(to);
    }
  }
  return nodes.size === 0 ? undefined : { start: partOf(walk, nodes), nodes };
}

/** Which losers a join cancels depends on all that leads to it, so that is seen from the run's own walk alone. */
function follows(walk: Walk, index: number): boolean {
  const node = walk.plan.nodes[index]!;
  const state = walk.nodes[index]!;
  if (state.status !== 'pending' || node.losers === 'cancel') return false;
  return node.type === 'transform' || fuses(node, state);
}

/** The walk as a run of these nodes alone, with what they read. */
function partOf(walk: Walk, members: ReadonlySet<number>): RunStart {
  const { plan, start } = walk;
  const read = [...members].flatMap((index) => [
    ...plan.nodes[index]!.reads,
    ...plan.nodes[index]!.out.flatMap((edge) => plan.edges[edge]!.reads),
  ]);
  const given = read.map((key) => walk.indexOf.get(key)!).filter((index) => isFinal(walk.nodes[index]!.status));
  const kept = [...new Set([...members, ...given])].sort((a, b) => a - b);
  const place = new Map(kept.map((index, at) => [index, at]));
  const edges: PlanEdge[] = [];
  const edgeAt = new Map<number, number>();
  for (const index of kept.flatMap((node) => plan.nodes[node]!.out)) {
    const edge = plan.edges[index]!;
    if (!members.has(edge.from) || !members.has(edge.to)) continue;
    edgeAt.set(index, edges.length);
    edges.push({ ...edge, from: place.get(edge.from)!, to: place.get(edge.to)! });
  }
  const inside = (all: number[]): number[] => all.flatMap((edge) => edgeAt.get(edge) ?? []);
  const nodes = kept.map((index) => {
    const { compensate: _, ...node } = plan.nodes[index]!; // to undo is the run's own business
    return { ...node, in: inside(node.in), out: inside(node.out) };
  });
  return {
    ...start,
    engine: 1, // without regions in it
    plan: {
      plan_format: 1,
      expressions: plan.expressions,
      name: plan.name,
      nodes,
      edges,
      run: { max_parallel: FUSE_PARALLEL },
    },
    inline_bytes: walk.inlineBytes,
    carried: {
      started_at: walk.startedAt,
      nodes: kept.map((index, at) => ({ index: at, ...walk.nodes[index]! })),
      edges: [],
    },
  };
}
