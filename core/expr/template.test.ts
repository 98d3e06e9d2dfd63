import fc from 'fast-check';
import type { ArtifactRef, Json } from '../json.js';
import {
  conditionReads,
  evaluateTemplate,
  evaluateWithArtifacts,
  nodeReads,
  readsArtifact,
  templateOf,
} from './index.js';
import type { Scope } from './scope.js';
import { piecesOf, stringsOf } from './template.js';

const scope: Scope = {
  input: { n: 2, s: 'x', list: [1, { a: null }], '~k/': 'odd' },
  nodes: {
    web: { status: 'completed', output: { body: 'B' }, error: null },
    off: { status: 'skipped', output: null, error: null },
  },
  run: { id: 'r', workflow: 'w', version: 1, started_at: '2026-01-01T00:00:00Z', starter: 'key:a', metadata: {} },
};

test.each([
  // template                                value
  ['plain', 'plain'],
  ['${ input.n }', 2], // one whole expression keeps its type
  [' ${ input.n }', ' 2'],
  ['${ input.n }${ input.s }', '2x'],
  ['n is ${ input.n }, list ${ input.list }', 'n is 2, list [1,{"a":null}]'],
  ['$${ input.n }', '${ input.n }'],
  ['$${ a } ${ input.n }', '${ a } 2'],
  ['$ {x} $x {y}', '$ {x} $x {y}'],
  ["${ '}' }", '}'],
  ['${ "a\\"}" + "{" }', 'a"}{'],
  ["${ '''it's }''' }", "it's }"],
  ['${ {"a": {"b": 1}}.a.b }', 1],
  ["${ 1 // it's a comment }\n }", 1],
  [
    { a: ['${ input.s }', true, null], b: { c: '${ nodes.web.output }' } },
    { a: ['x', true, null], b: { c: { body: 'B' } } },
  ],
  ['${ nodes.off.status }', 'skipped'],
  ['${ nodes.off.output }', null],
  ['${ input["~k/"] }', 'odd'],
] as [Json, Json][])('%j fills to %j', (template, expected) => {
  expect(evaluateTemplate(template, scope)).toEqual(expected);
});

test('a failure says which expression, and where its string stands', () => {
  const fill = () => evaluateTemplate({ 'a/b~c': ['ok', '${ input.nope }'] }, scope);
  expect(fill).toThrow(
    expect.objectContaining({
      code: 'EXPRESSION_FAILED',
      message: 'input.nope: there is no property nope',
      details: { expression: ' input.nope ', pointer: '/a~1b~0c/1' },
    }) as Error,
  );
  expect(() => evaluateTemplate('${ 1', scope)).toThrow('has no closing }');
});

test.each([
  ['${ nodes.a.output.x + nodes["b"].status } ${ nodes.a.error }', ['a', 'b']],
  ['${ input.list.map(nodes, nodes.x) }', []], // a bound name is another thing
  ['${ [1].map(x, nodes.c.output) }', ['c']],
  ['${ cel.bind(nodes, nodes.d.output, nodes.e) }', ['d']],
])('%s reads %j', (template, expected) => {
  expect(nodeReads(template)).toEqual(expected);
});

test('a condition may end in a comment', () => {
  const condition = 'nodes.web.output.body == "B" // }';
  expect(conditionReads(condition)).toEqual(['web']);
  expect(evaluateTemplate(templateOf(condition), scope)).toBe(true);
});

test('any text comes back as it is once its ${ are escaped', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('$', '{', '}', '${', '"', "'", 'a', '//', '\n')).map((parts) => parts.join('')),
      (text) => {
        // A $ that stands right before the escape would be read as part of it.
        fc.pre(!text.includes('$${'));
        expect(
          evaluateTemplate(
            text.replaceAll('${', () => '$${'),
            scope,
          ),
        ).toBe(text);
      },
    ),
  );
});

test('pieces and literal text together are the whole string', () => {
  const part = fc.oneof(
    fc.constantFrom('a', ' ', '}', '{', "'", '"').map((text) => ({ text, expression: undefined })),
    fc.constantFrom('1', "'}'", '{"a": 1}', '"\\""').map((expression) => ({ text: `\${${expression}}`, expression })),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.map((each) => each.text).join('');
      const found = (piecesOf(text)?.pieces ?? []).flatMap((piece) => (typeof piece === 'object' ? [piece] : []));
      expect(found.map(({ expression }) => expression)).toEqual(parts.flatMap(({ expression }) => expression ?? []));
      for (const { expression, start } of found) expect(text.startsWith(expression, start)).toBe(true);
    }),
  );
});

test('stringsOf names every string by its pointer', () => {
  expect([...stringsOf({ 'a/b': ['x', '${ 1 }'], '~': { c: '${ 2 }' } })].map(({ pointer }) => pointer)).toEqual([
    '/a~1b/1',
    '/~0/c',
  ]);
});

describe('artifacts', () => {
  const ref: ArtifactRef = { $artifact: 'sha256:aa', size: 9, media_type: 'application/json' };
  const inside = (output: Json): Scope => ({
    ...scope,
    nodes: { big: { status: 'completed', output, error: null } },
  });
  const load = (): Promise<Json> => Promise.resolve({ rows: [{ id: 7 }] });

  test.each([
    // template                               output            looks inside  value
    ['${ nodes.big.output }', ref, false, ref], // passed on as it is
    ['x${ nodes.big.status }', ref, false, 'xcompleted'],
    ['${ nodes.big.output.rows[0].id }', ref, true, 7],
    ['${ nodes.big.output.rows.map(r, r.id) }', ref, true, [7]],
    ['${ size(nodes.big.output) }', ref, true, 1],
    ['text: ${ nodes.big.output }', ref, true, 'text: {"rows":[{"id":7}]}'],
    ['${ nodes.big.output.part.rows[0].id }', { part: ref }, true, 7],
    ['${ nodes.big.output.part }', { part: ref }, false, ref],
    ['${ [nodes.big.output.part] }', { part: ref }, true, [{ rows: [{ id: 7 }] }]],
    ['${ nodes.big.output.other }', { part: ref, other: 1 }, false, 1],
  ] as unknown as [Json, Json, boolean, Json][])(
    '%j of %j: looks inside %s, value %j',
    async (template, output, looks, value) => {
      expect(readsArtifact(template, inside(output))).toBe(looks);
      expect(await evaluateWithArtifacts(template, inside(output), load)).toEqual(value);
    },
  );
});
