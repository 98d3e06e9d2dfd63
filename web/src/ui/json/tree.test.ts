import type { Json } from '../../../../core/json.js';
import { inBrief, PAGE, placesOf, reveal, rowsOf, step, type TreeState } from './tree.js';

const fresh: TreeState = { toggled: new Map(), shown: new Map() };
const shownAs = (value: Json, state = fresh, base = '') =>
  rowsOf(value, state, base).map(
    ({ depth, name, kind, path }) => `${'  '.repeat(depth)}${name ?? '·'} ${kind} ${path}`,
  );

test.each<[string, Json, string[]]>([
  ['a plain value', 7, ['· leaf out']],
  ['nothing', null, ['· leaf out']],
  ['an empty object is a leaf', { a: {} }, ['· branch out', '  a leaf out.a']],
  [
    'fields and items, with the path of an expression',
    { a: [1, { 'b-c': 2 }] },
    ['· branch out', '  a branch out.a', '    0 leaf out.a[0]', '    1 branch out.a[1]'],
  ],
  [
    'an artifact is not walked into',
    { big: { $artifact: 'sha256:00', size: 9, media_type: 'text/plain' } },
    ['· branch out', '  big artifact out.big'],
  ],
])('%s', (_, value, expected) => {
  expect(shownAs(value, fresh, 'out')).toEqual(expected);
});

test.each<[string, string, string | number, string]>([
  ['a name', 'nodes.web', 'output', 'nodes.web.output'],
  ['an index', 'list', 3, 'list[3]'],
  ['a name that is no identifier', 'a', 'b-c', 'a["b-c"]'],
  ['a name with quotes', 'a', 'x"y', 'a["x\\"y"]'],
  ['without a base', '', 'body', 'body'],
])('%s is read as an expression reads it', (_, path, name, expected) => {
  expect(step(path, name)).toBe(expected);
});

test('what is large is drawn in pages, and is closed below the top', () => {
  const list = Array.from({ length: PAGE + 5 }, (_, i) => i);
  expect(rowsOf(list, fresh)).toHaveLength(1 + PAGE + 1);
  expect(rowsOf(list, fresh).at(-1)).toMatchObject({ kind: 'more', size: 5 });
  expect(rowsOf({ list }, fresh)).toHaveLength(2);
});

test.each<[string, string, string[]]>([
  ['a name', 'NAME', ['/people/0/name']],
  ['a value', 'ann', ['/people/0/name']],
  ['a number as text', '42', ['/people/1']],
  ['a pointer is escaped', 'sl/ash', ['/sl~1ash']],
  ['nothing is asked for', '', []],
])('finds %s', (_, text, expected) => {
  expect(placesOf({ people: [{ name: 'Ann' }, 42], 'sl/ash': true }, text)).toEqual(expected);
});

test('a place that is found can be made seen, however deep and far', () => {
  const value = { a: { b: Array.from({ length: 1000 }, (_, i) => ({ n: i })) } };
  const state = reveal(value, fresh, '/a/b/777/n');
  expect(rowsOf(value, state).some(({ pointer }) => pointer === '/a/b/777/n')).toBe(true);
});

test.each<[Json, string]>([
  [{}, '{}'],
  [[], '[]'],
  [[1, 'a', null], '[1, "a", null]'],
  [{ id: 7, deep: { x: 1 }, list: [1] }, '{ id: 7, deep: {…}, list: […] }'],
  [{ a: 'x'.repeat(100), b: 'y'.repeat(30), c: 3 }, `{ a: "${'x'.repeat(23)}…, b: "${'y'.repeat(23)}…, … }`],
])('%j in brief', (value, expected) => {
  expect(inBrief(value)).toBe(expected);
});
