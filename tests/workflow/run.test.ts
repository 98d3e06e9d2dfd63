import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { comparable } from '../../core/engine/view.js';
import type { Decision } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Plan } from '../../core/spec/plan.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

let stage: Stage;
const attempts = new Map<string, number>();
const seen: string[] = [];

beforeAll(async () => {
  stage = await openStage({
    async tool_call({ node, config }) {
      const { do: act, times = 0 } = (config as { do?: string; times?: number }) ?? {};
      const attempt = Context.current().info.attempt;
      attempts.set(node, attempt);
      seen.push(node);
      if (act === 'fail') throw ApplicationFailure.create({ type: 'HTTP_5XX', message: 'no luck' });
      if (act === 'flaky' && attempt <= times)
        throw ApplicationFailure.create({ type: 'HTTP_5XX', message: `attempt ${attempt}` });
      if (act === 'forever') {
        const context = Context.current();
        const beat = setInterval(() => context.heartbeat(), 100);
        try {
          await context.cancelled;
        } finally {
          clearInterval(beat);
          seen.push(`${node} cancelled`);
        }
      }
      return { output: { from: node } };
    },
  });
});
afterAll(() => stage.close());

const finish = (header: RunHeader) => stage.client.workflow.getHandle(header.id).result();
const run = async (plan: Plan) => {
  const header = await stage.start(plan);
  await finish(header).catch(() => undefined);
  return stage.engine.view(header);
};
const statuses = (view: { nodes: { key: string; status: string }[] }) =>
  Object.fromEntries(view.nodes.map(({ key, status }) => [key, status]));
const settles = async (header: RunHeader) => {
  const query = await stage.client.workflow.getHandle(header.id).query('view');
  const view = await stage.engine.view(header);
  expect(comparable(view)).toEqual(comparable(query as never));
  return view;
};

test('parallel branches, a condition and a join; the fold equals what the workflow says (P1)', async () => {
  const plan = planOf(
    [{ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'j' }],
    [
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c', condition: "nodes.a.output.from == 'x'", reads: ['a'] },
      { from: 'b', to: 'j' },
      { from: 'c', to: 'j' },
    ],
    {},
    { joined: '${nodes.j.output.from}' },
  );
  const header = await stage.start(plan);
  await finish(header);
  const view = await settles(header);
  expect(view).toMatchObject({ status: 'completed', output: { joined: 'j' } });
  expect(statuses(view)).toEqual({ a: 'completed', b: 'completed', c: 'skipped', j: 'completed' });
  const events = await stage.engine.events(header);
  expect(events.map(({ type }) => type).slice(0, 4)).toEqual([
    'run.running',
    'node.queued',
    'node.running',
    'node.completed',
  ]);
  expect(events.map(({ cursor }) => cursor)).toEqual([...events.map(({ cursor }) => cursor)].sort());
});

test('retries are Temporal’s own, with the spec’s backoff', async () => {
  const plan = planOf(
    [
      {
        key: 'flaky',
        config: { do: 'flaky', times: 2 },
        retry: { max_attempts: 4, initial_interval_ms: 200, backoff: 2, max_interval_ms: 5000, non_retryable: [] },
      },
    ],
    [],
  );
  const view = await run(plan);
  expect(view.nodes[0]).toMatchObject({ status: 'completed', attempt: 3 });
});

test('a code that the spec calls non-retryable ends the node at once', async () => {
  const plan = planOf(
    [
      {
        key: 'broken',
        config: { do: 'fail' },
        retry: {
          max_attempts: 5,
          initial_interval_ms: 10,
          backoff: 2,
          max_interval_ms: 100,
          non_retryable: ['HTTP_5XX'],
        },
      },
    ],
    [],
  );
  const view = await run(plan);
  expect(view).toMatchObject({ status: 'failed', error: { code: 'HTTP_5XX', details: { node: 'broken' } } });
  expect(view.nodes[0]).toMatchObject({ status: 'failed', attempt: 1 });
});

test('cancelling stops what is outstanding', async () => {
  const header = await stage.start(
    planOf([{ key: 'long', config: { do: 'forever' } }, { key: 'later' }], [{ from: 'long', to: 'later' }]),
  );
  await until(async () => (await stage.engine.view(header)).nodes[0]!.status === 'running');
  await stage.engine.cancel(header.id);
  await finish(header).catch(() => undefined);
  await until(() => Promise.resolve(seen.includes('long cancelled')));
  const view = await settles(header);
  expect(view.status).toBe('cancelled');
  expect(statuses(view)).toEqual({ long: 'cancelled', later: 'skipped' });
});

const decision = (over: Partial<Decision> = {}): Decision => ({
  node: 'gate',
  decision: 'approve',
  actor: 'user:ann',
  roles: ['approver'],
  at: '2026-01-01T00:00:00.000Z',
  ...over,
});
const gated = () =>
  planOf(
    [{ key: 'gate', type: 'human_gate', config: { title: 'Go?', role: 'approver' } }, { key: 'after' }],
    [{ from: 'gate', to: 'after' }],
  );

test('a gate holds the run until somebody with the role decides; the second is told who did', async () => {
  const header = await stage.start(gated());
  await until(async () => (await stage.engine.view(header)).status === 'waiting');
  await expect(stage.engine.decide(header.id, decision({ roles: ['viewer'] }))).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await stage.engine.decide(header.id, decision());
  await finish(header);
  await expect(stage.engine.decide(header.id, decision({ actor: 'user:bob' }))).rejects.toMatchObject({
    code: 'RUN_CLOSED',
  });
  const view = await settles(header);
  expect(view.nodes[0]).toMatchObject({
    status: 'completed',
    output: { decision: 'approved', decided_by: 'user:ann' },
  });
});

test('a denial by signal fails the node', async () => {
  const header = await stage.start(gated());
  await until(async () => (await stage.engine.view(header)).status === 'waiting');
  await stage.client.workflow.getHandle(header.id).signal('decide', decision({ decision: 'deny', comment: 'not yet' }));
  await finish(header).catch(() => undefined);
  const view = await settles(header);
  expect(view).toMatchObject({ status: 'failed', error: { code: 'GATE_DENIED' } });
});

test('a wait is a durable timer; a run has a timeout', async () => {
  const waited = await run(planOf([{ key: 'w', type: 'wait', config: { duration: '50ms' } }], []));
  expect(statuses(waited)).toEqual({ w: 'completed' });
  const late = await run(planOf([{ key: 'w', type: 'wait', config: { duration: '1h' } }], [], { timeout_ms: 100 }));
  expect(late).toMatchObject({ status: 'timed_out', error: { code: 'RUN_TIMED_OUT' } });
  expect(statuses(late)).toEqual({ w: 'cancelled' });
});

test('a run that is terminated behind Heddle’s back is shown as terminated', async () => {
  const header = await stage.start(gated());
  await until(async () => (await stage.engine.view(header)).status === 'waiting');
  await stage.engine.terminate(header.id, 'by an operator');
  const view = await stage.engine.view(header);
  expect(view).toMatchObject({ status: 'terminated', error: { message: 'by an operator' } });
  expect(statuses(view)).toEqual({ gate: 'cancelled', after: 'skipped' });
});
