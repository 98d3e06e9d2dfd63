import { randomUUID } from 'node:crypto';
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
