import { judgeJoin, resolveEdge } from '../engine/edges.js';
import type { GraphEdge } from './graph.js';
import type { Join, PlanEdge } from './plan.js';

export interface LiveNode {
  join: Join;
  /** It can fail without ending the run. */
  canFail: boolean;
}
export interface LiveEdge extends GraphEdge {
  on: PlanEdge['on'];
  /** The condition is the literal `false`. */
  never: boolean;
}

export interface Liveness {
  /** Edges that can never be taken, and why. */
  deadEdges: { edge: number; why: 'never' | 'cannot_fail' }[];
  /** Nodes that no way leads to. */
  unreachable: number[];
  /** Joins that ask for more edges than can be shown to be taken together. */
  impossible: { node: number; asked: number; most: number }[];
}

/**
 * Proves for every node that some course of the run makes it fire (P4); what can't be proved is reported. Conditions count as free.
 * One edge that can be taken is proof enough for every join but `{ n }`: of the nodes that it comes from take the one that settles
 * first, let it settle so that its edge is taken, and let everything else complete. For `{ n }` a course is looked for.
 */
export function livenessOf(nodes: readonly LiveNode[], edges: readonly LiveEdge[], order: readonly number[]): Liveness {
  const graph = new Courses(nodes, edges, order);
  const fires = nodes.map(() => false);
  const result: Liveness = { deadEdges: [], unreachable: [], impossible: [] };
  for (const node of order) {
    const into = graph.into[node]!;
    const live = into.filter((index) => {
      const edge = edges[index]!;
      const why = edge.never
        ? 'never'
        : edge.on === 'failure' && !nodes[edge.from]!.canFail
          ? 'cannot_fail'
          : undefined;
      if (why) result.deadEdges.push({ edge: index, why });
      return !why && fires[edge.from];
    });
    const { join } = nodes[node]!;
    const most = typeof join === 'object' ? graph.mostTaken(node, join.n) : Number.POSITIVE_INFINITY;
    if (into.length > 0 && live.length === 0 && join !== 'none_failed') result.unreachable.push(node);
    else if (typeof join === 'object' && most < join.n) result.impossible.push({ node, asked: join.n, most });
    else fires[node] = true;
  }
  return result;
}

/** Simulated edges that the search for courses may cost in one spec. */
const EFFORT = 5_000_000;
/** So many nodes that may fail are tried in every combination; of more, one at a time. */
const COMBINED = 10;

/** Courses that a run can take: which nodes fail decides everything, once all conditions are true. */
class Courses {
  readonly into: number[][];
  private readonly nodes: readonly LiveNode[];
  private readonly edges: readonly LiveEdge[];
  private readonly order: readonly number[];
  private smooth: number[] | undefined;
  private effort = EFFORT;

  constructor(nodes: readonly LiveNode[], edges: readonly LiveEdge[], order: readonly number[]) {
    [this.nodes, this.edges, this.order] = [nodes, edges, order];
    this.into = nodes.map(() => []);
    for (const [index, { to }] of edges.entries()) this.into[to]!.push(index);
  }

  /** Most edges into the node that a course was found to take together; the search ends at `enough`. */
  mostTaken(node: number, enough: number): number {
    this.smooth ??= this.taken(this.order, new Set());
    const most = this.smooth[node]!;
    if (most >= enough || this.atMost(node) < enough) return most;
    return this.search(node, enough, most);
  }

  private search(node: number, enough: number, smooth: number): number {
    const upstream = this.upstreamOf(node);
    const relevant = this.order.filter((each) => upstream.has(each));
    const failing = this.edges.flatMap(({ from, to, on }) =>
      on === 'failure' && upstream.has(to) && this.nodes[from]!.canFail ? [from] : [],
    );
    const candidates = [...new Set(failing)];
    let best = { most: smooth, fail: new Set<number>() };
    const attempt = (fail: Set<number>): boolean => {
      const most = this.taken(relevant, fail)[node]!;
      if (most > best.most) best = { most, fail };
      return best.most >= enough || this.effort <= 0;
    };
    if (candidates.length <= COMBINED) {
      for (let choice = 1; choice < 2 ** candidates.length; choice++)
        if (attempt(new Set(candidates.filter((_, bit) => choice & (1 << bit))))) break;
      return best.most;
    }
    for (let before = -1; before < best.most; ) {
      before = best.most;
      for (const candidate of candidates) if (attempt(toggled(best.fail, candidate))) return best.most;
    }
    return best.most;
  }

  /** How many edges into each of the nodes are taken, when these fail and all others that fire complete. */
  private taken(order: readonly number[], fail: ReadonlySet<number>): number[] {
    const status: ('completed' | 'failed' | 'skipped')[] = [];
    const counts: number[] = [];
    for (const node of order) {
      let [taken, failed] = [0, 0];
      for (const index of this.into[node]!) {
        const { from, on, never } = this.edges[index]!;
        const state = resolveEdge({ from, to: node, on, reads: [] }, status[from]!);
        if (state === 'failed') failed++;
        else if (state === 'taken' && !never) taken++;
      }
      this.effort -= this.into[node]!.length;
      counts[node] = taken;
      const root = this.into[node]!.length === 0;
      const fires = root || judgeJoin(this.nodes[node]!.join, { open: 0, taken, failed }) === 'fire';
      status[node] = !fires ? 'skipped' : fail.has(node) ? 'failed' : 'completed';
    }
    return counts;
  }

  private upstreamOf(node: number): Set<number> {
    const found = new Set([node]);
    for (const each of found) for (const index of this.into[each]!) found.add(this.edges[index]!.from);
    return found;
  }

  /** A bound without a search: success and failure of one node exclude each other. */
  private atMost(node: number): number {
    const counts = new Map<number, { success: number; failure: number; always: number }>();
    for (const index of this.into[node]!) {
      const { from, on, never } = this.edges[index]!;
      const count = counts.get(from) ?? { success: 0, failure: 0, always: 0 };
      if (!never) count[on]++;
      counts.set(from, count);
    }
    let most = 0;
    for (const { success, failure, always } of counts.values()) most += Math.max(success, failure) + always;
    return most;
  }
}

function toggled(set: ReadonlySet<number>, member: number): Set<number> {
  const copy = new Set(set);
  if (!copy.delete(member)) copy.add(member);
  return copy;
}
