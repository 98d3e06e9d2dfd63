import { longStory } from '../../tests/support/scripted-run.js';
import { until, Watching } from '../../tests/support/watching.js';
import { MAX_IDLE_FOLLOWED } from '../../core/limits.js';

let watching: Watching;
afterEach(() => watching.close());

test('500 watchers of one run cost one read of history at a time, and no more reads than one watcher', async () => {
  watching = await Watching.open();
  const run = await watching.run(longStory(20, 10));
  run.happen(1);
  const lines = await Promise.all(
    Array.from({ length: 500 }, (_, i) => watching.watch(i % 2 ? 'sse' : 'websocket', run, { after: '0' })),
  );
  for (let steps = 2; steps <= run.steps; steps++) {
    run.happen(steps);
    await until(() => lines.every(({ durable }) => durable.length === steps));
  }
  expect(run.most).toBe(1);
  // The first read finds the run, and one more waits for each step.
  expect(run.reads).toBeLessThanOrEqual(run.steps + 1);
  expect(watching.streams.hub.counters()).toEqual({
    heddle_stream_history_polls: run.reads,
    heddle_stream_followed_runs: 1,
    heddle_stream_watched_runs: 1,
    heddle_stream_watchers: 500,
  });
  for (const line of lines) line.cut();
  await until(() => watching.streams.hub.watchers === 0);
  expect(watching.streams.hub).toMatchObject({ watched: 0, followed: 1 });
});

test('a run is followed a little longer than it is watched; who comes back finds it at hand', async () => {
  watching = await Watching.open();
  const run = await watching.run(longStory(3, 10));
  run.happen(1);
  const first = await watching.watch('sse', run, { after: '0' });
  await until(() => first.durable.length === 1);
  first.cut();
  await until(() => watching.streams.hub.watched === 0);
  const { reads } = run;
  const second = await watching.watch('sse', run, { after: '0' });
  await until(() => second.durable.length === 1);
  expect(run.reads).toBe(reads);
});

test('then it is left: no read is under way any more, and its live events are not listened to', async () => {
  watching = await Watching.open({ lingerMs: 1 });
  const run = await watching.run(longStory(3, 10));
  run.happen(1);
  const line = await watching.watch('websocket', run, { after: '0' });
  await until(() => line.durable.length === 1 && run.reading === 1 && run.listeners.size === 1);
  line.cut();
  await until(() => watching.streams.hub.followed === 0 && run.reading === 0 && run.listeners.size === 0);
  run.happen();
  const again = await watching.watch('websocket', run, { after: line.cursor });
  await until(() => again.durable.length === 2);
});

test(`no more than ${MAX_IDLE_FOLLOWED} runs are followed that nobody watches`, async () => {
  watching = await Watching.open();
  const many = Array.from({ length: MAX_IDLE_FOLLOWED + 10 }, (_, i) => longStory(1, 10, `run_${i}`));
  for (const story of many) {
    const run = await watching.run(story);
    run.happen();
    const line = await watching.watch('websocket', run, { after: '0' });
    await until(() => line.durable.length === 1);
    line.cut();
  }
  await until(() => watching.streams.hub.watchers === 0);
  expect(watching.streams.hub).toMatchObject({ watched: 0, followed: MAX_IDLE_FOLLOWED });
  expect(watching.runs.get('run_0')!.listeners.size).toBe(0);
});

test('live events that can not be subscribed to are tried for again, and the stream goes on meanwhile', async () => {
  watching = await Watching.open();
  const run = await watching.run(longStory(2, 10));
  run.deaf = new Error('the feed is away');
  run.happen();
  const line = await watching.watch('websocket', run, { after: '0' });
  await until(() => line.durable.length === 2 && watching.logged.length > 1);
  run.deaf = undefined;
  await until(() => run.listeners.size === 1);
  run.publish({
    type: 'node.running',
    run_id: run.known.id,
    node_key: 'a',
    attempt: 1,
    at: '2026-01-01T00:00:00.000Z',
  });
  await until(() => line.ephemeral.length === 1);
});
