import type { Graph } from './elk.js';
import { quickly } from './quickly.js';

const [width, height] = [220, 60];
/** Nodes in topological order, each with edges from some that stand not far before it; the same for the same numbers. */
function madeUp(count: number, reach: number, fan = 2): Graph {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 16_807) % 2_147_483_647) % below;
  const nodes = Array.from({ length: count }, (_, i) => ({ id: `n${i}`, width, height }));
  const edges = nodes.slice(1).flatMap((_, i) =>
    Array.from({ length: 1 + random(fan) }, (__, j) => ({
      id: `${i}.${j}`,
      from: `n${Math.max(0, i - random(reach))}`,
      to: `n${i + 1}`,
    })),
  );
  return { nodes, edges };
}

test.each([
  ['a chain', madeUp(40, 1, 1)],
  ['a mesh', madeUp(300, 30)],
  ['one that fans out wide', madeUp(400, 400, 1)],
  ['nodes without edges', { nodes: madeUp(100, 1).nodes, edges: [] }],
])('%s: edges lead down, and nothing lies on anything else', (_, graph) => {
  const places = quickly(graph);
  for (const { from, to } of graph.edges) expect(places.get(to)!.y).toBeGreaterThan(places.get(from)!.y + height);
  const all = graph.nodes.map(({ id }) => places.get(id)!);
  const overlap = all.flatMap((a, i) =>
    all.slice(i + 1).filter((b) => Math.abs(a.x - b.x) < width - 0.01 && Math.abs(a.y - b.y) < height),
  );
  expect(overlap).toEqual([]);
});

test('a chain is a straight line', () => {
  expect(new Set([...quickly(madeUp(10, 1, 1)).values()].map(({ x }) => Math.round(x))).size).toBe(1);
});

test.each([
  ['nodes without edges', []],
  [
    'all below one',
    madeUp(2000, 1)
      .nodes.slice(1)
      .map(({ id }) => ({ id, from: 'n0', to: id })),
  ],
])('a wide layer goes on in lines: %s', (_, edges) => {
  const places = [...quickly({ nodes: madeUp(2000, 1).nodes, edges }).values()];
  const span = (of: number[]) => Math.max(...of) - Math.min(...of);
  expect(span(places.map(({ x }) => x)) / span(places.map(({ y }) => y))).toBeLessThan(20);
});
