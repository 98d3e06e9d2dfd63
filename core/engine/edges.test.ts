import type { Join, PlanEdge } from '../spec/plan.js';
import { judgeJoin, resolveEdge, type Tally } from './edges.js';

// The truth tables of docs/joins.md.

const edge = (on: PlanEdge['on'], condition?: string): PlanEdge => ({
  from: 0,
  to: 1,
  on,
  reads: [],
  ...(condition === undefined ? {} : { condition }),
});

test.each([
  // edge on      node settled   resolves to
  ['success', 'completed', 'taken'],
  ['success', 'failed', 'failed'],
  ['success', 'skipped', 'not_taken'],
  ['success', 'cancelled', 'not_taken'],
  ['failure', 'completed', 'not_taken'],
  ['failure', 'failed', 'taken'],
  ['failure', 'skipped', 'not_taken'],
  ['failure', 'cancelled', 'not_taken'],
  ['always', 'completed', 'taken'],
  ['always', 'failed', 'taken'],
  ['always', 'skipped', 'not_taken'],
  ['always', 'cancelled', 'not_taken'],
] as const)('an edge on %s from a node that %s: %s', (on, settled, expected) => {
  expect(resolveEdge(edge(on), settled)).toBe(expected);
  if (expected === 'taken') expect(resolveEdge(edge(on, 'true'), settled)).toBe('ask');
});

test.each([
  // join         open taken failed  verdict
  ['all', 0, 2, 0, 'fire'],
  ['all', 1, 1, 0, 'wait'],
  ['all', 0, 1, 0, 'fire'], // a dead path does not hold it back
  ['all', 0, 0, 0, 'skip'],
  ['all', 0, 1, 1, 'skip'],
  ['all', 1, 0, 1, 'skip'], // no later edge can mend it
  ['any', 2, 0, 0, 'wait'],
  ['any', 2, 1, 0, 'fire'],
  ['any', 0, 0, 0, 'skip'],
  ['any', 1, 0, 1, 'wait'],
  ['any', 0, 0, 1, 'skip'],
  ['any', 0, 1, 1, 'fire'],
  ['none_failed', 0, 0, 0, 'fire'],
  ['none_failed', 0, 2, 0, 'fire'],
  ['none_failed', 1, 1, 0, 'wait'],
  ['none_failed', 1, 1, 1, 'skip'],
  [{ n: 2 }, 2, 0, 0, 'wait'],
  [{ n: 2 }, 1, 1, 0, 'wait'],
  [{ n: 2 }, 0, 2, 0, 'fire'],
  [{ n: 2 }, 3, 2, 0, 'fire'],
  [{ n: 2 }, 0, 1, 0, 'skip'],
  [{ n: 2 }, 1, 0, 0, 'skip'], // it can't reach 2 any more
  [{ n: 2 }, 1, 1, 1, 'wait'],
] as [Join, number, number, number, string][])(
  'join %j with %i open, %i taken, %i failed: %s',
  (join, open, taken, failed, verdict) => {
    expect(judgeJoin(join, { open, taken, failed } satisfies Tally)).toBe(verdict);
  },
);
