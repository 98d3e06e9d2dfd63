import type { Join } from './plan.js';

export interface GraphNode {
  key: string;
  join: Join;
  canFail: boolean;
}
export interface GraphEdge {
  from: number;
  to: number;
  on: 'success' | 'failure' | 'always';
  /** The condition is the literal `false`. */
  never: boolean;
}

/** Kahn's order, stable by the document's; the nodes of circles are left out. */
export function topologicalOrder(size: number, edges: readonly GraphEdge[]): number[] {
  const open = new Int32Array(size);
  const next: number[][] = Array.from({ length: size }, () => []);
  for (const { from, to } of edges) {
    open[to]!++;
    next[from]!.push(to);
  }
  const order: number[] = [];
  for (let node = 0; node < size; node++) if (open[node] === 0) order.push(node);
  for (let head = 0; head < order.length; head++) {
    for (const to of next[order[head]!]!) if (--open[to]! === 0) order.push(to);
  }
  return order;
}

/** Circles among the nodes that have no order: each as its nodes in the direction of its edges. */
export function cyclesOf(size: number, edges: readonly GraphEdge[], ordered: readonly number[], most = 10): number[][] {
  const sound = new Set(ordered);
  const next: number[][] = Array.from({ length: size }, () => []);
  for (const { from, to } of edges) if (!sound.has(from) && !sound.has(to)) next[from]!.push(to);
  const state = new Int8Array(size); // 1: on the path, 2: done
  const cycles: number[][] = [];
  for (let root = 0; root < size && cycles.length < most; root++) {
    if (sound.has(root) || state[root] !== 0) continue;
    const path: { node: number; edge: number }[] = [{ node: root, edge: 0 }];
    state[root] = 1;
    while (path.length > 0 && cycles.length < most) {
      const top = path.at(-1)!;
      const to = next[top.node]![top.edge++];
      if (to === undefined) {
        state[top.node] = 2;
        path.pop();
      } else if (state[to] === 1)
        cycles.push(path.slice(path.findIndex(({ node }) => node === to)).map(({ node }) => node));
      else if (state[to] === 0) {
        state[to] = 1;
        path.push({ node: to, edge: 0 });
      }
    }
  }
  return cycles;
}

export interface Liveness {
  /** Edges that can never be taken, and why. */
  deadEdges: { edge: number; why: 'never' | 'cannot_fail' }[];
  /** Nodes that no way leads to. */
  unreachable: number[];
  /** Joins that ask for more edges than can be taken together. */
  impossible: { node: number; most: number }[];
}

/** Proves for every join that it can fire (P4): what can't be proved is reported. */
export function livenessOf(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  order: readonly number[],
): Liveness {
  const incoming: number[][] = nodes.map(() => []);
  for (const [index, { to }] of edges.entries()) incoming[to]!.push(index);
  const fires = nodes.map(() => false);
  const result: Liveness = { deadEdges: [], unreachable: [], impossible: [] };
  for (const node of order) {
    const into = incoming[node]!;
    if (into.length === 0) {
      fires[node] = true;
      continue;
    }
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
    const most = takenTogether(live.map((index) => edges[index]!));
    if (typeof join === 'object' && most < join.n && live.length > 0) result.impossible.push({ node, most });
    else if (live.length === 0 && join !== 'none_failed') result.unreachable.push(node);
    else fires[node] = true;
  }
  return result;
}

/** Success and failure of one node exclude each other. */
function takenTogether(edges: readonly GraphEdge[]): number {
  const counts = new Map<number, { success: number; failure: number; always: number }>();
  for (const { from, on } of edges) {
    const count = counts.get(from) ?? { success: 0, failure: 0, always: 0 };
    count[on]++;
    counts.set(from, count);
  }
  let most = 0;
  for (const { success, failure, always } of counts.values()) most += Math.max(success, failure) + always;
  return most;
}

/** Answers whether one node stands upstream of another; each asked-for node is searched once. */
export function ancestry(size: number, edges: readonly GraphEdge[]): (ancestor: number, of: number) => boolean {
  const next: number[][] = Array.from({ length: size }, () => []);
  const parents: Set<number>[] = Array.from({ length: size }, () => new Set());
  for (const { from, to } of edges) {
    next[from]!.push(to);
    parents[to]!.add(from);
  }
  const reached = new Map<number, Uint8Array>();
  const below = (root: number): Uint8Array => {
    const known = reached.get(root);
    if (known) return known;
    const seen = new Uint8Array(size);
    const stack = [root];
    while (stack.length > 0) {
      for (const to of next[stack.pop()!]!) {
        if (seen[to]) continue;
        seen[to] = 1;
        stack.push(to);
      }
    }
    reached.set(root, seen);
    return seen;
  };
  return (ancestor, of) => parents[of]!.has(ancestor) || below(ancestor)[of] === 1;
}
