import fc from 'fast-check';
import { allAtOnce, drive } from '../../tests/support/walks.js';
import { planOf } from '../../tests/support/plans.js';
import { livenessOf, type LiveEdge, type LiveNode } from './liveness.js';
import type { Join, Plan } from './plan.js';

// What the compiler proves of joins (P4), held against every course that a run can take.

interface Graph {
  nodes: LiveNode[];
  edges: LiveEdge[];
}

const joins = fc.oneof(
  fc.constantFrom<Join>('all', 'any', 'none_failed'),
  fc.integer({ min: 1, max: 3 }).map((n): Join => ({ n })),
);

/** Small graphs in topological order, with every kind of edge, join and failure. */
const graphs: fc.Arbitrary<Graph> = fc.integer({ min: 2, max: 6 }).chain((size) =>
  fc
    .record({
      nodes: fc.array(fc.record({ join: joins, canFail: fc.boolean() }), { minLength: size, maxLength: size }),
      edges: fc.uniqueArray(
        fc.record({
          a: fc.nat(size - 1),
          b: fc.nat(size - 1),
          on: fc.constantFrom('success', 'success', 'failure', 'always'),
          never: fc.constantFrom(...Array.from({ length: 9 }, () => false), true),
        }),
        { maxLength: 10, selector: ({ a, b, on }) => `${Math.min(a, b)} ${Math.max(a, b)} ${on}` },
      ),
    })
    .map(({ nodes, edges }) => ({
      // A node without edges starts at once; a join of its own would be refused.
      nodes: nodes.map((node, index) =>
        edges.some(({ a, b }) => a !== b && Math.max(a, b) === index) ? node : { ...node, join: 'all' as const },
      ),
      edges: edges
        .filter(({ a, b }) => a !== b)
        .map(({ a, b, on, never }) => ({ from: Math.min(a, b), to: Math.max(a, b), on: on as LiveEdge['on'], never })),
    })),
);

const asPlan = ({ nodes, edges }: Graph): Plan =>
  planOf(
    nodes.map(({ join, canFail }, index) => ({ key: `n${index}`, join, on_error: canFail ? 'continue' : 'fail_run' })),
    edges.map(({ from, to, on, never }, index) => ({
      from: `n${from}`,
      to: `n${to}`,
      on,
      condition: never ? 'false' : `input.c${index}`,
    })),
  );

/** Nodes that fire in some course: every choice of failures and of conditions, each driven through the scheduler. */
function fireSomewhere(graph: Graph): Set<number> {
  const plan = asPlan(graph);
  const fallible = graph.nodes.flatMap(({ canFail }, index) => (canFail ? [index] : []));
  // Conditions are varied as long as that stays a few thousand courses; beyond, they are all true.
  const free = fallible.length + graph.edges.length <= 9 ? graph.edges.length : 0;
  const fired = new Set<number>();
  for (let choice = 0; choice < 2 ** (fallible.length + free); choice++) {
    const fails = new Set(fallible.flatMap((node, bit) => (choice & (1 << bit) ? [`n${node}`] : [])));
    const input = Object.fromEntries(
      graph.edges.map((_, edge) => [`c${edge}`, edge >= free || (choice & (1 << (fallible.length + edge))) === 0]),
    );
    for (const key of drive(
      plan,
      allAtOnce((task) => fails.has(task)),
      { input },
    ).began)
      fired.add(Number(key.slice(1)));
  }
  return fired;
}

test('P4: a node is refused just when no course of the run makes it fire', () => {
  let refused = 0;
  fc.assert(
    fc.property(graphs, (graph) => {
      const { deadEdges, unreachable, impossible } = livenessOf(graph.nodes, graph.edges, [...graph.nodes.keys()]);
      const told = new Set([...unreachable, ...impossible.map(({ node }) => node)]);
      const fired = fireSomewhere(graph);
      for (const node of graph.nodes.keys()) {
        if (told.has(node)) expect([node, fired.has(node)]).toEqual([node, false]);
        // A spec with a dead edge is refused for that; what follows from it need not be told as well.
        else if (deadEdges.length === 0) expect([node, fired.has(node)]).toEqual([node, true]);
      }
      refused += told.size;
    }),
    { numRuns: 200 },
  );
  expect(refused).toBeGreaterThan(20);
});

test('an edge is dead just when its condition is false or its node can not fail', () => {
  fc.assert(
    fc.property(graphs, ({ nodes, edges }) => {
      const { deadEdges } = livenessOf(nodes, edges, [...nodes.keys()]);
      const dead = edges.flatMap(({ from, on, never }, edge) =>
        never
          ? [{ edge, why: 'never' }]
          : on === 'failure' && !nodes[from]!.canFail
            ? [{ edge, why: 'cannot_fail' }]
            : [],
      );
      expect([...deadEdges].sort((a, b) => a.edge - b.edge)).toEqual(dead);
    }),
  );
});

test('a join of many is proved without trying every combination', () => {
  // A hundred nodes may fail; the join wants all their failures, then one more than there are.
  const size = 100;
  const nodes: LiveNode[] = [
    ...Array.from({ length: size }, () => ({ join: 'all' as const, canFail: true })),
    { join: { n: size }, canFail: true },
  ];
  const edges = Array.from({ length: size }, (_, from) => ({ from, to: size, on: 'failure' as const, never: false }));
  const order = [...nodes.keys()];
  expect(livenessOf(nodes, edges, order).impossible).toEqual([]);
  nodes[size] = { join: { n: size + 1 }, canFail: true };
  expect(livenessOf(nodes, edges, order).impossible).toMatchObject([{ node: size, asked: size + 1 }]);
});
