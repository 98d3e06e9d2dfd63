import { compiledPlan } from '../../tests/support/spec-tests.js';
import { dryRun } from './dry-run.js';

const RUN = { workflow: 'flow', version: 3, starter: 'user:ann', metadata: {} };

const SPEC = `
name: flow
input: { type: object, properties: { n: { type: integer }, list: { type: array } } }
nodes:
  - { key: shape, type: transform, config: { value: { twice: "\${ input.n * 2 }" } } }
  - key: load
    type: tool_call
    config: { tool: http, request: { url: "https://example.org/\${ nodes.shape.output.twice }", query: { run: "\${ run.id }", v: "\${ run.version }" } } }
    on_error: continue
  - { key: few, type: transform, config: { value: 1 } }
  - { key: many, type: agent_call, config: { agent: "https://agent", message: "\${ input.n }" } }
  - key: each
    type: map
    config: { over: "\${ input.list }", do: { type: tool_call, config: { tool: function, name: noop, input: "\${ item }" } } }
  - { key: read, type: transform, config: { value: { known: "\${ input.n }", not: "\${ nodes.load.output.body }" } } }
  - { key: mend, type: human_gate, config: { title: "\${ nodes.load.error.message }" } }
  - { key: last, type: transform, join: any, config: { value: 1 } }
edges:
  - { from: shape, to: load }
  - { from: shape, to: few, condition: "nodes.shape.output.twice < 10" }
  - { from: shape, to: many, condition: "nodes.shape.output.twice >= 10" }
  - { from: load, to: read, condition: "nodes.load.output.status == 200" }
  - { from: load, to: mend, on: failure }
  - { from: few, to: last }
  - { from: many, to: last }
output: { few: "\${ nodes.few.status }", read: "\${ nodes.read.output }" }
`;

test('the code in a map’s body is no template', () => {
  const code = 'export default ({ a }) => `${a.b}`';
  const plan = compiledPlan(
    `name: flow\nnodes:\n  - { key: each, type: map, config: { over: "\${ [1] }", do: { type: tool_call, config: { tool: function, code: ${JSON.stringify(code)}, input: "\${ item }" } } } }`,
  );
  const [each] = dryRun(plan, {}, RUN).nodes;
  expect(each).toMatchObject({ items: 1, unknown: [{ pointer: '/do/config/input', reads: ['item'] }] });
  expect(each).not.toHaveProperty('error');
});

test('what would run, in waves, bound with what is known', () => {
  const { nodes, edges, waves, output, output_unknown, cost } = dryRun(
    compiledPlan(SPEC),
    { n: 2, list: [1, 2, 3] },
    RUN,
  );
  const of = Object.fromEntries(nodes.map(({ key, ...node }) => [key, node]));
  expect(waves).toEqual([
    expect.arrayContaining(['shape', 'each']),
    expect.arrayContaining(['load', 'few']),
    expect.arrayContaining(['read', 'mend', 'last']),
  ]);
  expect(of).toMatchObject({
    shape: { runs: 'yes', acts: false, output: { twice: 4 }, unknown: [] },
    load: {
      ...{ runs: 'yes', acts: true, cost: null, unknown: [{ pointer: '/request/query/run', reads: ['run.id'] }] },
      input: { request: { url: 'https://example.org/4', query: { run: '${ run.id }', v: 3 } } },
    },
    few: { runs: 'yes' },
    many: { runs: 'no', input: null },
    each: { runs: 'yes', items: 3, acts: false, unknown: [{ pointer: '/do/config/input', reads: ['item'] }] },
    read: {
      ...{ runs: 'maybe', input: { known: 2, not: '${ nodes.load.output.body }' } },
      unknown: [{ pointer: '/not', reads: ['nodes.load'] }],
    },
    mend: { runs: 'maybe', acts: true },
    last: { runs: 'yes' },
  });
  expect(of['read']).not.toHaveProperty('output');
  expect(Object.fromEntries(edges.map(({ from, to, ways }) => [`${from}->${to}`, ways.join()]))).toEqual({
    'shape->load': 'taken',
    'shape->few': 'taken',
    'shape->many': 'not_taken',
    'load->read': 'taken,not_taken,failed',
    'load->mend': 'not_taken,taken',
    'few->last': 'taken',
    'many->last': 'not_taken',
  });
  expect([output, output_unknown, cost]).toEqual([
    { few: 'completed', read: '${ nodes.read.output }' },
    [{ pointer: '/read', reads: ['nodes.read'] }],
    null,
  ]);
});

test('what would fail whatever the world answers', () => {
  const { nodes } = dryRun(compiledPlan(SPEC), { list: [] }, RUN);
  expect(nodes.find(({ key }) => key === 'shape')).toMatchObject({ runs: 'yes', error: { code: 'EXPRESSION_FAILED' } });
  expect(nodes.find(({ key }) => key === 'load')).toMatchObject({ runs: 'no' });
});
