import { newsIn, noticesOf, stateOf } from './notify.js';

test.each([
  [undefined, true, 'unsupported'],
  ['denied', true, 'denied'],
  ['default', true, 'off'],
  ['granted', false, 'off'],
  ['granted', true, 'on'],
] as const)('permission %s, wanted %s: %s', (permission, wanted, state) =>
  expect(stateOf(permission, wanted)).toBe(state),
);

const gate = (node: string, round = 0) => ({
  run_id: 'run_1',
  node_key: node,
  round,
  title: `${node}?`,
  workflow: 'pay',
});

test.each([
  ['nothing is news at first', undefined, []],
  ['what was there is none', new Set(['run_1 a 0', 'run_1 b 0']), []],
  ['a gate that came', new Set(['run_1 a 0']), ['b']],
])('%s', (_, seen, news) => expect(newsIn(seen, [gate('a'), gate('b')]).map(({ node_key }) => node_key)).toEqual(news));

test('a gate that is asked again is news again', () =>
  expect(newsIn(new Set(['run_1 a 0']), [gate('a', 1)])).toHaveLength(1));

test('a few are told one by one, many together', () => {
  expect(noticesOf(['a', 'b', 'c'].map((node) => gate(node))).map(({ title }) => title)).toEqual(['a?', 'b?', 'c?']);
  expect(noticesOf(['a', 'b', 'c', 'd'].map((node) => gate(node)))).toMatchObject([{ title: '4 gates wait for you' }]);
});
