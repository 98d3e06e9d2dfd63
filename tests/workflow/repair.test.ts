import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Act } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import { foldAgrees } from '../support/agree.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

const ONCE = { max_attempts: 1, initial_interval_ms: 10, backoff: 1, max_interval_ms: 10, non_retryable: [] };
let stage: Stage;
/** While it is, a map's first item fails and the others take their time. */
let mapBroken = true;
/** Keys that went out, in order. */
const effects: string[] = [];
/** Nodes that fail until they are let. */
const broken = new Set<string>();

beforeAll(async () => {
  stage = await openStage({
    async tool_call({ node, effect, config, attempts_before = 0 }) {
      effects.push(`${effect.replace(/^run_test_\w+?\//, '')} ${attempts_before + Context.current().info.attempt}`);
      if (broken.has(node)) throw ApplicationFailure.create({ type: 'HTTP_5XX', message: 'no luck' });
      return { output: { from: node, config } };
    },
    async map_batch({ over, offset = 0, from }) {
      const item = (over as number[])[from - offset]!;
      if (mapBroken && from === 0) throw ApplicationFailure.nonRetryable('no luck', 'HTTP_4XX');
      if (mapBroken) await sleep(1_500); // deaf to its cancellation
      return { items: [{ status: 'completed', output: item }] };
    },
  });
});
afterAll(() => stage.close());
beforeEach(() => {
  effects.length = 0;
  broken.clear();
});

const by = { actor: 'user:ann', reason: 'the network was down', at: '2026-01-01T00:00:00.000Z' };
const act = ({ id }: RunHeader, wish: object) => stage.engine.act(id, { ...by, ...wish } as Act);
const view = (header: RunHeader) => stage.engine.view(header);
const reaches = (header: RunHeader, status: string) => until(async () => (await view(header)).status === status);
const statuses = async (header: RunHeader) =>
  Object.fromEntries((await view(header)).nodes.map(({ key, status }) => [key, status]));
const agree = (header: RunHeader) => foldAgrees(stage, header);

const heldFirst = (more: object = {}) =>
  planOf(
    [{ key: 'a', on_error: 'hold', fuse: 'never', ...more }, { key: 'b' }, { key: 'c' }],
    [
      { from: 'a', to: 'c' },
      { from: 'b', to: 'c' },
    ],
    {},
    '${ nodes.c.output.from }',
  );

test('a node that fails is held while the rest goes on; tried again it uses the same key, and nothing else runs again (P3)', async () => {
  broken.add('a');
  const header = await stage.start(heldFirst());
  await reaches(header, 'held');
  await until(async () => (await statuses(header))['b'] === 'completed');
  await agree(header);
  expect((await view(header)).nodes[0]).toMatchObject({ status: 'held', error: { code: 'HTTP_5XX' }, attempt: 1 });
  broken.clear();
  await act(header, { act: 'retry_node', node: 'a', attempts: 1 });
  await stage.client.workflow.getHandle(header.id).result();
  await agree(header);
  expect((await view(header)).nodes[0]).toMatchObject({ status: 'completed', attempt: 2, error: null });
  expect(effects.filter((each) => each.startsWith('a/'))).toEqual(['a/0 1', 'a/0 2']);
  expect(effects.filter((each) => each.startsWith('b/'))).toHaveLength(1);
  const types = (await stage.engine.events(header)).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(['node.held', 'run.held', 'node.acted', 'run.completed']));
});

test('with other input it is another effect, under another key', async () => {
  broken.add('a');
  const header = await stage.start(heldFirst());
  await reaches(header, 'held');
  broken.clear();
  await act(header, { act: 'retry_node', node: 'a', input: { tool: 'function', name: 'noop', input: { edited: 1 } } });
  await stage.client.workflow.getHandle(header.id).result();
  await agree(header);
  expect((await view(header)).nodes[0]).toMatchObject({ output: { config: { input: { edited: 1 } } } });
  expect(effects.filter((each) => each.startsWith('a/')).at(-1)).toMatch(/^a\/1 /);
});

test('an output that is set goes on from there; a skipped node’s way is dead', async () => {
  broken.add('a');
  const [set, skipped] = await Promise.all([stage.start(heldFirst()), stage.start(heldFirst())]);
  await Promise.all([reaches(set, 'held'), reaches(skipped, 'held')]);
  await act(set, { act: 'set_output', node: 'a', output: { by: 'hand' } });
  await act(skipped, { act: 'skip_node', node: 'a' });
  await Promise.all([set, skipped].map(({ id }) => stage.client.workflow.getHandle(id).result()));
  await Promise.all([agree(set), agree(skipped)]);
  expect((await view(set)).nodes[0]).toMatchObject({ status: 'completed', output: { by: 'hand' } });
  expect((await view(skipped)).nodes[0]).toMatchObject({
    status: 'skipped',
    why: 'user:ann skipped it: the network was down',
  });
});

test('a paused run begins nothing; resumed it goes on. Who comes second is told', async () => {
  const plan = planOf(
    [{ key: 'w', type: 'wait', config: { duration: '1h' } }, { key: 'a' }, { key: 'b' }],
    [
      { from: 'w', to: 'a' },
      { from: 'a', to: 'b' },
    ],
  );
  const header = await stage.start(plan);
  await reaches(header, 'waiting');
  await act(header, { act: 'pause' });
  await expect(act(header, { act: 'pause' })).rejects.toMatchObject({ code: 'RUN_STATE' });
  expect(await view(header)).toMatchObject({ status: 'paused' });
  await act(header, { act: 'resume' });
  await expect(act(header, { act: 'resume' })).rejects.toMatchObject({ code: 'RUN_STATE' });
  expect(await view(header)).toMatchObject({ status: 'waiting' });
  await agree(header);
  await stage.engine.cancel(header.id);
});

test('a node that waits in its queue says who paused the run', async () => {
  const plan = planOf([{ key: 'w', type: 'wait', config: { duration: '1h' } }, { key: 'a' }], [{ from: 'w', to: 'a' }]);
  const header = await stage.start(plan);
  await reaches(header, 'waiting');
  await act(header, { act: 'pause' });
  await act(header, { act: 'set_output', node: 'w', output: null });
  await agree(header);
  expect((await view(header)).nodes[1]).toMatchObject({
    status: 'queued',
    why: 'user:ann paused the run: the network was down',
  });
  expect(effects).toEqual([]);
  await act(header, { act: 'resume' });
  await stage.client.workflow.getHandle(header.id).result();
  expect(effects).toHaveLength(1);
});

test('two acts at once: each is taken or told why not, and none is lost', async () => {
  broken.add('a');
  const header = await stage.start(heldFirst());
  await reaches(header, 'held');
  const outcomes = await Promise.allSettled([
    act(header, { act: 'set_output', node: 'a', output: 1 }),
    act(header, { act: 'set_output', node: 'a', output: 2 }),
    act(header, { act: 'skip_node', node: 'a' }),
  ]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/_STATE$|RUN_CLOSED/) });
  await stage.client.workflow.getHandle(header.id).result();
  await agree(header);
});

test('a wait for the next attempt is cut short', async () => {
  broken.add('a');
  const retry = {
    max_attempts: 3,
    initial_interval_ms: 3_600_000,
    backoff: 1,
    max_interval_ms: 3_600_000,
    non_retryable: [],
  };
  const header = await stage.start(heldFirst({ retry }));
  await until(async () => (await view(header)).nodes[0]!.why?.startsWith('attempt 2 of 3'));
  expect(await stage.engine.retryNow(header.id, 'b')).toBe(false);
  // As if the API had died between its two calls.
  const { workflowService, options } = stage.client;
  await workflowService.pauseActivity({ namespace: options.namespace, execution: { workflowId: header.id }, id: 'a' });
  await until(async () => (await view(header)).nodes[0]!.why?.includes('paused in Temporal'));
  broken.clear();
  expect(await stage.engine.retryNow(header.id, 'a')).toBe(true);
  await stage.client.workflow.getHandle(header.id).result();
  expect((await view(header)).nodes[0]).toMatchObject({ status: 'completed', attempt: 2 });
});

test('a map that is held while an item is at work can be tried again at once', async () => {
  const body = { type: 'tool_call', config: {}, retry: ONCE, timeout: { attempt_ms: 60_000, heartbeat_ms: 10_000 } };
  const config = { over: '${ [1, 2, 3] }', concurrency: 2, batch: 1, do: body } as never;
  const header = await stage.start(planOf([{ key: 'm', type: 'map', on_error: 'hold', config }], []));
  await reaches(header, 'held');
  mapBroken = false;
  await act(header, { act: 'retry_node', node: 'm' });
  await stage.client.workflow.getHandle(header.id).result();
  await agree(header);
  expect((await view(header)).nodes[0]).toMatchObject({ status: 'completed', output: { items: [1, 2, 3] } });
  const { events } = await stage.client.workflow.getHandle(header.id).fetchHistory();
  expect(events!.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
});

test('a preview of a living run tells keys and changes nothing', async () => {
  broken.add('a');
  const header = await stage.start(heldFirst());
  await reaches(header, 'held');
  await until(async () => (await statuses(header))['b'] === 'completed');
  const told = await stage.engine.preview(header, { ...by, act: 'retry_node', node: 'a' });
  expect(told).toMatchObject({
    begins: [{ node: 'a', again: true }],
    effects: [{ node: 'a', key: `${header.id}/a/0`, repeated: true }],
    may_run: ['c'],
  });
  expect(await statuses(header)).toMatchObject({ a: 'held', c: 'pending' });
  await stage.engine.cancel(header.id);
});
