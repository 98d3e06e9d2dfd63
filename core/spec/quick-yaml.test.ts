import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Json } from '../json.js';
import { brokenSpecs, soundSpecs } from '../../tests/support/specs.js';
import { quickYaml } from './quick-yaml.js';
import { readYaml } from './yaml-source.js';

/** What the library reads, when it finds nothing wrong. */
function slowly(text: string): Json | undefined {
  const { value, flaws } = readYaml(text);
  return flaws.length > 0 ? undefined : value;
}

/** True when the quick reader had an answer; then it was the library's. */
function agrees(text: string): boolean {
  const quick = quickYaml(text);
  if (quick !== undefined) expect([text, quick]).toEqual([text, slowly(text)]);
  return quick !== undefined;
}

test.each([
  ['a: 1', { a: 1 }],
  ['a: 1 # b\n# c\n\nb:   two words  \n', { a: 1, b: 'two words' }],
  ['a:\n  b: x\n  c:\n  - 1\n  - 2\nd:\n- e: f\n  g: h\n- - i\n  - j\n-\n  k: l\n', undefined],
  ['a:\nb:\n', { a: null, b: null }],
  ["a: \"x \\n \\u0041\"\nb: 'it''s'\n", { a: 'x \n A', b: "it's" }],
  [
    'a: { b: [1, two, "3"], c: {} }\nd: [\n  1,\n  { e: f }\n  ]\n',
    { a: { b: [1, 'two', '3'], c: {} }, d: [1, { e: 'f' }] },
  ],
  ['a: |\n  one\n    two\n\n  three\n\nb: |-\n  x\n', { a: 'one\n  two\n\nthree\n', b: 'x' }],
  [
    'a: [true, False, null, ~, 1.5, -2, 1e3, 007, 5s, 2xx, http://x/y?z=1#f]\n',
    { a: [true, false, null, null, 1.5, -2, 1000, 7, '5s', '2xx', 'http://x/y?z=1#f'] },
  ],
  ['a: "one\n  two \\\n    \\ three\n\n\n  four"\n', { a: 'one two  three\n\nfour' }],
  ['a: ${ nodes.x }\n', undefined], // braces at the beginning are nobody's business but the library's
] as [string, Json | undefined][])('%j', (text, expected) => {
  if (expected !== undefined) expect(quickYaml(text)).toEqual(expected);
  agrees(text);
});

test.each([
  'a: &x 1\nb: *x\n',
  'a: !!str 1\n',
  '? a\n: b\n',
  'a: >\n  folded\n',
  'a: |2\n   x\n',
  'a: one\n  two\n',
  'a: "one\ntwo"\n',
  'a: "\n  one"\n',
  'a: "\u0001"\n',
  'a: 1\na: 2\n',
  '__proto__: 1\n',
  '--- a\n',
  'a: 1\n---\nb: 2\n',
  '%YAML 1.1\n---\na: 1\n',
  'a:\n\tb: 1\n',
  'a: b: c\n',
  'a: [1, 2\n',
  'a: {b}\n',
  'a: [b: c]\n',
  'a: 0x10\n',
  'a: .inf\n',
  'a: @b\n',
  'a:\n   b: 1\n  c: 2\n',
  'a: "\\x41"\n',
  'plain\n',
  '"a" : 1\n',
  '- a\nb: 1\n',
  '',
  'a: [1,]\n',
])('%j is left to the library', (text) => expect(quickYaml(text)).toBeUndefined());

const folder = new URL('../../examples/workflows/', import.meta.url);
test.each(readdirSync(folder).filter((file) => file.endsWith('.yaml')))('%s is read quickly', (file) => {
  expect(agrees(readFileSync(new URL(file, folder), 'utf8'))).toBe(true);
});

test('what it reads of random specs, the library reads, too', () => {
  const documents = fc.oneof(soundSpecs, brokenSpecs, fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>);
  let quick = 0;
  fc.assert(
    fc.property(
      documents,
      fc.constantFrom(undefined, 'QUOTE_SINGLE', 'BLOCK_LITERAL') as fc.Arbitrary<undefined>,
      fc.constantFrom(0, 40),
      (document, defaultStringType, lineWidth) => {
        if (
          agrees(
            stringify(document, {
              ...(defaultStringType ? { defaultStringType, defaultKeyType: 'PLAIN' } : {}),
              lineWidth,
            }),
          )
        )
          quick++;
      },
    ),
    { numRuns: 100 },
  );
  expect(quick).toBeGreaterThan(15);
});

test('and of text that something happened to', () => {
  const scrap = fc.constantFrom(
    '',
    ' ',
    '\n',
    '\n  ',
    '\n- ',
    '- ',
    ': ',
    ':',
    ', ',
    ',',
    '#',
    ' #',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '|',
    '>',
    '-',
    '?',
    '\\',
    '$',
    '&',
    '*',
    '!',
    '%',
    '@',
    '`',
    '~',
    '.',
    '0',
    'e',
    'a',
  );
  const seed = fc.oneof(
    soundSpecs.map((document) => stringify(document)),
    fc
      .array(
        fc.constantFrom(
          'a',
          'b: ',
          '- ',
          '\n',
          '  ',
          '{ c: 1 }',
          '[d, e]',
          '"f"',
          '"f\n',
          ' g"',
          '\\\n',
          "'g'",
          '|\n',
          ' # h',
          ': ',
          '1',
          '?',
          '${x}',
          'k:\n',
        ),
        { maxLength: 14 },
      )
      .map((parts) => parts.join('')),
  );
  let quick = 0;
  fc.assert(
    fc.property(seed, fc.array(fc.tuple(fc.nat(), fc.nat(2), scrap), { maxLength: 3 }), (start, cuts) => {
      let text = start;
      for (const [where, length, what] of cuts) {
        const at = where % (text.length + 1);
        text = text.slice(0, at) + what + text.slice(at + length);
      }
      if (agrees(text)) quick++;
    }),
    { numRuns: 1_000 },
  );
  expect(quick).toBeGreaterThan(30);
});
