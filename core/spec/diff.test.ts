import fc from 'fast-check';
import { planOf, randomPlans } from '../../tests/support/plans.js';
import type { Change } from '../json-diff.js';
import { compile } from './compile.js';
import { diffPlans, isEmptyDiff, type PlanDiff } from './diff.js';
import type { Plan } from './plan.js';

function plan(text: string): Plan {
  const compiled = compile(text);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.plan;
}
const BASE = `
name: flow
input: { type: object, properties: { n: { type: integer } } }
nodes:
  - { key: load, type: tool_call, config: { tool: http, request: { url: "https://example.org/\${ input.n }" } } }
  - { key: code, type: tool_call, config: { tool: function, code: "export default () => '\${ x }'" } }
  - { key: brief, type: transform, config: { value: "\${ nodes.load.output.status }" } }
edges:
  - { from: load, to: brief, condition: "nodes.load.output.status == 200" }
output: "\${ nodes.brief.output }"
limits: { run: { timeout: 1h } }
`;
const EMPTY: PlanDiff = {
  workflow: [],
  nodes: { added: [], removed: [], renamed: [], changed: [] },
  edges: { added: [], removed: [], changed: [] },
};
const edit = (...edits: [was: string, is: string][]): PlanDiff =>
  diffPlans(
    plan(BASE),
    plan(
      edits.reduce((text, [was, is]) => {
        if (!text.includes(was)) throw new Error(`there is no ${was}`);
        return text.replaceAll(was, () => is);
      }, BASE),
    ),
  );

test.each<[string, [string, string][]]>([
  ['nothing', []],
  ['a default that is written out', [['key: load,', 'key: load, join: all, retry: { max_attempts: 3 },']]],
  ['blanks in an expression', [['${ nodes.load.output.status }', '${nodes.load.output.status}']]],
  ['blanks in a part of a text', [['org/${ input.n }', 'org/${input.n}']]],
  ['blanks in a condition', [['nodes.load.output.status == 200', ' nodes.load.output.status==200']]],
  ['blanks in the output', [['${ nodes.brief.output }', '${nodes.brief.output}']]],
  ['a time in other words', [['timeout: 1h', 'timeout: 60m']]],
])('%s counts for nothing', (_what, edits) => expect(edit(...edits)).toEqual(EMPTY));

test.each<[string, [string, string][], Partial<PlanDiff['nodes']>, Partial<PlanDiff['edges']>, Change[]]>([
  [
    'a config and a retry policy',
    [
      ['key: load,', 'key: load, retry: { max_attempts: 5 },'],
      ['request: { url', 'request: { method: POST, url'],
    ],
    {
      changed: [
        {
          key: 'load',
          changes: [
            { pointer: '/config/request/method', from: 'GET', to: 'POST' },
            { pointer: '/retry/max_attempts', from: 3, to: 5 },
          ],
        },
      ],
    },
    {},
    [],
  ],
  [
    'code, whose ${ } is JavaScript’s',
    [["'${ x }'", "'${x}'"]],
    {
      changed: [
        {
          key: 'code',
          changes: [
            { pointer: '/config/code', from: "export default () => '${ x }'", to: "export default () => '${x}'" },
          ],
        },
      ],
    },
    {},
    [],
  ],
  [
    'a condition',
    [['== 200', '== 201']],
    {},
    {
      changed: [
        {
          ...{ from: 'load', to: 'brief', on: 'success' },
          changes: [
            { pointer: '/condition', from: 'nodes.load.output.status == 200', to: 'nodes.load.output.status == 201' },
          ],
        },
      ],
    },
    [],
  ],
  [
    'another outcome',
    [['to: brief, condition: "nodes.load.output.status == 200"', 'to: brief, on: always']],
    {},
    {
      changed: [
        {
          ...{ from: 'load', to: 'brief', on: 'always' },
          changes: [
            { pointer: '/condition', from: 'nodes.load.output.status == 200' },
            { pointer: '/on', from: 'success', to: 'always' },
          ],
        },
      ],
    },
    [],
  ],
  [
    'the schema of the input, the output and the limits',
    [
      ['n: { type: integer }', 'n: { type: number }, m: {}'],
      ['output: "${ nodes.brief.output }"', 'output: { out: "${ nodes.brief.output }" }'],
      ['timeout: 1h', 'max_parallel: 5'],
    ],
    {},
    {},
    [
      { pointer: '/input/properties/m', to: {} },
      { pointer: '/input/properties/n/type', from: 'integer', to: 'number' },
      { pointer: '/output', from: '${ nodes.brief.output }', to: { out: '${ nodes.brief.output }' } },
      { pointer: '/run/max_parallel', from: 50, to: 5 },
      { pointer: '/run/timeout_ms', from: 3_600_000 },
    ],
  ],
  [
    'a new key with the same config: edges follow, readers change',
    [
      ['key: load,', 'key: fetch,'],
      ['from: load', 'from: fetch'],
      ['nodes.load.', 'nodes.fetch.'],
    ],
    {
      renamed: [{ from: 'load', to: 'fetch', changes: [] }],
      changed: [
        {
          key: 'brief',
          changes: [
            { pointer: '/config/value', from: '${ nodes.load.output.status }', to: '${ nodes.fetch.output.status }' },
          ],
        },
      ],
    },
    {
      changed: [
        {
          ...{ from: 'fetch', to: 'brief', on: 'success' },
          changes: [
            { pointer: '/condition', from: 'nodes.load.output.status == 200', to: 'nodes.fetch.output.status == 200' },
          ],
        },
      ],
    },
    [],
  ],
  [
    'a new key with another config: one is gone, one is new',
    [
      ['key: code,', 'key: other,'],
      ['() =>', '(a) =>'],
    ],
    { added: [{ key: 'other', type: 'tool_call' }], removed: [{ key: 'code', type: 'tool_call' }] },
    {},
    [],
  ],
  [
    'another type under the same key',
    [
      [
        `type: tool_call, config: { tool: function, code: "export default () => '\${ x }'" }`,
        'type: wait, config: { duration: 1s }',
      ],
    ],
    {
      changed: [
        {
          key: 'code',
          changes: expect.arrayContaining([{ pointer: '/type', from: 'tool_call', to: 'wait' }]) as Change[],
        },
      ],
    },
    {},
    [],
  ],
])('%s', (_what, edits, nodes, edges, workflow) => {
  const found = edit(...edits);
  expect(found).toEqual({ workflow, nodes: { ...EMPTY.nodes, ...nodes }, edges: { ...EMPTY.edges, ...edges } });
  expect(isEmptyDiff(found)).toBe(false);
});

test('of several that could be the renamed one, the one that is the same throughout is', () => {
  const node = (key: string, on_error: 'fail_run' | 'continue') => ({ key, on_error });
  const from = planOf([node('a', 'fail_run'), node('b', 'continue')], []);
  const to = planOf([node('x', 'continue'), node('y', 'fail_run'), node('z', 'continue')], []);
  expect(diffPlans(from, to).nodes).toEqual({
    ...{ added: [{ key: 'z', type: 'tool_call' }], removed: [], changed: [] },
    renamed: [
      { from: 'b', to: 'x', changes: [] },
      { from: 'a', to: 'y', changes: [] },
    ],
  });
});

/** The same plan with its nodes and edges listed in another order. */
function shuffled(of: Plan, order: readonly number[], edgeOrder: readonly number[]): Plan {
  const keyed = edgeOrder.map((index) => of.edges[index]!);
  return planOf(
    order.map((index) => of.nodes[index]!),
    keyed.map((edge) => ({ ...edge, from: of.nodes[edge.from]!.key, to: of.nodes[edge.to]!.key })),
    of.run,
  );
}
const indices = (length: number) => fc.shuffledSubarray([...Array(length).keys()], { minLength: length });

test('a plan and itself differ in nothing, in whatever order nodes and edges are listed', () => {
  const both = randomPlans().chain((of) =>
    fc.tuple(fc.constant(of), indices(of.nodes.length), indices(of.edges.length)),
  );
  fc.assert(
    fc.property(both, ([of, order, edgeOrder]) => {
      expect(diffPlans(of, of)).toEqual(EMPTY);
      expect(diffPlans(of, shuffled(of, order, edgeOrder))).toEqual(EMPTY);
    }),
  );
});

test('every node and edge of both is told of once, or is the same in both', () => {
  fc.assert(
    fc.property(randomPlans(), randomPlans(), (from, to) => {
      const { nodes, edges } = diffPlans(from, to);
      expect(nodes.removed.length + nodes.renamed.length).toBe(
        from.nodes.filter(({ key }) => !to.nodes.some((node) => node.key === key)).length,
      );
      expect(from.nodes.length - nodes.removed.length).toBe(to.nodes.length - nodes.added.length);
      expect(from.edges.length - edges.removed.length).toBe(to.edges.length - edges.added.length);
      const back = diffPlans(to, from);
      expect(back.nodes.added).toEqual(nodes.removed);
      expect(back.nodes.removed).toEqual(nodes.added);
      expect(back.workflow.length).toBe(diffPlans(from, to).workflow.length);
    }),
  );
});
