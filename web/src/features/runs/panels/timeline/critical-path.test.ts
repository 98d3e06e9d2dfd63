import type { Plan } from '../../../../../../core/spec/plan.js';
import { criticalPath } from './critical-path.js';

/** a → b → d, a → c → d. */
const plan = {
  nodes: [
    { key: 'a', in: [] },
    { key: 'b', in: [0] },
    { key: 'c', in: [1] },
    { key: 'd', in: [2, 3] },
  ],
  edges: [
    { from: 0, to: 1 },
    { from: 0, to: 2 },
    { from: 1, to: 3 },
    { from: 2, to: 3 },
  ],
} as unknown as Plan;
const at = (s: number) => new Date(1e12 + s * 1000).toISOString();

test.each<[string, Record<string, number | null | undefined>, string[]]>([
  ['over what took longest', { a: 1, b: 9, c: 4, d: 10 }, ['d', 'b', 'a']],
  ['over the other way', { a: 1, b: 3, c: 4, d: 10 }, ['d', 'c', 'a']],
  ['to what goes on', { a: 1, b: 3, c: null }, ['c', 'a']],
  ['past what was skipped', { a: 1, c: 4, d: 5 }, ['d', 'c', 'a']],
  ['nothing has begun', {}, []],
])('the critical path: %s', (_, ends, expected) => {
  const timeOf = (key: string) =>
    ends[key] === undefined ? undefined : { queued_at: at(0), finished_at: ends[key] === null ? null : at(ends[key]!) };
  expect([...criticalPath(plan, timeOf)]).toEqual(expected);
});
