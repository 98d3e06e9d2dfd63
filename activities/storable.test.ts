import type { Json } from '../core/json.js';
import { MAX_VALUE_DEPTH } from '../core/limits.js';
import { storable } from './storable.js';

const nested = (depth: number): Json => {
  let value: Json = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
};

test.each<[string, Json, Json]>([
  ['NUL', 'a\0b', 'a\uFFFDb'],
  ['half of a surrogate pair', 'a\ud800b', 'a\uFFFDb'],
  ['in names and deep inside', { 'k\0': [{ x: '\udfff' }] }, { 'k\uFFFD': [{ x: '\uFFFD' }] }],
  ['a whole pair stays', '😀', '😀'],
  ['all else stays', { a: [1, null, true, 'ü\n'] }, { a: [1, null, true, 'ü\n'] }],
  ['as deep as may be', nested(MAX_VALUE_DEPTH), nested(MAX_VALUE_DEPTH)],
])('%s', (_what, value, expected) => {
  expect(storable(value)).toEqual(expected);
});

test('a name that is special in JavaScript is a name', () => {
  expect(JSON.stringify(storable(JSON.parse('{"__proto__":{"a":"\\u0000"}}') as Json))).toBe(
    '{"__proto__":{"a":"\uFFFD"}}',
  );
});

test.each([MAX_VALUE_DEPTH + 1, 100_000])('%i levels are refused', (depth) => {
  expect(() => storable(nested(depth))).toThrow(
    expect.objectContaining({
      code: 'OUTPUT_INVALID',
      message: `the output is nested more than ${MAX_VALUE_DEPTH} levels deep`,
    }) as Error,
  );
});
