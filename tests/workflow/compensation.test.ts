import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Act } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Compensation, PlanNode } from '../../core/spec/plan.js';
import { foldAgrees } from '../support/agree.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

const ONCE = { max_attempts: 1, initial_interval_ms: 10, backoff: 1, max_interval_ms: 10, non_retryable: [] };
let stage: Stage;
/** What was done, in order: a node's key, or that of what undoes it. */
const did: string[] = [];
/** Works that fail, or hang until they are let go, by node. */
const broken = new Set<string>();
const hanging = new Set<string>();
/** Works whose first attempt fails. */
const flaky = new Set<string>();
/** Of those that hang: deaf to their cancellation. */
const deaf = new Set<string>();

beforeAll(async () => {
  stage = await openStage({
    async tool_call({ node, effect }) {
      const { heartbeat, cancelled } = Context.current();
      while (hanging.has(node)) {
        heartbeat();
        await Promise.race([sleep(50), ...(deaf.has(node) ? [] : [cancelled])]);
      }
      if (broken.has(node)) throw ApplicationFailure.nonRetryable('no luck', 'HTTP_4XX');
      if (flaky.delete(node)) throw ApplicationFailure.create({ message: 'not yet', type: 'HTTP_5XX' });
      did.push(node);
      return { output: { from: node, effect } };
    },
    start_subworkflow: ({ run, child, input }) =>
      Promise.resolve({ plan: INNER as never, run: { ...run, id: child, workflow: 'inner' }, input }),
    map_batch({ over, offset = 0, from, node, undo }) {
      const item = (over as number[])[from - offset]!;
      if (undo === undefined && item < 0) throw ApplicationFailure.nonRetryable('no luck', 'HTTP_4XX');
      did.push(`${node}${undo === undefined ? '' : '~undo'}[${from}]`);
      return Promise.resolve({ items: [{ status: 'completed', output: item * 10 }] });
    },
  });
});
afterAll(() => stage.close());
beforeEach(() => {
  did.length = 0;
  for (const all of [broken, hanging, deaf, flaky]) all.clear();
});

const undo = (more: Partial<Compensation> = {}): Compensation => ({
  type: 'tool_call',
  config: { tool: 'function', name: 'undo', input: null },
  reads: [],
  retry: ONCE,
  timeout: { attempt_ms: 60_000, heartbeat_ms: 10_000 },
  when: 'completed',
  ...more,
});
const node = (key: string, more: Partial<PlanNode> = {}) => ({
  ...{ key, fuse: 'never' as const, compensate: undo(), ...more },
});
const chain = (...nodes: ReturnType<typeof node>[]) =>
  planOf(
    nodes,
    nodes.slice(1).map(({ key }, index) => ({ from: nodes[index]!.key, to: key })),
  );

/** What a subworkflow runs: it can be undone, and stands at its end. */
const INNER = chain(node('inner'), node('last'));

const by = { actor: 'user:ann', reason: 'the ledger was down', at: '2026-01-01T00:00:00.000Z' };
const act = ({ id }: RunHeader, wish: object) => stage.engine.act(id, { ...by, ...wish } as Act);
const view = (header: RunHeader) => stage.engine.view(header);
const reaches = (header: RunHeader, status: string) => until(async () => (await view(header)).status === status);
const ends = async ({ id }: RunHeader) =>
  stage.client.workflow
    .getHandle(id)
    .result()
    .catch(() => undefined);
const agree = (header: RunHeader) => foldAgrees(stage, header);

test('a run that fails is undone from its end, and says so in view and events', async () => {
  broken.add('c');
  const header = await stage.start(chain(node('a'), node('b'), node('c')));
  await ends(header);
  expect(did).toEqual(['a', 'b', 'b~undo', 'a~undo']);
  await agree(header);
  const seen = await view(header);
  expect(seen).toMatchObject({
    ...{ status: 'failed', error: { code: 'HTTP_4XX', details: { node: 'c', compensated: ['a', 'b'] } } },
    nodes: [
      {
        status: 'completed',
        compensation: { status: 'completed', attempt: 1, output: { effect: `${header.id}/a/0/undo` } },
      },
      { status: 'completed', compensation: { status: 'completed', attempt: 1 } },
      { status: 'failed' },
    ],
  });
  expect(seen).not.toHaveProperty('ending');
  const told = (await stage.engine.events(header)).flatMap(({ type, ...event }) =>
    /ending|compens/.test(type) ? [`${type} ${'node_key' in event ? event.node_key : ''}`.trim()] : [],
  );
  expect(told).toEqual([
    'run.ending',
    ...['node.compensating b', 'node.compensated b', 'node.compensating a', 'node.compensated a'],
  ]);
});

test('cancelled: what is under way is waited for, and undone when it completed all the same; a second request stops nothing', async () => {
  hanging.add('b');
  deaf.add('b');
  const header = await stage.start(chain(node('a'), node('b')));
  await until(async () => (await view(header)).nodes[1]!.status === 'running');
  await stage.engine.cancel(header.id);
  await until(async () => (await view(header)).ending === 'cancelled');
  await agree(header);
  expect(did).toEqual(['a']);
  hanging.add('b~undo');
  hanging.delete('b');
  await until(async () => (await view(header)).nodes[1]!.compensation?.status === 'running');
  await stage.engine.cancel(header.id);
  await agree(header);
  hanging.clear();
  await ends(header);
  expect(did).toEqual(['a', 'b', 'b~undo', 'a~undo']);
  await agree(header);
  expect(await view(header)).toMatchObject({
    status: 'cancelled',
    error: { code: 'RUN_CANCELLED', details: { compensated: ['a', 'b'] } },
  });
});

test('what stopped when it was told to is undone only with when: started', async () => {
  hanging.add('b').add('c');
  const header = await stage.start(
    planOf(
      [node('a'), node('b'), node('c', { compensate: undo({ when: 'started' }) })],
      [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'c' },
      ],
    ),
  );
  await until(async () =>
    (await view(header)).nodes.every(({ status }) => status !== 'pending' && status !== 'queued'),
  );
  await stage.engine.cancel(header.id);
  await ends(header);
  expect(did).toEqual(['a', 'c~undo', 'a~undo']);
  await agree(header);
  expect((await view(header)).error?.details).toEqual({ compensated: ['a', 'c'], in_doubt: ['b'] });
});

test('a compensation that fails is held until a person has it tried again, or says that it is undone', async () => {
  broken.add('c').add('b~undo').add('a~undo');
  const header = await stage.start(chain(node('a'), node('b'), node('c')));
  await reaches(header, 'held');
  await agree(header);
  expect((await view(header)).nodes[1]).toMatchObject({
    status: 'completed',
    why: expect.stringMatching(/held after HTTP_4XX/),
    compensation: { status: 'held', error: { code: 'HTTP_4XX' }, attempt: 1 },
  });
  await expect(act(header, { act: 'set_output', node: 'b', output: 1 })).rejects.toMatchObject({ code: 'NODE_STATE' });
  broken.delete('b~undo');
  await act(header, { act: 'retry_node', node: 'b', attempts: 1 });
  await until(async () => (await view(header)).nodes[0]!.compensation?.status === 'held');
  await agree(header);
  await act(header, { act: 'skip_node', node: 'a' });
  await ends(header);
  await agree(header);
  expect(await view(header)).toMatchObject({
    status: 'failed',
    error: { details: { compensated: ['b'], by_hand: ['a'] } },
    nodes: [{ compensation: { status: 'skipped' } }, { compensation: { status: 'completed', attempt: 2 } }, {}],
  });
});

test('the run’s timeout begins it and does not cut it off', async () => {
  hanging.add('b').add('a~undo');
  const plan = chain(node('a'), node('b'));
  const header = await stage.start({ ...plan, run: { ...plan.run, timeout_ms: 1_500 } });
  await until(async () => (await view(header)).nodes[0]!.compensation?.status === 'running');
  expect(await view(header)).toMatchObject({ status: 'running', ending: 'timed_out' });
  hanging.clear();
  await ends(header);
  expect(did).toEqual(['a', 'a~undo']);
  await agree(header);
  expect(await view(header)).toMatchObject({ status: 'timed_out', error: { code: 'RUN_TIMED_OUT' } });
});

test('of a map each completed item is undone', async () => {
  const body = { type: 'tool_call', config: {}, retry: ONCE, timeout: { attempt_ms: 60_000, heartbeat_ms: 10_000 } };
  const config = { over: '${ [1, 2, -3] }', concurrency: 1, batch: 1, do: body } as never;
  const header = await stage.start(planOf([node('m', { type: 'map', config })], []));
  await ends(header);
  expect(did.slice(0, 2)).toEqual(['m[0]', 'm[1]']);
  expect(did.slice(2).sort()).toEqual(['m~undo[0]', 'm~undo[1]']);
  await agree(header);
});

test('members of a region are undone like others', async () => {
  broken.add('c');
  const quick = (key: string) => node(key, { fuse: 'always' });
  const header = await stage.start(chain(quick('a'), quick('b'), quick('c')));
  await ends(header);
  expect(did).toEqual(['a', 'b', 'b~undo', 'a~undo']);
  await agree(header);
});

test('a child run that is cancelled undoes itself, and its parent waits for that', async () => {
  hanging.add('last').add('inner~undo');
  const sub = node('sub', { type: 'subworkflow', config: { workflow: 'inner', input: {} } });
  const header = await stage.start(chain(node('a'), sub));
  await until(() => Promise.resolve(did.includes('inner')));
  await stage.engine.cancel(header.id);
  const child = { ...header, id: `${header.id}.sub` };
  await until(async () => (await view(child)).nodes[0]!.compensation?.status === 'running');
  expect(did).toEqual(['a', 'inner']);
  await agree(header);
  hanging.clear();
  await ends(header);
  expect(did).toEqual(['a', 'inner', 'inner~undo', 'a~undo']);
  await agree(header);
  await agree(child);
  expect((await view(header)).nodes).toMatchObject([{ status: 'completed' }, { status: 'cancelled' }]);
});

test('a child run that completed is undone by its node', async () => {
  broken.add('z');
  const sub = node('sub', { type: 'subworkflow', config: { workflow: 'inner', input: {} } });
  const header = await stage.start(chain(sub, node('z')));
  await ends(header);
  expect(did).toEqual(['inner', 'last', 'sub~undo']);
  await agree(header);
});

test('a loser that completes after it was told to stop is undone when the run fails', async () => {
  hanging.add('slow');
  deaf.add('slow');
  broken.add('first');
  const plan = planOf(
    [node('slow'), node('quick'), node('first', { join: 'any', losers: 'cancel' })],
    [
      { from: 'slow', to: 'first' },
      { from: 'quick', to: 'first' },
    ],
  );
  const header = await stage.start(plan);
  await until(async () => (await view(header)).ending === 'failed');
  await agree(header);
  hanging.clear();
  await ends(header);
  await agree(header);
  expect(did.slice(0, 2)).toEqual(['quick', 'slow']);
  expect(did.slice(2).sort()).toEqual(['quick~undo', 'slow~undo']);
});

test('a compensation that waits for its next attempt says so, and can be tried now', async () => {
  broken.add('b');
  flaky.add('a~undo');
  const retry = { ...ONCE, max_attempts: 3, initial_interval_ms: 3_600_000, max_interval_ms: 3_600_000 };
  const header = await stage.start(chain(node('a', { compensate: undo({ retry }) }), node('b')));
  await until(async () => (await view(header)).nodes[0]!.why?.startsWith('is being undone: attempt 2 starts at'));
  expect((await view(header)).nodes[0]!.compensation).toMatchObject({ status: 'running', attempt: 1 });
  expect(await stage.engine.retryNow(header.id, 'a~undo')).toBe(true);
  await ends(header);
  await agree(header);
  expect((await view(header)).nodes[0]!.compensation).toMatchObject({ status: 'completed', attempt: 2 });
});

test('cancelled while it waits for a time and another node is at work', async () => {
  hanging.add('b');
  const wait = node('w', { type: 'wait', config: { duration: '1h' } });
  const header = await stage.start(
    planOf(
      [node('a'), wait, node('b')],
      [
        { from: 'a', to: 'w' },
        { from: 'a', to: 'b' },
      ],
    ),
  );
  await until(async () =>
    (await view(header)).nodes.every(({ status }) => ['completed', 'waiting', 'running'].includes(status)),
  );
  await stage.engine.cancel(header.id);
  await ends(header);
  expect(did).toEqual(['a', 'a~undo']);
  await agree(header);
  expect((await view(header)).nodes.map(({ status }) => status)).toEqual(['completed', 'cancelled', 'cancelled']);
});

test('what was asked for beside a region that fails the run has not gone out, and nobody waits for it (P1)', async () => {
  broken.add('a');
  const header = await stage.start(
    planOf(
      [node('z'), node('a', { fuse: 'always' }), node('b', { compensate: undo({ when: 'started' }) })],
      [
        { from: 'z', to: 'a' },
        { from: 'z', to: 'b' },
      ],
    ),
  );
  await ends(header);
  expect(did).toEqual(['z', 'z~undo']);
  await agree(header);
  expect((await view(header)).error?.details).toEqual({ node: 'a', compensated: ['z'] });
});
