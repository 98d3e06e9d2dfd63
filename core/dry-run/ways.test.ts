import fc from 'fast-check';
import { judgeJoin } from '../engine/edges.js';
import type { Join } from '../spec/plan.js';
import { firesIn, type Went } from './ways.js';

const join = fc.oneof(
  fc.constantFrom<Join>('all', 'any', 'none_failed'),
  fc.record({ n: fc.integer({ min: 1, max: 3 }) }),
);
const ways = fc.array(fc.subarray<Went>(['taken', 'not_taken', 'failed'], { minLength: 1 }), {
  minLength: 1,
  maxLength: 5,
});

/** Every way that the edges may go together. */
const combinations = (all: Went[][]): Went[][] =>
  all.reduce<Went[][]>((done, next) => done.flatMap((before) => next.map((way) => [...before, way])), [[]]);

test('whether a join fires agrees with every combination of ways, tried out', () => {
  fc.assert(
    fc.property(join, ways, (rule, edges) => {
      const verdicts = combinations(edges).map((went) =>
        judgeJoin(rule, {
          open: 0,
          taken: went.filter((way) => way === 'taken').length,
          failed: went.filter((way) => way === 'failed').length,
        }),
      );
      const fires = verdicts.filter((verdict) => verdict === 'fire').length;
      const expected = fires === verdicts.length ? 'yes' : fires === 0 ? 'no' : 'maybe';
      expect(
        firesIn(
          rule,
          edges.map((each) => new Set(each)),
        ),
      ).toBe(expected);
    }),
  );
});
