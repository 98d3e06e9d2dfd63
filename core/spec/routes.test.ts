import fc from 'fast-check';
import { routeAt } from './routes.js';

const PLACES = [...Array(100).keys()];
const counts = (routes: { version: number; weight: number }[]) =>
  PLACES.map((place) => routeAt(routes, place).version).reduce(
    (count, version) => count.set(version, (count.get(version) ?? 0) + 1),
    new Map<number, number>(),
  );

test.each([
  [[{ version: 1, weight: 100 }], 0, 1],
  [[{ version: 1, weight: 100 }], 99, 1],
  [
    [
      { version: 2, weight: 10 },
      { version: 1, weight: 90 },
    ],
    89,
    1,
  ],
  [
    [
      { version: 2, weight: 10 },
      { version: 1, weight: 90 },
    ],
    90,
    2,
  ],
])('%j at %i: %i', (routes, place, version) => expect(routeAt(routes, place).version).toBe(version));

/** Routes of up to four versions, in any order, whose weights sum to 100. */
const routes = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 })
  .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), 100])
  .map((cuts) => cuts.slice(1).map((cut, i) => ({ version: i + 1, weight: cut - cuts[i]! })))
  .chain((made) => fc.shuffledSubarray(made, { minLength: made.length }));

test('each version has just as many places as its weight', () => {
  fc.assert(
    fc.property(routes, (made) => {
      expect(counts(made)).toEqual(new Map(made.map(({ version, weight }) => [version, weight])));
    }),
  );
});

test('a canary that grows keeps the places that it has', () => {
  const of = (weight: number) => [
    { version: 7, weight: 100 - weight },
    { version: 8, weight },
  ];
  for (let weight = 1; weight < 99; weight++)
    for (const place of PLACES)
      if (routeAt(of(weight), place).version === 8) expect(routeAt(of(weight + 1), place).version).toBe(8);
});
