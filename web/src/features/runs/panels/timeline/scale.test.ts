import { panned, share, tickLabel, ticks, whole, zoomed } from './scale.js';

const all = { from: 0, to: 1000 };

test.each([
  ['nearer in the middle', zoomed(all, 0.5, 0.5, all), { from: 250, to: 750 }],
  ['nearer at the start', zoomed(all, 0.5, 0, all), { from: 0, to: 500 }],
  ['farther than all is all', zoomed({ from: 100, to: 300 }, 100, 0.5, all), all],
  ['not nearer than one can see', zoomed({ from: 500, to: 530 }, 0.01, 0.5, all), { from: 505, to: 525 }],
  ['moved', panned({ from: 100, to: 300 }, 0.5, all), { from: 200, to: 400 }],
  ['not moved beyond the end', panned({ from: 700, to: 900 }, 1, all), { from: 800, to: 1000 }],
  ['not moved beyond the start', panned({ from: 100, to: 300 }, -1, all), { from: 0, to: 200 }],
  ['a run that has just begun', whole(null, null, 500), { from: 498, to: 602 }],
])('%s', (_, span, expected) => {
  expect(span).toEqual(expected);
});

test('what is pointed at stays where it is', () => {
  const before = { from: 100, to: 900 };
  const after = zoomed(before, 0.7, 0.25, all);
  expect(share(after, 300)).toBeCloseTo(0.25);
});

test.each([
  [{ from: 0, to: 10_000 }, 10, { step: 1000, count: 11 }],
  [{ from: 0, to: 90 }, 10, { step: 10, count: 10 }],
  [{ from: -500, to: 3_600_000 }, 6, { step: 900_000, count: 5 }],
])('%j has at most %d round times', (span, most, { step, count }) => {
  const found = ticks(span, 0, most);
  expect([found.step, found.at.length]).toEqual([step, count]);
});

test.each([
  [0, 1000, '0'],
  [200, 100, '200 ms'],
  [1500, 500, '1.5 s'],
  [30_000, 10_000, '30 s'],
  [150_000, 30_000, '2:30'],
  [3_750_000, 60_000, '1:02:30'],
  [90_000_000, 3_600_000, '1 d 1 h'],
  [-5000, 1000, '−5 s'],
])('%d ms, each %d ms, is %s', (ms, step, label) => {
  expect(tickLabel(ms, step)).toBe(label);
});
