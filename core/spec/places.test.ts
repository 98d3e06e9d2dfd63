import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Json } from '../json.js';
import { expectTold, problemsOf, type Told } from '../../tests/support/marked.js';
import { valueAt } from './issues.js';
import { readJson } from './json-source.js';
import { parseSpec } from './parse.js';
import { placesIn } from './places.js';

// Line and column are right however the text is written. `«` marks the place that the compiler tells.

const NOPE: Told = ['UNKNOWN_NAME', '/nodes/0/config/value', 'there is no nope here'];
const valued = (written: string) =>
  `name: demo\nnodes:\n  - key: a\n    type: transform\n    config:\n      value: ${written}\n`;

test.each([
  ['plain', '${ «nope }'],
  ['plain, after other text', 'a b  c ${ «nope } d'],
  ['plain, folded over lines', 'first\n        second ${ 1 +\n        «nope }'],
  ['plain, folded over an empty line', 'first\n\n\n        ${ «nope }'],
  ['in single quotes', "'a ${ «nope }'"],
  ['in single quotes that are doubled', "'it''s ''${ «nope }'"],
  ['in single quotes, folded', "'it''s\n        long ${\n          «nope }'"],
  ['in double quotes', '"a ${ «nope }"'],
  ['in double quotes, with escapes', '"tab\\t quote \\" nl\\n u\\u00e9 x\\x41 U\\U0001F600 nbsp\\_ ${ «nope }"'],
  ['in double quotes, with an escaped blank', '"a\\ b\\u0020c ${ «nope }"'],
  ['in double quotes, with an escaped line break', '"a \\\n        b ${ «nope }"'],
  ['in double quotes, folded', '"a\n\n        b ${ «nope }"'],
  ['in double quotes, with an escape in the name', '"${ \'\\u0041\' + «nope }"'],
  ['in a literal block', '|\n        first\n        ${ 1 +\n           «nope }\n        last'],
  ['in a literal block that is stripped', '|-\n        ${ «nope }'],
  ['in a literal block with its own indentation', '|2\n          two more\n        ${ «nope }'],
  ['in a literal block with a comment behind its header', '| # nope ${\n        ${ «nope }'],
  ['in a folded block', '>\n        first\n        second ${ 1 +\n        «nope }\n\n        last'],
  ['in a folded block that keeps its end', '>+\n        a\n\n\n        b ${ «nope }\n\n'],
  ['after an anchor', '&x "${ «nope }"'],
  ['after a tag', '!!str "${ «nope }"'],
  ['with characters beyond the basic plane', '"😀 ${ «nope }"'],
])('YAML: %s', (_name, written) => expectTold(valued(written), [NOPE]));

test.each([
  ['in a flow map', 'name: demo\nnodes: [ { key: a, type: transform, config: { value: "${ «nope }" } } ]\n'],
  [
    'in a flow map over lines',
    'name: demo\nnodes: [\n  { key: a, type: transform,\n    config: { value:\n      ${ «nope }\n  } } ]\n'.replace(
      '${ «nope }',
      '"${ «nope }"',
    ),
  ],
  [
    'with an explicit key',
    'name: demo\nnodes:\n  - key: a\n    type: transform\n    config:\n      ? value\n      : ${ «nope }\n',
  ],
  ['with Windows line ends', valued('"a\\t${ «nope }"').replaceAll('\n', '\r\n')],
  ['after comments', `# one\n# two ${'$'}{\n${valued('${ «nope } # three')}`],
  ['after a byte order mark', `\ufeff${valued('${ «nope }')}`],
  ['after a document’s beginning', `---\n${valued('${ «nope }')}...\n`],
  [
    'in JSON as YAML',
    '{"name": "demo", "nodes": [{"key": "a", "type": "transform", "config": {"value": "\\u0024{ «nope }"}}]}',
  ],
])('YAML: %s', (_name, text) => expectTold(text, [NOPE]));

test('an expression that is written once and used twice is told once for each use, where it is written', () => {
  const text = `name: demo
nodes:
  - { key: a, type: transform, config: { value: &v "\${ ««nope }" } }
  - { key: b, type: transform, config: { value: *v } }
`;
  expectTold(text, [NOPE, ['UNKNOWN_NAME', '/nodes/1/config/value', 'there is no nope here']]);
});

test('a value inside an alias is told where it is written; an alias that is itself wrong, where it stands', () => {
  const inside = `name: demo
nodes:
  - { key: a, type: transform, config: { value: 1 }, retry: &r { max_attempts: ««0 } }
  - { key: b, type: transform, config: { value: 1 }, retry: *r }
`;
  expectTold(inside, [
    ['OUT_OF_RANGE', '/nodes/0/retry/max_attempts', 'at least 1'],
    ['OUT_OF_RANGE', '/nodes/1/retry/max_attempts', 'at least 1'],
  ]);
  const itself = 'name: &n demo\ndescription: ok\nnodes:\n  - { key: a, type: «*n, config: { value: 1 } }\n';
  expectTold(itself, [['BAD_VALUE', '/nodes/0/type', 'expected one of']]);
});

test('an anchor may be used any number of times', () => {
  const nodes = Array.from(
    { length: 300 },
    (_, i) =>
      `  - { key: n${i}, type: transform, config: { value: 1 }, retry: ${i === 0 ? '&r { max_attempts: 2 }' : '*r'} }\n`,
  );
  expect(problemsOf(`name: demo\nnodes:\n${nodes.join('')}`)).toEqual([]);
});

test.each([
  ['on one line', '{"name": "demo", "nodes": [{"key": "a", "type": "transform", "config": {"value": "${ «nope }"}}]}'],
  [
    'with tabs',
    '{\n\t"name": "demo",\n\t"nodes": [\n\t\t{ "key": "a", "type": "transform",\n\t\t\t"config": { "value": "${ «nope }" } }\n\t]\n}\n',
  ],
  [
    'with escapes',
    '{"name": "demo", "nodes": [{"key": "a", "type": "transform", "config": {"value": "\\u0041\\n\\"\\\\\\/ ${ «nope }"}}]}',
  ],
  [
    'with a pair of surrogates',
    '{"name": "demo", "nodes": [{"key": "a", "type": "transform", "config": {"value": "\\ud83d\\ude00😀 ${ «nope }"}}]}',
  ],
  [
    'with keys as escapes',
    '{"name": "demo", "nodes": [{"key": "a", "type": "transform", "\\u0063onfig": {"value": "${ «nope }"}}]}',
  ],
  [
    'with what looks like keys in strings',
    '{"name": "demo", "nodes": [{"key": "a", "type": "transform", "config": {"value": "\\"name\\": ${ «nope }"}}]}',
  ],
  [
    'after a byte order mark',
    '\ufeff{"name": "demo", "nodes": [{"key": "a", "type": "transform", "config": {"value": "${ «nope }"}}]}',
  ],
])('JSON: %s', (_name, text) => expectTold(text, [NOPE], { format: 'json' }));

const anyJson = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

/** Every value of a document, by its path. */
function* parts(value: Json, path: PropertyKey[] = []): Generator<[PropertyKey[], Json]> {
  yield [path, value];
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* parts(item, [...path, index]);
  else if (value !== null && typeof value === 'object')
    for (const [name, item] of Object.entries(value)) yield* parts(item, [...path, name]);
}

const at = (text: string, { line, column }: { line: number; column: number }): number =>
  text
    .split('\n')
    .slice(0, line - 1)
    .reduce((sum, each) => sum + each.length + 1, 0) +
  column -
  1;

test('JSON: at the place of every value stands that value', () => {
  fc.assert(
    fc.property(anyJson, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const read = readJson(text);
      if (!read.ok) throw new Error(read.message);
      const places = placesIn(text, read.root);
      for (const [path, part] of parts(value)) {
        const written = JSON.stringify(part, null, indent).split('\n')[0]!;
        expect(text.startsWith(written, at(text, places.placeOf(path)))).toBe(true);
      }
    }),
  );
});

test('JSON: our reader reads just what JSON.parse reads', () => {
  const broken = fc
    .tuple(
      anyJson,
      fc.nat(),
      fc.constantFrom('', ',', '"', '\\', '0', '-', '.', 'e', '{', ']', ':', 'null', '\n', '\u0001', ' '),
    )
    .map(([value, where, what]) => {
      const text = JSON.stringify(value);
      const place = where % (text.length + 1);
      return text.slice(0, place) + what + text.slice(place + (where % 3));
    });
  const parses = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch (err) {
      if (err instanceof SyntaxError) return false;
      throw err;
    }
  };
  fc.assert(
    fc.property(broken, (text) => {
      const read = readJson(text);
      expect([text, read.ok]).toEqual([text, parses(text)]);
      if (!read.ok) expect(read.at).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2_000 },
  );
});

test('YAML: every character of a string that is no blank has its own place', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ' ', '\n', "'", '"', '\\', '#', ':', '-', '$') });
  const style = fc.constantFrom(
    'PLAIN',
    'QUOTE_SINGLE',
    'QUOTE_DOUBLE',
    'BLOCK_LITERAL',
    'BLOCK_FOLDED',
  ) as fc.Arbitrary<'PLAIN'>;
  fc.assert(
    fc.property(text, style, fc.constantFrom(20, 80), (value, defaultStringType, lineWidth) => {
      const written = stringify({ x: { y: [value] } }, { defaultStringType, defaultKeyType: 'PLAIN', lineWidth });
      const { parsed } = parseSpec(written, 'yaml');
      const read = valueAt(parsed!.value, ['x', 'y', 0]) as string; // not always what was written: the library trims some
      const characters = Array.from(read);
      for (const [index, char] of characters.entries()) {
        const offset = characters.slice(0, index).join('').length;
        const place = at(written, parsed!.placeInString(['x', 'y', 0], offset));
        if (/\S/.test(char)) expect([char, '\\', "'"]).toContain(String.fromCodePoint(written.codePointAt(place)!));
      }
    }),
    { numRuns: 500 },
  );
});
