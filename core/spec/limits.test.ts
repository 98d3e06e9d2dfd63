import { compile } from './compile.js';

const compiled = (text: string) => compile(text);
const problems = (text: string) => {
  const found = compiled(text);
  return found.ok ? [] : found.problems.map(({ code, pointer }) => `${code} ${pointer}`);
};
const node = (limits: string, more = '') =>
  `name: flow\ninput: { type: object, properties: { who: { type: string } } }\nnodes: [{ key: a, type: tool_call, limits: ${limits}, config: { tool: function, name: noop } }${more}]\n`;

test('a plan has its nodes’ limits by name, and reads what their keys read', () => {
  const found = compiled(node('[mail, { name: crm, key: "${ input.who }" }]'));
  expect(found.ok && found.plan.nodes[0]!.limits).toEqual([{ name: 'crm', key: '${ input.who }' }, { name: 'mail' }]);
  const spec = `name: flow
nodes:
  - { key: a, type: transform, config: { value: { id: x } } }
  - { key: b, type: tool_call, limits: [{ name: crm, key: "\${ nodes.a.output.id }" }], config: { tool: function, name: noop } }
edges: [{ from: a, to: b }]
`;
  const reading = compiled(spec);
  expect(reading.ok && reading.plan.nodes[1]!.reads).toEqual(['a']);
});

test.each<[string, string, object | undefined]>([
  ['{ limit: crm }', 'a limit', { name: 'crm' }],
  ['{ limit: crm, concurrency_key: "${ input.who }" }', 'a key of it', { name: 'crm', key: '${ input.who }' }],
  ['{ concurrency_key: "${ input.who }" }', 'a key alone', { name: '~flow', key: '${ input.who }' }],
  ['{ priority: 2 }', 'neither', undefined],
])('a run that needs a place: %s, %s', (run, _what, limit) => {
  const found = compiled(`${node('[crm]')}limits: { run: ${run} }\n`);
  expect(found.ok && found.plan.run.limit).toEqual(limit);
});

test('a plan without limits is what it was before', () => {
  const found = compiled('name: flow\nnodes: [{ key: a, type: tool_call, config: { tool: function, name: noop } }]\n');
  expect(found.ok && found.plan.run).toEqual({ max_parallel: 50 });
  expect(found.ok && Object.keys(found.plan.nodes[0]!)).not.toContain('limits');
});

test.each([
  [node('[crm, { name: crm, key: x }]'), ['BAD_VALUE /nodes/0/limits']],
  [node('[CRM]'), ['BAD_VALUE /nodes/0/limits/0']],
  [node('[{ name: crm, key: "${ input.whom }" }]'), ['UNKNOWN_PROPERTY /nodes/0/limits/0/key']],
  [
    node('[{ name: crm, key: "${ nodes.b.output }" }]', ', { key: b, type: transform, config: { value: 1 } }'),
    ['NOT_UPSTREAM /nodes/0/limits/0/key'],
  ],
  [
    `${node('[crm]')}limits: { run: { concurrency_key: "\${ nodes.a.output }" } }\n`,
    ['NOT_UPSTREAM /limits/run/concurrency_key'],
  ],
  [`${node('[crm]')}limits: { run: { priority: 6 } }\n`, ['OUT_OF_RANGE /limits/run/priority']],
  [
    'name: flow\nnodes: [{ key: a, type: transform, limits: [crm], config: { value: 1 } }]\n',
    ['UNKNOWN_FIELD /nodes/0/limits'],
  ],
])('refused: %#', (text, expected) => expect(problems(text)).toEqual(expected));
