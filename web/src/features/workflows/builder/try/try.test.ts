/** @jest-environment node */
import { compile } from '../../../../../../core/spec/compile.js';
import { readSpec } from '../model/index.js';
import { dryRunOf, notTaken } from './dry.js';
import { firstTests, show, type TestReport, untakenOf, withCase } from './tests.js';

const TEXT = `name: flow
input: { type: object, properties: { n: { type: integer, default: 3 } } }
nodes:
  - { key: call, type: tool_call, config: { tool: http, request: { url: "https://example.org/" } }, output: { type: object, required: [status], properties: { status: { type: integer } } } }
  - { key: big, type: transform, config: { value: "\${ input.n }" } }
  - { key: ask, type: human_gate, config: { title: Go on? } }
edges:
  - { from: call, to: big, condition: input.n > 10 }
  - { from: call, to: ask }
`;
const VIEW = readSpec(TEXT);

test('a document begins with a mock for each call and a decision for each gate', () => {
  expect(
    firstTests(VIEW),
  ).toBe(`# What goes in, what stands in for the outside, what people decide, and what is to come of it.
cases:
  - name: it works
    input: {}
    mocks:
      call: { output: { status: 0 } }
    decisions:
      - { gate: ask, decision: approve, after: 5m }
    expect: { status: completed }
`);
  expect(firstTests({ nodes: [] })).not.toContain('mocks');
});

test.each<[string, string, string]>([
  ['', 'a', 'cases:\n  - name: a\n'],
  ['# mine\ncases:\n  - name: a # kept\n', 'a', '# mine\ncases:\n  - name: a # kept\n  - name: a (2)\n'],
  ['coverage: { nodes: 80 }\n', 'a', 'coverage: { nodes: 80 }\ncases:\n  - name: a\n'],
  ['cases: [', 'a', 'cases: ['],
  ['- a', 'a', '- a'],
])('%j with a case %s more', (text, name, expected) => {
  expect(withCase(text, { name })).toBe(expected);
});

test('what no case took is told by its places', () => {
  const way = { on: 'success' as const, taken: 0, not_taken: 0, failed: 0 };
  const share = { total: 1, covered: 0, percent: 0 };
  const report: TestReport = {
    ...{ workflow: 'flow', passed: true, cases: [] },
    coverage: {
      nodes: { ...share, missing: ['big'] },
      edges: {
        ...share,
        all: [
          { ...way, from: 'call', to: 'big', missing: ['taken'] },
          { ...way, from: 'call', to: 'ask', missing: ['not_taken'] },
        ],
      },
      ...{ joins: { ...share, all: [] }, failures: { ...share, missing: [] }, short: [] },
    },
  };
  expect(untakenOf(TEXT, report)).toMatchObject({ nodes: new Set(['big']), edges: new Set([0]) });
});

test('a dry run is of the text, with the defaults of its input', () => {
  const compiled = compile(TEXT);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const dry = dryRunOf(
    compiled.plan,
    { type: 'object', properties: { n: { type: 'integer', default: 3 } } },
    {},
    'user:ann',
  );
  expect(dry.input).toEqual({ n: 3 });
  expect(dry.nodes.map(({ key, runs }) => `${key} ${runs}`)).toEqual(['call yes', 'big no', 'ask yes']);
  expect(notTaken(TEXT, dry)).toMatchObject({ nodes: new Set(['big']), edges: new Set([0]) });
});

test('a value is shown in one line', () => {
  expect(show(undefined)).toBe('nothing');
  expect(show('x'.repeat(300))).toHaveLength(200);
});
