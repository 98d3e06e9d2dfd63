import { Context } from '@temporalio/activity';
import type { Act, Decision, GateOpening } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Json } from '../../core/json.js';
import { foldAgrees } from '../support/agree.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

/** What has settled gets another result, in a run that goes on. */
let stage: Stage;
const effects: string[] = [];
const gates: string[] = [];
/** Nodes that stay at work until they are let or withdrawn. */
const slow = new Set<string>();
const withdrawn: string[] = [];

beforeAll(async () => {
  stage = await openStage({
    map_batch: async ({ over, offset = 0, from, to, generation }) => {
      effects.push(`items[${from}]/${generation}`);
      const items = (over as number[]).slice(from - offset, to - offset);
      return { items: items.map((output) => ({ status: 'completed', output })) };
    },
    async tool_call({ node, effect, config }) {
      effects.push(effect.replace(/^run_test_\w+?\//, ''));
      while (slow.has(node)) {
        Context.current().heartbeat();
        if (Context.current().cancellationSignal.aborted) {
          withdrawn.push(effect.replace(/^run_test_\w+?\//, ''));
          throw Context.current().cancellationSignal.reason;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { output: { of: node, input: (config as { input: Json }).input } };
    },
    async open_gate({ round = 0, show }: GateOpening) {
      gates.push(`${round} ${JSON.stringify(show)}`);
      return { evidence: `sha256:${round}` };
    },
  });
});
afterAll(() => stage.close());
beforeEach(() => {
  for (const list of [effects, gates, withdrawn]) list.length = 0;
  slow.clear();
});

const by = { actor: 'user:ann', reason: 'the figures were wrong', at: '2026-01-01T00:00:00.000Z' };
const act = ({ id }: RunHeader, wish: object) => stage.engine.act(id, { ...by, ...wish } as Act);
const view = (header: RunHeader) => stage.engine.view(header);
const statuses = async (header: RunHeader) =>
  Object.fromEntries((await view(header)).nodes.map(({ key, status }) => [key, status]));
const stands = (header: RunHeader, node: string, status: string) =>
  until(async () => (await statuses(header))[node] === status);
const agree = (header: RunHeader) => foldAgrees(stage, header);
const approve = (header: RunHeader) =>
  stage.engine.decide(header.id, {
    ...{ node: 'sign', decision: 'approve', actor: 'user:bob', roles: ['approver'], at: by.at },
  } satisfies Decision);
const reading = (...keys: string[]) => ({
  reads: keys,
  config: { tool: 'function', name: 'noop', input: keys.map((key) => `\${ nodes.${key}.output.input }`) },
});
const sign = {
  ...{ key: 'sign', type: 'human_gate' as const, reads: ['sum'] },
  config: { title: 'Ship?', show: '${ nodes.sum.output.input }' },
};
const wait = { key: 'wait', type: 'wait' as const, config: { duration: '1h' } };

/** fetch -> sum -> sign -> ship -> wait, and log beside them. */
const shipping = () =>
  planOf(
    [
      { key: 'fetch' },
      { key: 'sum', ...reading('fetch') },
      { key: 'log' },
      sign,
      { key: 'ship', ...reading('sum') },
      wait,
    ],
    [
      { from: 'fetch', to: 'sum' },
      { from: 'fetch', to: 'log' },
      { from: 'sum', to: 'sign' },
      { from: 'sign', to: 'ship' },
      { from: 'ship', to: 'wait' },
    ],
  );

test('P1, P3: another result upstream lets the approval lapse, people are asked again, and what had read it goes out under a new key', async () => {
  const header = await stage.start(shipping());
  await stands(header, 'sign', 'waiting');
  await approve(header);
  await stands(header, 'wait', 'waiting');
  await act(header, { act: 'set_output', node: 'fetch', output: { input: 'other' } });
  await until(async () => gates.length === 2);
  await agree(header);
  expect(await statuses(header)).toMatchObject({
    fetch: 'completed',
    log: 'completed',
    sign: 'waiting',
    ship: 'pending',
  });
  expect(gates[1]).toBe('1 ["other"]');
  await approve(header);
  await stands(header, 'wait', 'waiting');
  await agree(header);
  expect(effects.filter((each) => !each.startsWith('log'))).toEqual(['fetch/0', 'sum/0', 'ship/0', 'sum/1', 'ship/1']);
  expect(effects.filter((each) => each.startsWith('log'))).toEqual(['log/0']);
  const events = await stage.engine.events(header);
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['gate.lapsed', 'node.pending']));
  const cursors = events.map(({ cursor }) => cursor);
  expect(cursors).toEqual([...new Set(cursors)].sort());
  await act(header, { act: 'set_output', node: 'wait', output: {} });
  await stage.client.workflow.getHandle(header.id).result();
  await agree(header);
  expect(await view(header)).toMatchObject({ status: 'completed' });
});

test('what is at work on what has changed is withdrawn and begins anew, while its first attempt may still be out', async () => {
  slow.add('sum');
  const header = await stage.start(shipping());
  await until(async () => effects.includes('sum/0'));
  await act(header, { act: 'set_output', node: 'fetch', output: { input: 'other' } });
  await until(async () => withdrawn.includes('sum/0') && effects.includes('sum/1'));
  slow.clear();
  await stands(header, 'sign', 'waiting');
  await agree(header);
  expect((await view(header)).nodes[1]).toMatchObject({ status: 'completed', output: { input: ['other'] } });
  await stage.engine.cancel(header.id);
});

test('a gate that waits is asked anew, and a decision on what it showed before is refused', async () => {
  const policy = { policy: { quorum: [{ group: 'board', count: 1 }], exclude: [] } };
  const plan = planOf(
    [
      { key: 'fetch' },
      { ...sign, reads: ['fetch'], config: { title: 'Ship?', show: '${ nodes.fetch.output.input }', ...policy } },
    ],
    [{ from: 'fetch', to: 'sign' }],
  );
  const header = await stage.start(plan);
  const decide = (evidence: string) =>
    stage.engine.decide(header.id, {
      ...{ node: 'sign', decision: 'approve', actor: 'user:bob', roles: [], groups: ['board'], evidence, at: by.at },
    });
  await until(() => decide('sha256:none').catch(({ details }) => details?.shown === 'sha256:0'));
  await act(header, { act: 'set_output', node: 'fetch', output: { input: 'other' } });
  await until(() =>
    decide('sha256:0').catch(({ code, details }) => code === 'EVIDENCE_CHANGED' && details.shown === 'sha256:1'),
  );
  await agree(header);
  await decide('sha256:1');
  await stage.client.workflow.getHandle(header.id).result();
  await agree(header);
});

test('maps and subworkflows that had completed run again when their input is another one, under names of their own', async () => {
  const body = {
    type: 'tool_call',
    config: { tool: 'function', name: 'noop', input: '${ item }' },
    retry: {},
    timeout: { attempt_ms: 10_000, heartbeat_ms: 10_000 },
  };
  const policy = { max_attempts: 1, initial_interval_ms: 10, backoff: 1, max_interval_ms: 10, non_retryable: [] };
  const config = {
    over: '${ nodes.fetch.output.input }',
    concurrency: 4,
    batch: 2,
    do: { ...body, retry: policy },
  } as never;
  const plan = planOf(
    [
      { key: 'fetch', config: { tool: 'function', name: 'noop', input: [1, 2, 3] } },
      { key: 'items', type: 'map', reads: ['fetch'], config },
      wait,
    ],
    [
      { from: 'fetch', to: 'items' },
      { from: 'items', to: 'wait' },
    ],
  );
  const header = await stage.start(plan);
  await stands(header, 'wait', 'waiting');
  await act(header, { act: 'set_output', node: 'fetch', output: { input: [7, 8] } });
  await until(async () =>
    (await view(header)).nodes.some(
      ({ key, output }) => key === 'items' && (output as { total?: number } | null)?.total === 2,
    ),
  );
  await stands(header, 'wait', 'waiting');
  await agree(header);
  await stage.engine.cancel(header.id);
});

test('P1: amended while it waits, and moved on: fold and workflow tell the same of nodes that are new, changed and gone', async () => {
  const header = await stage.start(shipping());
  await stands(header, 'sign', 'waiting');
  const plan = planOf(
    [
      { key: 'fetch' },
      { key: 'sum', ...reading('fetch') },
      { key: 'log' },
      { key: 'audit', ...reading('sum') },
      sign,
      { key: 'ship', ...reading('sum', 'audit') },
    ],
    [
      { from: 'fetch', to: 'sum' },
      { from: 'fetch', to: 'log' },
      { from: 'sum', to: 'audit' },
      { from: 'sum', to: 'sign' },
      { from: 'sign', to: 'ship' },
      { from: 'audit', to: 'ship' },
    ],
  );
  const changes = { added: ['audit'], removed: ['wait'], changed: ['ship'] };
  await act(header, { act: 'amend', amendment: 'am_1', changes, plan });
  await stands(header, 'audit', 'completed');
  await agree(header);
  await approve(header);
  await stage.client.workflow.getHandle(header.id).result();
  await agree(header);
  expect(await view(header)).toMatchObject({ status: 'completed', amendments: [{ amendment: 'am_1', changes }] });
  const acted = (await stage.engine.events(header)).find(({ type }) => type === 'run.acted');
  expect(acted).toMatchObject({ data: { act: 'amend', changes } });
  expect(acted).not.toHaveProperty('data.plan');
});
