import fc from 'fast-check';
import type { Compensation, Join, Plan, PlanEdge, PlanNode } from '../../core/spec/plan.js';

/** A plan by hand: nodes in topological order, work nodes unless said otherwise. */
export function planOf(
  nodes: (Partial<PlanNode> & { key: string })[],
  edges: (Partial<Omit<PlanEdge, 'from' | 'to'>> & { from: string; to: string })[],
  run: Partial<Plan['run']> = {},
  output?: Plan['output'],
): Plan {
  const index = new Map(nodes.map(({ key }, i) => [key, i]));
  const planEdges = edges.map(
    ({ from, to, ...rest }): PlanEdge => ({
      on: 'success',
      reads: [],
      ...rest,
      from: index.get(from)!,
      to: index.get(to)!,
    }),
  );
  return {
    plan_format: 1,
    expressions: 'cel-js/8.0.0',
    name: 'by-hand',
    nodes: nodes.map(
      (node, i): PlanNode => ({
        type: 'tool_call',
        config: { tool: 'function', name: 'noop', input: {} },
        reads: [],
        join: 'all',
        losers: 'let_run',
        on_error: 'fail_run',
        retry: { max_attempts: 1, initial_interval_ms: 100, backoff: 2, max_interval_ms: 1000, non_retryable: [] },
        timeout: { attempt_ms: 60_000, heartbeat_ms: 10_000 },
        ...node,
        in: planEdges.flatMap((edge, e) => (edge.to === i ? [e] : [])),
        out: planEdges.flatMap((edge, e) => (edge.from === i ? [e] : [])),
      }),
    ),
    edges: planEdges,
    run: { max_parallel: 50, ...run },
    ...(output === undefined ? {} : { output }),
  };
}

/** What undoes node a, by hand. */
export const undoOf = (more: Partial<Compensation> = {}): Compensation => ({
  type: 'tool_call',
  config: { tool: 'function', name: 'undo', input: '${ nodes.a.output.from }' },
  reads: ['a'],
  retry: { max_attempts: 2, initial_interval_ms: 1, backoff: 1, max_interval_ms: 1, non_retryable: [] },
  timeout: { attempt_ms: 1000, heartbeat_ms: 1000 },
  when: 'completed',
  ...more,
});

const joins: fc.Arbitrary<Join> = fc.oneof(
  fc.constantFrom<Join>('all', 'any', 'none_failed'),
  fc.record({ n: fc.integer({ min: 1, max: 3 }) }),
);

/** Random DAGs: each node may have edges from any earlier one, with every kind of edge, join and failure policy. */
export const randomPlans = (max = 12): fc.Arbitrary<Plan> =>
  fc.integer({ min: 1, max }).chain((size) =>
    fc
      .record({
        nodes: fc.array(
          fc.record({
            join: joins,
            losers: fc.constantFrom('cancel' as const, 'let_run' as const),
            on_error: fc.constantFrom('continue' as const, 'continue' as const, 'fail_run' as const),
          }),
          { minLength: size, maxLength: size },
        ),
        edges: fc.uniqueArray(
          fc.record({
            a: fc.nat(size - 1),
            b: fc.nat(size - 1),
            on: fc.constantFrom('success' as const, 'failure' as const, 'always' as const),
            condition: fc.constantFrom(undefined, undefined, 'true', 'false'),
          }),
          { maxLength: size * 3, size: 'max', selector: ({ a, b }) => `${Math.min(a, b)} ${Math.max(a, b)}` },
        ),
        max_parallel: fc.integer({ min: 1, max: 5 }),
      })
      .map(({ nodes, edges, max_parallel }) =>
        planOf(
          nodes.map((node, i) => ({ key: `n${i}`, ...node })),
          edges
            .filter(({ a, b }) => a !== b)
            .map(({ a, b, on, condition }) => ({
              from: `n${Math.min(a, b)}`,
              to: `n${Math.max(a, b)}`,
              on,
              ...(condition === undefined ? {} : { condition }),
            })),
          { max_parallel },
        ),
      ),
  );
