import type { Row } from './rows.js';
import { allOrNone, currentOf, NONE, through, tickOf, toggle } from './selection.js';

const row = (id: string, status = 'running'): Row => ({ id, status }) as Row;
const ROWS = ['a', 'b', 'c', 'd'].map((id) => row(id));
const of = (...ids: string[]) => new Map(ids.map((id) => [id, row(id)]));
const ids = (selection: ReadonlyMap<string, Row>) => [...selection.keys()].toSorted().join('');

test('a row is ticked, and ticked off', () => {
  expect(ids(toggle(NONE, ROWS[0]!))).toBe('a');
  expect(ids(toggle(of('a', 'b'), ROWS[0]!))).toBe('b');
});

test.each([
  ['downwards', of('a'), 'a', 'c', 'abc'],
  ['upwards', of('d'), 'd', 'b', 'bcd'],
  ['with nothing before', NONE, undefined, 'b', 'b'],
  ['from a row that is not there any more', of('z'), 'z', 'b', 'bz'],
  ['to a row that is not there', of('a'), 'a', 'z', 'a'],
])('a range %s', (_, selection, from, to, all) => expect(ids(through(selection, ROWS, from, to))).toBe(all));

test.each([
  [NONE, 'none', 'abcd'],
  [of('a'), 'some', 'abcd'],
  [of('a', 'b', 'c', 'd'), 'all', ''],
])('of %j it is %s, and the box at the top makes it %s', (selection, tick, after) => {
  expect(tickOf(selection, ROWS)).toBe(tick);
  expect(ids(allOrNone(selection, ROWS))).toBe(after);
});

test('what is done to runs goes by their newest state', () => {
  const selection = of('a', 'z');
  expect(currentOf(selection, [row('a', 'failed')]).map(({ status }) => status)).toEqual(['failed', 'running']);
});
