import { BULK, type BulkAct, type BulkState, runAll, split } from './bulk.js';
import type { RunSummary } from './rows.js';
import { STATUSES } from './statuses.js';

const run = (status: string, more: Partial<RunSummary> = {}): RunSummary =>
  ({ id: `run_${status}`, status, ...more }) as RunSummary;

test.each<[BulkAct, string[]]>([
  ['retry', ['held', 'failed', 'timed_out', 'terminated', 'cancelled']],
  ['pause', ['running', 'waiting', 'held', 'queued']],
  ['resume', ['paused']],
  ['cancel', ['running', 'waiting', 'held', 'paused', 'queued']],
  ['terminate', ['running', 'waiting', 'held', 'paused', 'queued']],
])('%s is for runs that are %j', (act, statuses) => {
  const { takes } = split(
    act,
    STATUSES.map((status) => run(status)),
  );
  expect(takes.map(({ status }) => status)).toEqual(statuses);
});

test('a part of another run is not redriven by itself, but its held nodes are tried again', () => {
  const parent = { run_id: 'run_1', node_key: 'sub' };
  expect(BULK.retry.refuses(run('failed', { parent }))).toMatch(/part of another run/);
  expect(BULK.retry.refuses(run('held', { parent }))).toBeUndefined();
});

test('who is left out is counted by why', () => {
  const { takes, leaves } = split('resume', [run('paused'), run('running'), run('held'), run('failed')]);
  expect(takes).toHaveLength(1);
  expect(leaves).toEqual([
    ['is not paused', 2],
    ['is over', 1],
  ]);
});

const items = Array.from({ length: 7 }, (_, i) => ({ id: `run_${i}` }));
const signal = new AbortController().signal;

test('no more than so many are under way, each is done once, and one that fails stops no other', async () => {
  let [now, most] = [0, 0];
  const states: BulkState[] = [];
  const work = async ({ id }: { id: string }) => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    if (id === 'run_3') throw new Error('it is over');
  };
  const end = await runAll(items, work, { atOnce: 3, signal, onState: (state) => states.push(state) });
  expect(most).toBe(3);
  expect(end).toEqual({ total: 7, done: 6, failed: [{ id: 'run_3', why: 'it is over' }] });
  expect(states).toHaveLength(7);
});

test('when it is stopped nothing more begins', async () => {
  const stop = new AbortController();
  const begun: string[] = [];
  const work = ({ id }: { id: string }) => {
    begun.push(id);
    if (begun.length === 2) stop.abort();
    return Promise.resolve();
  };
  const end = await runAll(items, work, { atOnce: 1, signal: stop.signal, onState: () => undefined });
  expect(begun).toHaveLength(2);
  expect(end.done).toBe(2);
});
