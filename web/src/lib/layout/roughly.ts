import type { Graph, GraphNode, Point } from './elk.js';

const [GAP, BETWEEN] = [28, 56];

/**
 * Places at once and without care: each node below all that lead to it, rows centred. For the moment until the layout is there, and for where
 * it can't be had. A circle is cut where it closes.
 */
export function roughly({ nodes, edges }: Graph): Map<string, Point> {
  const layers = layersOf(nodes, edges);
  const rows = new Map<number, GraphNode[]>();
  for (const node of nodes) rows.set(layers.get(node.id)!, [...(rows.get(layers.get(node.id)!) ?? []), node]);
  const places = new Map<string, Point>();
  let y = 0;
  for (const layer of [...rows.keys()].sort((a, b) => a - b)) {
    const row = rows.get(layer)!;
    let x = -(row.reduce((sum, { width }) => sum + width + GAP, -GAP) / 2);
    for (const { id, width } of row) {
      places.set(id, { x, y });
      x += width + GAP;
    }
    y += Math.max(...row.map(({ height }) => height)) + BETWEEN;
  }
  return places;
}

/** The longest way to each node, in edges. Kahn's order; what stands in a circle comes below what leads into it. */
export function layersOf(nodes: Graph['nodes'], edges: Graph['edges']): Map<string, number> {
  const layers = new Map(nodes.map(({ id }) => [id, 0]));
  const next = new Map<string, string[]>();
  const waits = new Map<string, number>();
  for (const { from, to } of edges) {
    if (from === to || !layers.has(from) || !layers.has(to)) continue;
    next.set(from, [...(next.get(from) ?? []), to]);
    waits.set(to, (waits.get(to) ?? 0) + 1);
  }
  const ready = nodes.map(({ id }) => id).filter((id) => !waits.get(id));
  const done = new Set<string>();
  const rest = nodes.map(({ id }) => id).values();
  for (let id = ready.shift(); ; id = ready.shift()) {
    while (id === undefined || done.has(id)) {
      const { value, done: end } = ready.length > 0 ? { value: ready.shift()!, done: false } : rest.next();
      if (end || value === undefined) return layers;
      id = value;
    }
    done.add(id);
    for (const to of next.get(id) ?? []) {
      if (done.has(to)) continue;
      layers.set(to, Math.max(layers.get(to)!, layers.get(id)! + 1));
      waits.set(to, waits.get(to)! - 1);
      if (waits.get(to) === 0) ready.push(to);
    }
  }
}
