import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { comparable } from '../../core/engine/view.js';
import type { Work } from '../../core/contract/work.js';
import type { Plan } from '../../core/spec/plan.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

let stage: Stage;
const calls: { node: string; effect: string; before: number }[] = [];

beforeAll(async () => {
  stage = await openStage({
    async tool_call({ node, config, effect, attempts_before = 0 }: Work) {
      calls.push({ node, effect, before: attempts_before });
      const { do: act } = config as { do?: string };
      const nth = calls.filter((call) => call.effect === effect).length;
      if (act === 'flaky' && nth <= 2) throw ApplicationFailure.create({ type: 'HTTP_5XX', message: `call ${nth}` });
      if (act === 'verbose')
        throw ApplicationFailure.create({
          type: 'HTTP_4XX',
          message: randomBytes(1_000).toString('hex'),
          nonRetryable: true,
        });
      if (act === 'slow') await new Promise((resolve) => setTimeout(resolve, 400));
      return { output: { from: node } };
    },
  });
});
afterAll(() => stage.close());
beforeEach(() => calls.splice(0));

const retry = { max_attempts: 4, initial_interval_ms: 300, backoff: 2, max_interval_ms: 5_000, non_retryable: [] };
const doing = (act: string) => ({ tool: 'function', do: act });

async function run(plan: Plan) {
  const header = await stage.start(plan);
  const handle = stage.client.workflow.getHandle(header.id);
  await handle.result().catch(() => undefined);
  const [view, query, events, { events: history }] = await Promise.all([
    stage.engine.view(header),
    handle.query('view'),
    stage.engine.events(header),
    handle.fetchHistory(),
  ]);
  expect(comparable(view)).toEqual(comparable(query as never));
  const cursors = events.map(({ cursor }) => cursor);
  expect(cursors).toEqual([...new Set(cursors)].sort());
  const activities = history!.flatMap(({ activityTaskScheduledEventAttributes: of }) => of ?? []);
  return { view, events, activities };
}

const effects = () => calls.map(({ effect }) => effect.split('/').slice(1).join('/'));

test('quick nodes need no activity of their own; view and events show no difference', async () => {
  const nodes = [{ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'j' }];
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c' },
    { from: 'b', to: 'j' },
    { from: 'c', to: 'j' },
  ];
  const fused = await run(planOf(nodes, edges));
  const apart = await run(
    planOf(
      nodes.map((node) => ({ ...node, fuse: 'never' as const })),
      edges,
    ),
  );
  expect(fused.activities).toEqual([]);
  expect(apart.activities).toHaveLength(4);
  const told = ({ events }: typeof fused) =>
    events.map(({ cursor: _c, at: _a, ...event }) => JSON.stringify(event)).sort();
  expect(told(fused)).toEqual(told(apart));
  for (const { queued_at, started_at, finished_at } of fused.view.nodes)
    expect(queued_at! <= started_at! && started_at! <= finished_at!).toBe(true);
});

test('what fails goes on as an activity of its own: the same key, the spec’s backoff, one attempt less', async () => {
  const { view, events, activities } = await run(
    planOf(
      [{ key: 'a' }, { key: 'flaky', config: doing('flaky'), retry }, { key: 'b' }],
      [
        { from: 'a', to: 'flaky' },
        { from: 'flaky', to: 'b' },
      ],
    ),
  );
  expect(view.nodes.map(({ status, attempt }) => [status, attempt])).toEqual([
    ['completed', 1],
    ['completed', 3],
    ['completed', 1],
  ]);
  expect(effects()).toEqual(['a/0', 'flaky/0', 'flaky/0', 'flaky/0', 'b/0']);
  expect(activities.map(({ activityId, retryPolicy }) => [activityId, retryPolicy!.maximumAttempts])).toEqual([
    ['flaky', 3],
  ]);
  expect(activities[0]!.retryPolicy!.initialInterval).toMatchObject({ nanos: 600_000_000 });
  const at = (of: { type: string; attempt?: number }) =>
    Date.parse(
      events.find(
        (event) =>
          'node_key' in event && event.node_key === 'flaky' && event.type === of.type && event.attempt === of.attempt,
      )!.at,
    );
  expect(at({ type: 'node.running', attempt: 3 }) - at({ type: 'node.running', attempt: 1 })).toBeGreaterThanOrEqual(
    600,
  );
});

test('a failure without attempts left ends the run, as it would by itself', async () => {
  const { view, activities } = await run(
    planOf([{ key: 'a', config: doing('flaky') }, { key: 'b' }], [{ from: 'a', to: 'b' }]),
  );
  expect(view).toMatchObject({ status: 'failed', error: { code: 'HTTP_5XX', details: { node: 'a' } } });
  expect(view.nodes.map(({ status }) => status)).toEqual(['failed', 'skipped']);
  expect(activities).toEqual([]);
});

test('a slow node holds back nobody: it comes back as an activity, what follows the others has begun', async () => {
  const { view, activities } = await run(
    planOf(
      [{ key: 'slow', config: doing('slow') }, { key: 'quick' }, { key: 'after', fuse: 'never' }],
      [{ from: 'quick', to: 'after' }],
    ),
  );
  expect(view.nodes.every(({ status }) => status === 'completed')).toBe(true);
  expect(new Set(activities.map(({ activityId }) => activityId))).toEqual(new Set(['after', 'slow']));
  const time = (key: string, what: 'started_at' | 'finished_at') => view.nodes.find((node) => node.key === key)![what]!;
  expect(time('after', 'started_at') < time('slow', 'finished_at')).toBe(true);
});

test('a graph wider than a region’s time is shared out, and each node runs', async () => {
  const wide = Array.from({ length: 30 }, (_, i) => ({ key: `w${i}`, config: doing('slow') }));
  const { view, activities } = await run(planOf(wide, []));
  expect(view.nodes.every(({ status }) => status === 'completed')).toBe(true);
  expect(activities).toHaveLength(30);
});

test('every kind of node may stand between quick ones', async () => {
  const { view, activities } = await run(
    planOf(
      [
        { key: 'a' },
        { key: 't', type: 'transform', config: { value: { n: '${ nodes.a.output.from }' } }, reads: ['a'] },
        { key: 'w', type: 'wait', config: { duration: '20ms' } },
        { key: 'b', config: { tool: 'function', input: '${ nodes.t.output.n }' }, reads: ['t'] },
        { key: 'c', join: 'any' },
      ],
      [
        { from: 'a', to: 't' },
        { from: 't', to: 'w' },
        { from: 'w', to: 'b' },
        { from: 't', to: 'c' },
        { from: 'b', to: 'c' },
      ],
    ),
  );
  expect(view.nodes.map(({ status }) => status)).toEqual(Array(5).fill('completed'));
  expect(view.nodes[3]!.input).toMatchObject({ input: 'a' });
  expect(activities).toEqual([]);
});

test('what regions bring back is bounded, however much their nodes have to say', async () => {
  const loud = Array.from({ length: 400 }, (_, i) => ({
    key: `n${i}`,
    config: doing('verbose'),
    on_error: 'continue' as const,
  }));
  const { view, activities } = await run(planOf(loud, []));
  expect(view.nodes.every(({ status, attempt }) => status === 'failed' && attempt === 1)).toBe(true);
  // They did not fit into one answer, so the rest went out with the next workflow task; on a machine too busy for regions, by themselves.
  expect(activities.length).toBeGreaterThan(0);
  expect(calls).toHaveLength(400);
});

test('while a node waits for its next attempt, view and query say so', async () => {
  const header = await stage.start(
    planOf([{ key: 'flaky', config: doing('flaky'), retry: { ...retry, initial_interval_ms: 5_000 } }], []),
  );
  const handle = stage.client.workflow.getHandle(header.id);
  const view = await until(async () => {
    const now = await stage.engine.view(header).catch(() => undefined);
    return now?.nodes[0]!.why?.startsWith('attempt 2 of 4 starts at') ? now : undefined;
  });
  expect(view!.nodes[0]).toMatchObject({ status: 'queued', attempt: 1 });
  expect(comparable(view!)).toEqual(comparable((await handle.query('view')) as never));
  await handle.terminate();
});
