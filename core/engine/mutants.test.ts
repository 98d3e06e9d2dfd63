import { jest } from '@jest/globals';
import fc from 'fast-check';
import { randomPlans } from '../../tests/support/plans.js';
import { chooser, drive, modelOf } from '../../tests/support/walks.js';
import * as edges from './edges.js';
import type { Walk } from './walk.js';

// The properties of walk.test.ts are worth something if they notice a scheduler that breaks them. Each of these is one.

type Mutate = (sound: typeof edges) => Partial<typeof edges>;
const MUTANTS: [string, Mutate][] = [
  [
    'a join that ignores a dead path: it goes on waiting for it',
    ({ judgeJoin }) => ({
      judgeJoin: (join, tally) =>
        judgeJoin(join, tally) === 'skip' && tally.failed === 0 ? 'wait' : judgeJoin(join, tally),
    }),
  ],
  [
    'a join that does not wait for the rest',
    ({ judgeJoin }) => ({ judgeJoin: (join, tally) => judgeJoin(join, { ...tally, open: 0 }) }),
  ],
  [
    'a join that goes on past a failure',
    ({ judgeJoin }) => ({ judgeJoin: (join, tally) => judgeJoin(join, { ...tally, failed: 0 }) }),
  ],
  [
    'a join that takes a failed edge for a taken one',
    ({ judgeJoin }) => ({
      judgeJoin: (join, { open, taken, failed }) => judgeJoin(join, { open, taken: taken + failed, failed: 0 }),
    }),
  ],
  [
    'a join that counts one too few',
    ({ judgeJoin }) => ({
      judgeJoin: (join, tally) => judgeJoin(typeof join === 'object' ? { n: join.n - 1 } : join, tally),
    }),
  ],
  ['an edge that is taken whatever happens', () => ({ resolveEdge: () => 'taken' })],
  [
    'an edge that a skipped node takes',
    ({ resolveEdge }) => ({
      resolveEdge: (edge, settled) => resolveEdge(edge, settled === 'skipped' ? 'completed' : settled),
    }),
  ],
  [
    'a condition that nobody asks',
    ({ resolveEdge }) => ({
      resolveEdge: (edge, settled) => (resolveEdge(edge, settled) === 'ask' ? 'taken' : resolveEdge(edge, settled)),
    }),
  ],
  [
    'a failed edge that passes for a dead path',
    ({ resolveEdge }) => ({
      resolveEdge: (edge, settled) =>
        resolveEdge(edge, settled) === 'failed' ? 'not_taken' : resolveEdge(edge, settled),
    }),
  ],
  [
    'a loser that others still need',
    () => ({
      losersOf: (plan, join, isSettled) =>
        plan.nodes.flatMap((_, node) => (node < join && !isSettled(node) ? [node] : [])),
    }),
  ],
];

/** The properties of walk.test.ts, on a scheduler of choice. */
function holdsFor(Scheduler: typeof Walk): void {
  fc.assert(
    fc.property(randomPlans(), fc.integer(), fc.nat(100), (plan, seed, salt) => {
      const fails = (key: string) => (key.charCodeAt(1) * 31 + salt) % 4 === 0;
      const { walk, began } = drive(plan, chooser(seed, fails), { Scheduler });
      expect(new Set(began).size).toBe(began.length);
      const stopped = walk.end!.status === 'failed';
      for (const [index, expected] of modelOf(plan, fails).entries())
        expect([expected, 'cancelled', ...(stopped ? ['skipped'] : [])]).toContain(walk.nodes[index]!.status);
    }),
    { numRuns: 500, endOnFailure: true },
  );
}

async function schedulerWith(mutate: Mutate): Promise<typeof Walk> {
  jest.resetModules();
  jest.unstable_mockModule('./edges.js', () => ({ ...edges, ...mutate(edges) }));
  return (await import('./walk.js')).Walk;
}

test.each(MUTANTS)('the suite notices %s', async (_name, mutate) => {
  const Scheduler = await schedulerWith(mutate);
  expect(() => holdsFor(Scheduler)).toThrow('Property failed');
});

test('and has nothing to say against the one that we ship', async () => {
  const Scheduler = await schedulerWith(() => ({}));
  expect(() => holdsFor(Scheduler)).not.toThrow();
});
