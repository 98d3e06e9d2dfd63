/** The compiler's view of a graph: nodes by their place in the document. */
export interface GraphEdge {
  from: number;
  to: number;
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

/** Which nodes stand upstream of which, for a graph without circles: a row of bits per node. */
export class Ancestry {
  private readonly rows: Uint32Array;
  private readonly width: number;

  constructor(size: number, edges: readonly GraphEdge[], order: readonly number[]) {
    this.width = Math.ceil(size / 32);
    this.rows = new Uint32Array(size * this.width);
    const next: number[][] = Array.from({ length: size }, () => []);
    for (const { from, to } of edges) next[from]!.push(to);
    for (const from of order) for (const to of next[from]!) this.inherit(to, from);
  }

  has(ancestor: number, of: number): boolean {
    return (this.rows[of * this.width + (ancestor >> 5)]! & (1 << (ancestor & 31))) !== 0;
  }

  private inherit(node: number, parent: number): void {
    const [into, out] = [node * this.width, parent * this.width];
    for (let word = 0; word < this.width; word++) this.rows[into + word]! |= this.rows[out + word]!;
    this.rows[into + (parent >> 5)]! |= 1 << (parent & 31);
  }
}
