import fc from 'fast-check';
import { stringify } from 'yaml';
import { A, B, problemsOf, spec } from '../../tests/support/marked.js';
import { brokenSpecs, soundSpecs } from '../../tests/support/specs.js';
import { MAX_EDGES, MAX_NODES, MAX_SPEC_BYTES } from '../limits.js';
import type { Json } from '../json.js';
import { type Compiled, compile } from './compile.js';
import { valueAt } from './issues.js';
import { parseSpec, type SpecFormat } from './parse.js';
import { PROBLEMS } from './problems.js';

// Whatever is sent, the compiler answers: a plan, or problems that each have a place.

function answers(text: string, format: SpecFormat): Compiled {
  const compiled = compile(text, { format });
  if (compiled.ok) return compiled;
  expect(compiled.problems.length).toBeGreaterThan(0);
  const lines = text.split('\n');
  const { parsed } = parseSpec(text, format);
  for (const { code, pointer, line, column, message } of compiled.problems) {
    expect(code in PROBLEMS).toBe(true);
    expect(message).not.toBe('');
    expect([message, line >= 1 && line <= lines.length]).toEqual([message, true]);
    expect([message, column >= 1 && column <= lines[line - 1]!.length + 1]).toEqual([message, true]);
    if (parsed) expect([message, valueAt(parsed.value, stepsOf(pointer)) === undefined]).toEqual([message, false]);
  }
  return compiled;
}

const stepsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

test('P5: a spec that something happened to is answered, in JSON and in YAML alike; every pointer resolves, every place lies in the text', () => {
  let refused = 0;
  fc.assert(
    fc.property(brokenSpecs, (document) => {
      const json = answers(JSON.stringify(document, null, 1), 'json');
      const yaml = answers(stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }), 'yaml');
      expect(json.ok).toBe(yaml.ok);
      if (json.ok || yaml.ok) return;
      refused++;
      // Both tell the same, but for the places.
      const told = ({ problems }: Extract<Compiled, { ok: false }>) =>
        problems.map(({ code, pointer, message }) => `${code} ${pointer} ${message}`).sort();
      expect(told(yaml)).toEqual(told(json));
    }),
    { numRuns: 100 },
  );
  expect(refused).toBeGreaterThan(30);
});

test('a text that something happened to is answered', () => {
  const scrap = fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '- ',
    '? ',
    '*a',
    '&a ',
    '!x ',
    '|',
    '>',
    '#',
    '%',
    '\\',
    '${',
    '}',
    '~',
    '\u0000',
    '\ud800',
    '--- ',
    '...',
    '<<: *a',
  );
  fc.assert(
    fc.property(
      soundSpecs,
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), fc.nat(3), scrap), { minLength: 1, maxLength: 5 }),
      (document, json, cuts) => {
        let text = json ? JSON.stringify(document) : stringify(document);
        for (const [where, length, what] of cuts) {
          const at = where % (text.length + 1);
          text = text.slice(0, at) + what + text.slice(at + length);
        }
        answers(text, json ? 'json' : 'yaml');
        answers(text, 'yaml');
      },
    ),
    { numRuns: 80 },
  );
});

test('any text is answered', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()), (text) => {
      answers(text, 'yaml');
      answers(text, 'json');
    }),
    { numRuns: 150 },
  );
});

const codes = (text: string, format: SpecFormat = 'yaml') => [
  ...new Set(problemsOf(text, { format }).map(({ code }) => code)),
];
const many = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => each(index)).join('');

test.each<[string, string, SpecFormat, string[]]>([
  ['brackets inside one another, YAML', `name: ${'['.repeat(200_000)}`, 'yaml', ['TOO_DEEP']],
  ['braces inside one another, YAML', 'a: {'.repeat(50_000), 'yaml', ['TOO_DEEP']],
  ['dashes inside one another, YAML', '- '.repeat(50_000), 'yaml', ['TOO_DEEP']],
  ['question marks inside one another, YAML', '? '.repeat(50_000), 'yaml', ['TOO_DEEP']],
  ['brackets inside one another, JSON', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`, 'json', ['TOO_DEEP']],
  ['brackets without an end, JSON', '['.repeat(1_000_000), 'json', ['SYNTAX']],
  ['a string without an end, JSON', `{"a": "${'x'.repeat(1_000_000)}`, 'json', ['SYNTAX']],
  ['more text than a spec may have', ' '.repeat(MAX_SPEC_BYTES + 1), 'yaml', ['TEXT_TOO_LARGE']],
  [
    'aliases that double',
    `a0: &a0 [${'x, '.repeat(50)}]\n${many(40, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)}`,
    'yaml',
    ['TEXT_TOO_LARGE'],
  ],
  [
    'aliases that go ever deeper',
    `a0: &a0 x\n${many(200, (i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`)}`,
    'yaml',
    ['TOO_DEEP'],
  ],
  ['too many nodes', `name: demo\nnodes:\n${'  - {}\n'.repeat(MAX_NODES + 1)}`, 'yaml', ['TOO_MANY_NODES']],
  [
    'too many edges',
    JSON.stringify({ name: 'demo', nodes: [], edges: Array.from({ length: MAX_EDGES + 1 }, () => ({})) }),
    'json',
    ['TOO_MANY_EDGES'],
  ],
  [
    'an expression of many signs',
    spec(`  - { key: a, type: transform, config: { value: "\${ ${'!'.repeat(100_000)}true }" } }\n`),
    'yaml',
    ['EXPRESSION_TOO_COSTLY'],
  ],
])('%s', (_name, text, format, expected) => expect(codes(text, format)).toEqual(expected));

test('thousands of slips are told in one go', () => {
  const fields = many(2_000, (i) => `f${i}: 1\n`);
  expect(problemsOf(`${spec(A)}${fields}`)).toHaveLength(2_000);
  const edges = many(2_000, (i) => `  - { from: node_${i}, to: b }\n`);
  expect(problemsOf(spec(many(1_000, (i) => A.replace('key: a', `key: knot_${i}`)) + B, edges))).toHaveLength(2_000);
  const reads = many(
    2_000,
    (i) => `  - { key: n${i}, type: transform, config: { value: "\${ nodes.m${i}.output }" } }\n`,
  );
  expect(problemsOf(spec(reads))).toHaveLength(2_000);
});

test('a graph of many nodes that all read far upstream is checked', () => {
  const size = 2_000;
  const nodes = Array.from({ length: size }, (_, i) => ({
    key: `n${i}`,
    type: 'transform',
    config: { value: i < 3 ? 1 : `\${ nodes.n${i >> 1}.output }` },
  }));
  const edges = Array.from({ length: size - 1 }, (_, i) => ({ from: `n${i}`, to: `n${i + 1}` }));
  expect(problemsOf(JSON.stringify({ name: 'far', nodes, edges }), { format: 'json' })).toEqual([]);
  const cut = edges.filter((_, i) => i !== 10); // in two: what reads across it is told
  const told = problemsOf(JSON.stringify({ name: 'far', nodes, edges: cut }), { format: 'json' });
  expect(told.map(({ pointer }) => pointer)).toEqual(
    Array.from({ length: 11 }, (_, i) => `/nodes/${i + 11}/config/value`),
  );
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
  'the name %s is nothing special',
  (name) => {
    const node = {
      key: name,
      type: 'transform',
      config: { value: { [name === '__proto__' ? 'x' : name]: '${ input.x }' } },
    };
    const document: Json = {
      name: 'odd',
      nodes: [node, { key: 'b', type: 'transform', config: { value: `\${ nodes.${name}.output }` } }],
      edges: [{ from: name, to: 'b' }],
    };
    const told = codes(JSON.stringify(document), 'json');
    // The one name that would be lost is refused; `prototype` is reserved in CEL, but nodes["prototype"] reads it.
    expect(told).toEqual(name === '__proto__' ? ['BAD_VALUE'] : []);
  },
);
