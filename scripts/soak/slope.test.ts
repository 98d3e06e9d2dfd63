import { secondHalf, slopePerMinute } from './slope.js';

const points = (...values: number[]) => values.map((value, i) => ({ at: i * 10_000, value }));

test.each<[string, number[], number | undefined]>([
  ['nothing', [], undefined],
  ['one point', [5], undefined],
  ['flat', [5, 5, 5, 5], 0],
  ['a leak', [1, 2, 3, 4, 5], 6],
  ['flat with one outlier', [5, 5, 5, 90, 5, 5, 5], 0],
  ['a saw', [1, 9, 1, 9, 1, 9, 1], 0],
])('%s', (_name, values, slope) => {
  expect(slopePerMinute(points(...values))).toBe(slope);
});

test('two points at one time say nothing', () => {
  expect(
    slopePerMinute([
      { at: 1, value: 1 },
      { at: 1, value: 2 },
    ]),
  ).toBeUndefined();
});

test('the second half is by time, not by count', () => {
  const uneven = [0, 1, 2, 3, 100].map((at) => ({ at, value: at }));
  expect(secondHalf(uneven)).toEqual([{ at: 100, value: 100 }]);
});
