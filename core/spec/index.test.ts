import { compile } from './compile.js';

const spec = (index: string) => `name: flow
input: { type: object, properties: { id: { type: string }, when: { type: object, properties: { at: { type: string } } }, list: { type: array } } }
index: ${index}
nodes: [{ key: a, type: transform, config: { value: 1 } }]
`;
const problemsOf = (index: string) => {
  const compiled = compile(spec(index));
  return compiled.ok ? [] : compiled.problems.map(({ code, pointer, message }) => [code, pointer, message]);
};

test('the plan has the fields as they are written; without an index it is as it was', () => {
  const compiled = compile(spec('{ id: "${ input.id }", kind: fixed }'));
  expect(compiled).toMatchObject({ ok: true, plan: { index: { id: '${ input.id }', kind: 'fixed' } } });
  const without = compile('name: flow\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n');
  expect(without.ok && 'index' in without.plan).toBe(false);
});

test.each<[string, string, string, RegExp]>([
  ['{ id: "${ nodes.a.output }" }', 'NOT_UPSTREAM', '/index/id', /a has not run by then/],
  ['{ id: "${ run.starter }" }', 'UNKNOWN_NAME', '/index/id', /made of the input alone/],
  ['{ id: "${ input.when }" }', 'EXPRESSION_TYPE', '/index/id', /text, a number, true or false/],
  ['{ id: "${ input.list }" }', 'EXPRESSION_TYPE', '/index/id', /text, a number, true or false/],
  ['{ id: "${ input.ID }" }', 'UNKNOWN_PROPERTY', '/index/id', /no property ID/],
  ['{ id: "${ input." }', 'EXPRESSION_SYNTAX', '/index/id', /no closing/],
  ['{ id: 5 }', 'WRONG_TYPE', '/index/id', /string/],
  ['[a]', 'WRONG_TYPE', '/index', /./],
])('%s is refused: %s', (index, code, pointer, message) =>
  expect(problemsOf(index)).toEqual([[code, pointer, expect.stringMatching(message)]]),
);

test.each(['Id', '1d', 'a-b', '__proto__'])('%s is no name of a field', (name) =>
  expect(problemsOf(`{ "${name}": x }`).length).toBeGreaterThan(0),
);

test('there are ten at most', () => {
  const fields = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `f${i}: x`).join(', ')} }`;
  expect(problemsOf(fields(10))).toEqual([]);
  expect(problemsOf(fields(11))).toMatchObject([
    ['OUT_OF_RANGE', '/index', expect.stringMatching(/^10 fields at most/)],
  ]);
});
