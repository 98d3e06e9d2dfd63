import fc from 'fast-check';
import { type Change, changesOf, isSame } from './json-diff.js';
import { isObject, type Json } from './json.js';

const all = (from?: Json, to?: Json) => [...changesOf(from, to)];
const ref = (hash: string, size = 1) => ({ $artifact: `sha256:${hash}`, size, media_type: 'application/json' });

test.each<[string, Json | undefined, Json | undefined, Change[]]>([
  ['a field', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ pointer: '/b', from: 2, to: 3 }]],
  [
    'in order',
    { b: 1 },
    { c: 1, a: 1 },
    [
      { pointer: '/a', to: 1 },
      { pointer: '/b', from: 1 },
      { pointer: '/c', to: 1 },
    ],
  ],
  ['deep, escaped', { 'a/~': [{ b: 1 }] }, { 'a/~': [{ b: null }] }, [{ pointer: '/a~1~0/0/b', from: 1, to: null }]],
  [
    'a longer list',
    [1],
    [2, 3],
    [
      { pointer: '/0', from: 1, to: 2 },
      { pointer: '/1', to: 3 },
    ],
  ],
  ['another type', { a: [] }, { a: {} }, [{ pointer: '/a', from: [], to: {} }]],
  ['nothing and null', undefined, null, [{ pointer: '', to: null }]],
  ['names of every object', {}, { constructor: 1 }, [{ pointer: '/constructor', to: 1 }]],
  ['an artifact by its hash', { a: ref('x', 1) }, { a: ref('x', 2) }, []],
  ['another artifact, whole', { a: ref('x') }, { a: ref('y') }, [{ pointer: '/a', from: ref('x'), to: ref('y') }]],
  ['an artifact and a value', [ref('x')], [{ b: 1 }], [{ pointer: '/0', from: ref('x'), to: { b: 1 } }]],
])('%s', (_what, from, to, expected) => {
  expect(all(from, to)).toEqual(expected);
  expect(isSame(from, to)).toBe(expected.length === 0);
});

/** A value as its leaves by their pointers: what is empty is a leaf too. */
function leaves(value: Json | undefined, pointer = '', into = new Map<string, string>()): Map<string, string> {
  if (value === undefined) return into;
  const parts = isObject(value) || Array.isArray(value) ? Object.entries(value) : [];
  if (parts.length === 0) return into.set(pointer, JSON.stringify(value));
  for (const [name, part] of parts)
    leaves(part as Json, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, into);
  return into;
}

const values = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
/** Two values that have much in common. */
const pairs = fc.oneof(
  fc.tuple(values, values),
  fc
    .tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c'), values), fc.dictionary(fc.constantFrom('b', 'c'), values))
    .map(([from, more]) => [from, { ...from, ...more }] as [Json, Json]),
);

test('a value and itself differ nowhere, in whatever order its fields stand', () => {
  const turned = (value: Json): Json =>
    Array.isArray(value)
      ? value.map(turned)
      : isObject(value)
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([name, part]) => [name, turned(part)]),
          )
        : value;
  fc.assert(fc.property(values, (value) => expect(all(value, turned(value))).toEqual([])));
});

test('the changes, made in any order, lead from the one to the other', () => {
  const shuffled = pairs.chain(([from, to]) =>
    fc.tuple(
      fc.constant(from),
      fc.constant(to),
      fc.shuffledSubarray(all(from, to), { minLength: all(from, to).length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([from, to, changes]) => {
      const made = leaves(from);
      for (const change of changes) {
        for (const pointer of leaves(change.from, change.pointer).keys()) made.delete(pointer);
        for (const [pointer, value] of leaves(change.to, change.pointer)) made.set(pointer, value);
      }
      // What has lost all its fields or items is empty: no leaf of the changes says so.
      const full = (map: Map<string, string>) =>
        new Map([...map].filter(([, value]) => value !== '{}' && value !== '[]'));
      expect(full(made)).toEqual(full(leaves(to)));
    }),
  );
});

test('values are the same if, and only if, nothing has changed', () => {
  fc.assert(fc.property(pairs, ([from, to]) => expect(isSame(from, to)).toBe(all(from, to).length === 0)));
});

test('the other way round, the changes are the same the other way round', () => {
  const turn = ({ pointer, from, to }: Change) => ({
    pointer,
    ...(to === undefined ? {} : { from: to }),
    ...(from === undefined ? {} : { to: from }),
  });
  fc.assert(fc.property(pairs, ([from, to]) => expect(all(to, from)).toEqual(all(from, to).map(turn))));
});
