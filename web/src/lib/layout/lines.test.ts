import { labelPlace, smooth } from './lines.js';

const points = [
  { x: 0, y: 0 },
  { x: 0, y: 10 },
  { x: 30, y: 10 },
];

test('a line leaves and comes in upright', () => {
  expect(smooth(points)).toBe('M0,0 C0,5 0,5 0,10 C0,10 30,10 30,10');
  expect(smooth([])).toBe('');
});

test.each([
  ['before the node that the edge leads to', false, { x: 30, y: -14 }],
  ['halfway along, where another label stands', true, { x: 10, y: 10 }],
])('the label: %s', (_, crowded, place) => {
  expect(labelPlace(points, crowded)).toEqual(place);
});

test('an edge without any points has its label at the origin', () => {
  expect(labelPlace([], false)).toEqual({ x: 0, y: 0 });
});
