import type { RunView } from '../../core/events/view.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { type ScriptedAgent, scriptedAgent } from '../support/scripted-agent.js';
import { Watcher } from '../support/watch.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Sprint 5's acceptance, through the doors that a user has: HTTP in, WebSocket out. */
let heddle: E2E;
let world: World;
let agent: ScriptedAgent;

beforeAll(async () => {
  [heddle, world, agent] = await Promise.all([openE2E(), openWorld(), scriptedAgent()]);
});
afterAll(() => Promise.all([heddle.close(), world.stop(), agent.stop()]));

const statuses = ({ nodes }: RunView) => Object.fromEntries(nodes.map(({ key, status }) => [key, status]));

test('a conditional branch, parallel execution and a join: create, run, watch, success', async () => {
  await heddle.apply(`
name: accept
input: { type: object, required: [n], properties: { n: { type: integer } } }
nodes:
  - key: left
    type: tool_call
    config: { tool: http, request: { url: "${world.url}/hold/left" } }
  - key: right
    type: tool_call
    config: { tool: http, request: { url: "${world.url}/hold/right" } }
  - key: many
    type: tool_call
    config: { tool: function, code: "export default ({ n }) => { console.log('many', n); return { n } }", input: { n: "\${ input.n }" } }
  - key: few
    type: transform
    config: { value: none }
  - key: joined
    type: transform
    config: { value: { left: "\${ nodes.left.output.status }", many: "\${ nodes.many.status }", few: "\${ nodes.few.status }" } }
edges:
  - { from: left, to: many, condition: "input.n > 10" }
  - { from: left, to: few, condition: "input.n <= 10" }
  - { from: many, to: joined }
  - { from: few, to: joined }
  - { from: right, to: joined }
output: "\${ nodes.joined.output }"
`);
  const id = await heddle.run('accept', { n: 11 });
  const watcher = new Watcher(heddle, id, '0');
  await until(async () => world.holding.size === 2); // both branches are at work at the same time
  world.release('/hold/left');
  world.release('/hold/right');
  await watcher.end();
  const view = await heddle.finished(id);
  expect(view).toMatchObject({ status: 'completed', output: { left: 200, many: 'completed', few: 'skipped' } });
  expect(statuses(view)).toEqual({
    left: 'completed',
    right: 'completed',
    many: 'completed',
    few: 'skipped',
    joined: 'completed',
  });

  const story = (key: string) => watcher.durable.filter(({ data }) => data.node_key === key).map(({ type }) => type);
  expect(story('many')).toEqual(['node.queued', 'node.running', 'node.completed']);
  expect(story('few')).toEqual(['node.skipped']);
  const joined = watcher.durable.findIndex(({ type, data }) => type === 'node.queued' && data.node_key === 'joined');
  for (const parent of ['right', 'many', 'few']) {
    const settled = watcher.durable.findIndex(
      ({ type, data }) => data.node_key === parent && /completed|skipped/.test(type),
    );
    expect(settled).toBeLessThan(joined);
  }
  expect(watcher.durable.at(-1)).toMatchObject({ type: 'run.completed', data: { output: view.output } });
  expect(
    watcher.durable.find(({ type, data }) => type === 'node.completed' && data.node_key === 'many')!.data,
  ).toMatchObject({ output: { n: 11 } });
  const log = watcher.frames.find(({ type, data }) => type === 'node.log' && data.node_key === 'many');
  expect(log?.data).toMatchObject({ ephemeral: true });
  expect(JSON.stringify(log)).toContain('many 11');
  const { body } = await heddle.request('GET', `/workflow_runs/${id}/logs?node=many`);
  expect(body.items).toEqual([
    expect.objectContaining({ node_key: 'many', attempt: 1, stream: 'stdout', text: 'many 11' }),
  ]);
});

test('retries back off as the spec says: the intervals stand in the history', async () => {
  await heddle.apply(`
name: patient
nodes:
  - { key: ready, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/ready" } } }
  - key: flaky
    type: tool_call
    config: { tool: http, request: { url: "${world.url}/flaky/a?fails=3" } }
    retry: { max_attempts: 5, initial_interval: 200ms, backoff: 3, max_interval: 1s }
edges: [{ from: ready, to: flaky }]
`);
  const id = await heddle.run('patient');
  const watcher = new Watcher(heddle, id, '0');
  await watcher.until(({ frames }) => frames.length > 0);
  await until(async () => world.holding.has('/hold/ready'));
  world.release('/hold/ready');
  await watcher.end();
  const view = await heddle.finished(id);
  expect(view.nodes[1]).toMatchObject({ status: 'completed', attempt: 4, output: { body: { failed: 3 } } });
  // Temporal keeps the policy in history, and the attempts that it made; the worker told live when each failed.
  const { body } = await heddle.request('GET', `/workflow_runs/${id}/history`);
  const events = body.executions[0].events as Record<string, Record<string, unknown>>[];
  const scheduled = events.findLast((event) => event['activityTaskScheduledEventAttributes'])![
    'activityTaskScheduledEventAttributes'
  ]!;
  expect(scheduled['retryPolicy']).toMatchObject({
    initialInterval: '0.200s',
    backoffCoefficient: 3,
    maximumInterval: '1s',
    maximumAttempts: 5,
  });
  const started = events.findLast((event) => event['activityTaskStartedEventAttributes'])!;
  expect(started['activityTaskStartedEventAttributes']).toMatchObject({
    attempt: 4,
    lastFailure: { applicationFailureInfo: { type: 'HTTP_5XX' } },
  });
  const of = watcher.frames.filter(({ data }) => data.node_key === 'flaky' && data.ephemeral);
  const failed = of.filter(({ type }) => type === 'node.retrying').map(({ time }) => Date.parse(time!));
  const began = of.filter(({ type }) => type === 'node.running').map(({ time }) => Date.parse(time!));
  expect([failed.length, began.length]).toEqual([3, 4]);
  const waits = failed.map((at, attempt) => began[attempt + 1]! - at);
  for (const [attempt, least] of [200, 600, 1_000].entries()) expect(waits[attempt]).toBeGreaterThanOrEqual(least - 20);
});

test('cancelling a run stops what is outstanding: HTTP calls, agents, sub-runs', async () => {
  await heddle.apply(`
name: inner
nodes: [{ key: deep, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/deep" } } }]
`);
  await heddle.apply(`
name: outer
input: { type: object, properties: { script: { type: array } } }
nodes:
  - { key: call, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/call" } }, timeout: { heartbeat: 1s } }
  - { key: ask, type: agent_call, config: { agent: "${agent.url}", message: { script: "\${ input.script }" } }, timeout: { heartbeat: 1s } }
  - { key: sub, type: subworkflow, config: { workflow: inner } }
  - { key: never, type: transform, config: { value: 1 } }
edges: [{ from: call, to: never }, { from: ask, to: never }, { from: sub, to: never }]
`);
  const id = await heddle.run('outer', { script: [{ say: 'working' }, { hold: 'for ever' }] });
  await until(
    async () => world.holding.has('/hold/call') && world.holding.has('/hold/deep') && agent.tasks.length === 1,
  );
  const answer = await heddle.request('POST', `/workflow_runs/${id}/cancel`, { json: { reason: 'enough' } });
  expect(answer.status).toBe(202);
  const view = await heddle.finished(id);
  expect(view.status).toBe('cancelled');
  expect(statuses(view)).toEqual({ call: 'cancelled', ask: 'cancelled', sub: 'cancelled', never: 'skipped' });
  const child = await heddle.finished(`${id}.sub`);
  expect(child).toMatchObject({ status: 'cancelled', parent: { run_id: id, node_key: 'sub' } });
  await until(async () => world.cutOff.includes('/hold/call') && world.cutOff.includes('/hold/deep'));
  await until(async () => agent.cancelled.length === 1);
  expect(agent.cancelled).toEqual(agent.tasks);
  const again = await heddle.request('POST', `/workflow_runs/${id}/cancel`, { json: {} });
  expect([again.status, again.body.code]).toEqual([409, 'RUN_CLOSED']);
});

test('a gate waits for a person with the right role', async () => {
  await heddle.apply(`
name: gated
nodes:
  - { key: ok, type: human_gate, config: { title: "Go on?", show: { why: because } } }
  - { key: after, type: transform, config: { value: "\${ nodes.ok.output.decided_by }" } }
edges: [{ from: ok, to: after }]
output: "\${ nodes.after.output }"
`);
  const id = await heddle.run('gated');
  await until(async () =>
    (await heddle.request('GET', '/gates?status=open')).body.items.some(
      (gate: { run_id: string }) => gate.run_id === id,
    ),
  );
  await until(async () =>
    (await heddle.request('GET', '/workflow_runs?status=waiting')).body.items.some(
      (run: { id: string }) => run.id === id,
    ),
  );
  const key = async (role: string) =>
    (await heddle.request('POST', '/api_keys', { json: { name: role, roles: [role] } })).body as {
      id: string;
      token: string;
    };
  const decide = async (token: string, decision: string) =>
    heddle.request('POST', `/workflow_runs/${id}/nodes/ok/decision`, { token, json: { decision, comment: 'fine' } });
  expect((await decide((await key('viewer')).token, 'approve')).status).toBe(403);
  const approver = await key('approver');
  expect(await decide(approver.token, 'approve')).toMatchObject({
    status: 200,
    body: { decided_by: `key:${approver.id}` },
  });
  const second = await decide((await key('approver')).token, 'deny');
  expect(second).toMatchObject({ status: 409, body: { code: 'GATE_CLOSED' } });
  expect(second.body.detail).toContain(`key:${approver.id}`);
  expect(await heddle.finished(id)).toMatchObject({ status: 'completed', output: `key:${approver.id}` });
});
