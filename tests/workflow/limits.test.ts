import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { limitActivities } from '../../activities/limits.js';
import { openTemporal } from '../../adapters/temporal/client.js';
import { TemporalLimiters } from '../../adapters/temporal/limiters.js';
import { type Defined, limiterId } from '../../core/contract/limits.js';
import type { Act } from '../../core/contract/work.js';
import { comparable } from '../../core/engine/view.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Plan } from '../../core/spec/plan.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

let stage: Stage;
let limiters: TemporalLimiters;
let client: Client;
/** What limits are. */
const defined = new Map<string, Defined>();
/** Nodes at work now and at most, by what their config says they use. */
const busy = new Map<string, { now: number; most: number; order: string[] }>();
let open = true;
const blocked: (() => void)[] = [];

const address = process.env['TEST_TEMPORAL_ADDRESS']!;

beforeAll(async () => {
  client = openTemporal({ temporal: { address, namespace: 'default', taskQueue: 'unused' } });
  const asking = {
    limits: { defined: async (_org: string, name: string) => defined.get(name) ?? { allowance: null, revision: 0 } },
    limiters: { ask: (...args: Parameters<TemporalLimiters['ask']>) => limiters.ask(...args) },
    workflows: { isOver: async (id: string) => (await stage.engine.stateOf(id)) !== 'open' },
  };
  stage = await openStage({
    ...limitActivities(asking),
    async tool_call({ node, run, config }) {
      const { uses = 'none' } = (config ?? {}) as { uses?: string };
      const seen = busy.get(uses) ?? { now: 0, most: 0, order: [] };
      busy.set(uses, seen);
      seen.now++;
      seen.most = Math.max(seen.most, seen.now);
      seen.order.push(`${run.id} ${node}`);
      if (uses === 'big') return { output: randomBytes(250_000).toString('base64') };
      if (open) await sleep(20);
      else await new Promise<void>((resolve) => blocked.push(resolve));
      seen.now--;
      return { output: { from: node } };
    },
    async map_batch({ over, offset = 0, from, to }) {
      const seen = busy.get('map') ?? { now: 0, most: 0, order: [] };
      busy.set('map', seen);
      seen.now++;
      seen.most = Math.max(seen.most, seen.now);
      await sleep(20);
      seen.now--;
      const list = (over as number[]).slice(from - offset, to - offset);
      return { items: list.map((output) => ({ status: 'completed', output })) };
    },
  });
  limiters = new TemporalLimiters({ client, taskQueue: stage.taskQueue });
});
afterAll(async () => {
  await stage.close();
  await client.connection.close();
});
beforeEach(() => {
  busy.clear();
  open = true;
});
const letGo = () => {
  open = true;
  for (const resolve of blocked.splice(0)) resolve();
};

const by = { actor: 'user:ann', reason: 'because', at: '2026-01-01T00:00:00.000Z' };
const act = ({ id }: RunHeader, wish: object) => stage.engine.act(id, { ...by, ...wish } as Act);
const result = ({ id }: RunHeader) => stage.client.workflow.getHandle(id).result();
/** A limit that nobody else uses. */
function limitOf(allowance: Defined['allowance']): string {
  const name = `l${randomUUID().slice(0, 8)}`;
  defined.set(name, { allowance, revision: 1 });
  return name;
}
const limited = (name: string, keys: string[] = ['a'], more: object = {}): Plan =>
  planOf(
    keys.map((key) => ({ key, config: { uses: name } as never, limits: [{ name }], ...more })),
    [],
  );
const seenOf = (name: string) => busy.get(name) ?? { now: 0, most: 0, order: [] };
const lookAt = (limit: string, key?: string) =>
  limiters.view('org_test', { limit, ...(key === undefined ? {} : { key }) });
/** The limiter ends by itself when nobody uses it. */
const isGone = (limit: string) =>
  until(async () => (await stage.engine.stateOf(limiterId('org_test', { limit }))) === 'closed');
/** The fold says what the workflow says (P1). */
async function agree(header: RunHeader): Promise<void> {
  const query = await stage.client.workflow.getHandle(header.id).query('view');
  const follower = stage.engine.follow(header);
  await follower.catchUp();
  expect(comparable(follower.view())).toEqual(comparable(query as never));
}

test('20 runs of two nodes each: never more than 5 at work, and all of them end', async () => {
  const name = limitOf({ concurrency: 5 });
  const runs = await Promise.all(Array.from({ length: 20 }, () => stage.start(limited(name, ['a', 'b']))));
  await Promise.all(runs.map(result));
  expect(seenOf(name).order).toHaveLength(40);
  expect(seenOf(name).most).toBeLessThanOrEqual(5);
  await Promise.all(runs.slice(0, 3).map(agree));
  await isGone(name);
});

test('whoever waits is told of its place in line; a run that is terminated gives its place free', async () => {
  const name = limitOf({ concurrency: 1 });
  open = false;
  const holder = await stage.start(limited(name));
  await until(async () => seenOf(name).now === 1);
  const waiting = await stage.start(limited(name));
  await until(async () => (await lookAt(name))?.waiting_count === 1);
  const follower = stage.engine.follow(waiting);
  await until(async () => {
    await follower.catchUp();
    return follower.view().nodes[0]!.why === `waits for a place of limit ${name}`;
  });
  await until(async () => (await stage.engine.view(waiting)).status === 'waiting');
  await agree(waiting);
  await stage.engine.terminate(holder.id, 'a test');
  await until(async () => seenOf(name).order.length === 2); // the limiter has looked by itself
  letGo();
  await result(waiting);
  await agree(waiting);
  await isGone(name);
});

test('each key counts by itself; two limits in any order of the spec never lock each other out', async () => {
  const [one, two] = [limitOf({ concurrency: 1 }), limitOf({ concurrency: 1 })].sort() as [string, string];
  const keyed = [{ name: one, key: '${ input.who }' }, { name: two }];
  const plan = planOf(
    [
      { key: 'a', config: { uses: two } as never, limits: keyed },
      { key: 'b', config: { uses: two } as never, limits: [{ name: two }] },
      { key: 'c', config: { uses: one } as never, limits: [{ name: one, key: '${ input.who }' }] },
    ],
    [],
  );
  const runs = await Promise.all(['ann', 'bob', 'ann', 'bob'].map((who) => stage.start(plan, { who })));
  await Promise.all(runs.map(result));
  expect(seenOf(two).most).toBe(1);
  expect(seenOf(one).most).toBeLessThanOrEqual(2);
  await agree(runs[0]!);
});

test('a limit that does not exist lets nothing begin, and says so; set, changed and removed it is heard of at once', async () => {
  const name = `l${randomUUID().slice(0, 8)}`;
  const header = await stage.start(limited(name, ['a', 'b', 'c']));
  await until(async () => (await lookAt(name))?.waiting_count === 3);
  const why = async () => (await stage.engine.view(header)).nodes.map((node) => node.why);
  expect(await why()).toContain(`waits for limit ${name}, which does not exist`);
  open = false;
  const define = async (allowance: Defined['allowance'], revision: number) => {
    defined.set(name, { allowance, revision });
    await limiters.redefine('org_test', name, { allowance, revision });
  };
  await until(async () => {
    await define({ concurrency: 1 }, 1); // until the server lists the limiter
    return (await lookAt(name))?.held_count === 1;
  });
  expect(await why()).toContain(`limit ${name} 1/1, second in line`);
  await define({ concurrency: 2 }, 2);
  await until(async () => (await lookAt(name))?.held_count === 2);
  await define(null, 3);
  letGo();
  await until(async () => (await lookAt(name))?.held_count === 0);
  expect(seenOf(name).order).toHaveLength(2);
  await define({ concurrency: 1 }, 4);
  await result(header);
});

test('a rate is kept in every window of its length', async () => {
  const per_ms = 1_500;
  const name = limitOf({ rate: { count: 3, per_ms } });
  const header = await stage.start(limited(name, ['a', 'b', 'c', 'd', 'e', 'f', 'g']));
  await result(header);
  const limiter = stage.client.workflow.getHandle(limiterId('org_test', { limit: name }));
  const { events } = await limiter.fetchHistory();
  const given = events!.flatMap(({ eventTime, signalExternalWorkflowExecutionInitiatedEventAttributes: told }) =>
    told ? [Number(eventTime!.seconds) * 1000 + Math.floor(eventTime!.nanos! / 1e6)] : [],
  );
  expect(given).toHaveLength(7);
  // The limiter counts by the time of its workflow task's start; the event is written at its end.
  const slack = 250;
  for (const from of given)
    expect(given.filter((at) => at >= from && at < from + per_ms - slack).length).toBeLessThanOrEqual(3);
  await isGone(name);
});

test('a run waits for its own place before anything of it begins; paused, held and skipped give theirs back', async () => {
  const name = limitOf({ concurrency: 1 });
  const gated = planOf(
    [{ key: 'g', type: 'human_gate', config: { title: 'Go?' } }, { key: 'a' }],
    [{ from: 'g', to: 'a' }],
    {
      limit: { name },
    },
  );
  const first = await stage.start(gated);
  await until(async () => (await stage.engine.view(first)).nodes[0]!.status === 'waiting');
  const second = await stage.start(gated);
  await until(
    async () => (await stage.engine.view(second)).nodes[0]!.why === `the run waits: limit ${name} 1/1, first in line`,
  );
  await agree(second);
  await act(second, { act: 'pause' });
  await until(async () => (await lookAt(name))?.waiting_count === 0);
  await act(second, { act: 'resume' });
  await until(async () => (await lookAt(name))?.waiting_count === 1);
  await stage.engine.cancel(first.id);
  await expect(result(first)).rejects.toThrow('Workflow execution cancelled');
  await until(async () => (await stage.engine.view(second)).nodes[0]!.status === 'waiting');
  await agree(second);
  await stage.engine.cancel(second.id);
  await isGone(name);
});

test('each activity of a map takes a place of its own', async () => {
  const name = limitOf({ concurrency: 2 });
  const config = {
    ...{ over: '${ input.list }', concurrency: 50, batch: 1 },
    do: {
      ...{ type: 'transform', config: { value: 1 } },
      retry: { max_attempts: 1, initial_interval_ms: 10, backoff: 1, max_interval_ms: 10, non_retryable: [] },
      timeout: { attempt_ms: 10_000, heartbeat_ms: 10_000 },
    },
  };
  const plan = planOf([{ key: 'm', type: 'map', config: config as never, limits: [{ name }] }], []);
  const header = await stage.start(plan, { list: Array.from({ length: 20 }, (_, i) => i) });
  await result(header);
  expect(seenOf('map').most).toBeLessThanOrEqual(2);
  await agree(header);
});

test('a limiter that continues as new knows who holds places and who waits', async () => {
  const name = limitOf({ concurrency: 1 });
  open = false;
  const header = await stage.start(limited(name, ['a', 'b']));
  await until(async () => (await lookAt(name))?.waiting_count === 1 && seenOf(name).now === 1);
  const limiter = stage.client.workflow.getHandle(limiterId('org_test', { limit: name }));
  const { runId } = await limiter.describe();
  for (let i = 0; i < 500; i += 50) {
    const nobody = Array.from({ length: 50 }, (_, n) => ({ run: 'run_nobody', task: 'a', ticket: i + n }));
    await Promise.all(nobody.map((place) => limiter.signal('give_back', place)));
  }
  await until(async () => (await limiter.describe()).runId !== runId);
  const after = (await lookAt(name))!;
  // Both asked at once: either came first.
  const [first, then] = [after.held[0]!.task, after.waiting[0]!.task];
  expect([first, then].sort()).toEqual(['a', 'b']);
  letGo();
  await result(header);
  expect(seenOf(name)).toMatchObject({ most: 1, order: [`${header.id} ${first}`, `${header.id} ${then}`] });
  await isGone(name);
});

test('a run that continues as new while it waits keeps its place in line', async () => {
  const name = limitOf({ concurrency: 1 });
  open = false;
  const holder = await stage.start(limited(name));
  await until(async () => seenOf(name).now === 1);
  const big = Array.from({ length: 40 }, (_, i) => ({
    key: `b${i}`,
    config: { uses: 'big' } as never,
    fuse: 'never' as const,
  }));
  const plan = planOf([{ key: 'a', config: { uses: name } as never, limits: [{ name }] }, ...big], [], {
    max_parallel: 4,
  });
  const header = await stage.start(plan);
  const handle = stage.client.workflow.getHandle(header.id);
  await until(async () => {
    const { workflowExecutionInfo: info } = (await handle.describe()).raw;
    return info!.firstRunId !== info!.execution!.runId;
  });
  await until(async () => (await lookAt(name))?.waiting_count === 1);
  expect(await lookAt(name)).toMatchObject({ held: [{ run: holder.id }], waiting: [{ run: header.id, task: 'a' }] });
  await until(async () => (await stage.engine.view(header)).status === 'waiting');
  letGo();
  await Promise.all([result(holder), result(header)]);
  expect(seenOf(name)).toMatchObject({ most: 1, order: [`${holder.id} a`, `${header.id} a`] });
  // What was left behind in the first history is in the fold alone.
  const { nodes } = (await handle.query('view')) as { nodes: { key: string; status: string }[] };
  const statuses = (all: { key: string; status: string }[]) => all.map(({ key, status }) => [key, status]);
  expect(statuses((await stage.engine.view(header)).nodes)).toEqual(statuses(nodes));
  await isGone(name);
});
