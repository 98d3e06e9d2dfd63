import type { Plan } from '../../../../../core/spec/plan.js';
import { pictureOf, hit, within } from './paint.js';
import { type Arrow, found, nodeAt } from './walk-keys.js';

/** a over b and c, those over d. */
const plan = {
  nodes: [
    { key: 'a', type: 'transform', in: [], out: [0, 1] },
    { key: 'b', type: 'human_gate', in: [0], out: [2] },
    { key: 'c', type: 'tool_call', in: [1], out: [3] },
    { key: 'd', type: 'transform', in: [2, 3], out: [] },
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 0, to: 2 },
    { from: 1, to: 3 },
    { from: 2, to: 3 },
  ],
} as unknown as Plan;
const places = new Map([
  ['a', { x: 100, y: 0 }],
  ['b', { x: 0, y: 100 }],
  ['c', { x: 300, y: 100 }],
  ['d', { x: 250, y: 200 }],
]);

test.each<[string | undefined, Arrow, string | undefined]>([
  [undefined, 'ArrowDown', 'a'],
  ['gone', 'ArrowUp', 'a'],
  ['a', 'ArrowDown', 'b'],
  ['b', 'ArrowRight', 'c'],
  ['c', 'ArrowLeft', 'b'],
  ['b', 'ArrowLeft', undefined],
  ['c', 'ArrowDown', 'd'],
  ['d', 'ArrowUp', 'c'],
  ['d', 'ArrowDown', undefined],
])('from %s, %s leads to %s', (from, arrow, to) => expect(nodeAt(plan, places, from, arrow)).toBe(to));

test.each<[string, string[]]>([
  ['', []],
  ['b', ['b']],
  ['GATE', ['b']],
  ['transform', ['a', 'd']],
  ['held', ['c']],
  ['nothing', []],
])('%s finds %j', (text, keys) => expect(found(plan, text, (key) => (key === 'c' ? 'held' : 'pending'))).toEqual(keys));

test('what lies under the pointer, and what can be seen', () => {
  const picture = pictureOf(plan, places);
  expect(hit(picture, { x: 310, y: 110 })).toBe('c');
  expect(hit(picture, { x: 290, y: 110 })).toBeUndefined();
  expect(within(picture, { left: 0, top: 90, right: 1000, bottom: 180 })).toEqual({
    nodes: [1, 2],
    edges: [0, 1, 2, 3],
  });
  expect(within(picture, { left: 0, top: -50, right: 1000, bottom: 30 })).toEqual({ nodes: [0], edges: [] });
  expect(picture.bounds).toEqual({ x: 0, y: 0, width: 528, height: 260 });
});
