import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { FusedRegion } from '../core/contract/work.js';
import type { RunStart } from '../core/engine/state.js';
import { planOf } from '../tests/support/plans.js';
import { startOf } from '../tests/support/walks.js';
import { environment, testActivities } from '../tests/support/activity.js';
import { BUILT_IN, registered } from './functions.js';

const loud = registered(z.json(), z.json(), async (input, { log }) => {
  log('here');
  const { ms = 0 } = input as { ms?: number };
  await sleep(ms);
  log('still here');
  return input;
});

let world: Awaited<ReturnType<typeof testActivities>>;
beforeEach(async () => {
  world = await testActivities({ functions: { ...BUILT_IN, loud } });
});
afterEach(() => world.close());

const calling = (key: string, ms: number) => ({ key, config: { tool: 'function', name: 'loud', input: { ms } } });
/** The region of a run that has just begun. */
const regionOf = (nodes: ReturnType<typeof calling>[]) => {
  const start = startOf({ ...planOf(nodes, []), run: { max_parallel: 4 } });
  const state = { status: 'queued' as const, open: 0, taken: 0, failed: 0, input: null, output: null, error: null };
  const carried = nodes.map((_, index) => ({ index, ...state, reason: null, queued_at: 1, finished_at: null }));
  return { ...start, carried: { started_at: 1, nodes: carried, edges: [] } };
};
const fused = (nodes: ReturnType<typeof calling>[]) =>
  environment().mock.run((start: RunStart) => world.activities.fuse(start), regionOf(nodes)) as Promise<FusedRegion>;

const slow = Array.from({ length: 4 }, (_, i) => calling(`slow${i}`, 400));
const quick = Array.from({ length: 20 }, (_, i) => calling(`quick${i}`, 0));
const tasksOf = ({ members }: FusedRegion) => new Set(members.map(({ task }) => task));
const keys = (nodes: { key: string }[]) => new Set(nodes.map(({ key }) => key));

test('a node that was found too slow is given back at once, and takes no place from the others', async () => {
  const first = await fused([...quick, ...slow]);
  // On a busy machine the region's time may be up before all quick ones are done; slow ones are never among them.
  expect([...tasksOf(first)].filter((task) => !keys(quick).has(task))).toEqual([]);
  const second = await fused([...slow, ...quick]);
  expect(second.members.length).toBeGreaterThan(0);
  expect([...tasksOf(second)].filter((task) => !keys(quick).has(task))).toEqual([]);
  expect(second.slow).toEqual(expect.arrayContaining([...keys(slow)]));
});

test('an attempt that was given up leaves no log: the one that follows has the same number', async () => {
  await fused([calling('slow', 400), calling('quick', 0)]);
  await sleep(600);
  expect(world.lines.map(({ node_key, text }) => [node_key, text])).toEqual([
    ['quick', 'here'],
    ['quick', 'still here'],
  ]);
});
