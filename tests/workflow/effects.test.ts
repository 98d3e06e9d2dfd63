import { Context } from '@temporalio/activity';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Act, Work } from '../../core/contract/work.js';
import { effectsOf } from '../../core/events/effects.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Plan, PlanNode } from '../../core/spec/plan.js';
import { testActivities } from '../support/activity.js';
import { foldAgrees } from '../support/agree.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

/** Calls that must not be made twice, made by the real activity at a real server that counts them. */
let stage: Stage;
let server: Server;
let tools: Awaited<ReturnType<typeof testActivities>>;
let url = '';
/** Keys of requests that came in, in order. */
const calls: string[] = [];
/** What the server does with the next requests, then 200. */
const answers: (number | 'cut' | 'silence' | 'garbled')[] = [];
/** Workers that fall silent when they have this node's answer, as one that was killed. */
const dies = new Set<string>();

beforeAll(async () => {
  server = createServer((req, res) => {
    calls.push(String(req.headers['idempotency-key']).replace(/^run_\w+?\//, ''));
    const answer = answers.shift() ?? 200;
    if (answer === 'cut') req.socket.destroy();
    else if (answer === 'garbled') res.writeHead(200, { 'content-type': 'application/json' }).end('{');
    else if (answer !== 'silence') res.writeHead(answer, answer === 503 ? { 'retry-after': '0' } : {}).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  tools = await testActivities();
  const { activities } = tools;
  stage = await openStage({
    ...activities,
    async tool_call(work: Work) {
      if (!dies.has(work.node)) return activities.tool_call(work);
      await fetch(url, { method: 'POST', headers: { 'idempotency-key': work.effect } });
      await sleep(3_000); // without a beat, and what comes of it nobody hears
      return { output: Context.current().info.activityId };
    },
  });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stage.close();
  await tools.close();
});
beforeEach(() => {
  calls.length = answers.length = 0;
  dies.clear();
});

const retry = { max_attempts: 4, initial_interval_ms: 20, backoff: 1, max_interval_ms: 20, non_retryable: [] };
const pay = (more: Partial<PlanNode> = {}): Plan => {
  const request = {
    method: 'POST',
    url,
    expect: ['2xx'],
    redirects: 0,
    max_bytes: 1000,
    idempotency_header: 'idempotency-key',
  };
  const config = { tool: 'http', request, idempotent: false };
  return planOf([{ key: 'pay', config, retry, on_error: 'continue', ...more } as never], []);
};
const view = (header: RunHeader) => stage.engine.view(header);
const ends = ({ id }: RunHeader) =>
  stage.client.workflow
    .getHandle(id)
    .result()
    .catch(() => undefined);
const act = ({ id }: RunHeader, wish: object) =>
  stage.engine.act(id, { actor: 'user:ann', reason: 'looked', at: '2026-01-01T00:00:00.000Z', ...wish } as Act);
const agree = (header: RunHeader) => foldAgrees(stage, header);
async function isHeld(header: RunHeader, cause: string): Promise<void> {
  await until(async () => (await view(header)).status === 'held');
  await agree(header);
  expect((await view(header)).nodes[0]).toMatchObject({
    status: 'held',
    error: { code: 'EFFECT_UNKNOWN', details: { cause } },
  });
}
const ledger = async (header: RunHeader, plan: Plan) =>
  effectsOf(header.id, plan, await stage.engine.events(header)).map(({ key, state, attempts, by }) =>
    `${key.replace(`${header.id}/`, '')} ${state} ${attempts} ${by ?? ''}`.trim(),
  );

test.each([
  ['cut', 'HTTP_CONNECT'],
  ['garbled', 'HTTP_5XX'],
  [500, 'HTTP_5XX'],
  [502, 'HTTP_5XX'],
] as const)('%s: it is held as unknown, and called once', async (answer, cause) => {
  answers.push(answer);
  const plan = pay();
  const header = await stage.start(plan);
  await isHeld(header, cause);
  expect(calls).toEqual(['pay/0']);
  expect(await ledger(header, plan)).toEqual(['pay/0 unknown 1']);
  await act(header, { act: 'set_output', node: 'pay', output: null });
  await ends(header);
  await agree(header);
  expect(await ledger(header, plan)).toEqual(['pay/0 confirmed 1 user:ann']);
});

test('no answer in time is unknown; a person has it tried again, under the same key or another', async () => {
  answers.push('silence', 'silence');
  const plan = pay({ timeout: { attempt_ms: 1_000, heartbeat_ms: 5_000 } });
  const header = await stage.start(plan);
  await isHeld(header, 'NODE_TIMEOUT');
  await act(header, { act: 'retry_node', node: 'pay', attempts: 1 });
  await until(() => Promise.resolve(calls.length === 2));
  await isHeld(header, 'NODE_TIMEOUT');
  await act(header, { act: 'retry_node', node: 'pay', fresh: true, attempts: 2 });
  await ends(header);
  await agree(header);
  expect(calls).toEqual(['pay/0', 'pay/0', 'pay/1']);
  expect(await ledger(header, plan)).toEqual(['pay/0 unknown 2', 'pay/1 confirmed 1']);
});

test('a worker that dies with the answer leads to unknown, not to a second call', async () => {
  dies.add('pay');
  const header = await stage.start(pay({ timeout: { attempt_ms: 60_000, heartbeat_ms: 1_000 } }));
  await isHeld(header, 'WORKER_LOST');
  expect(calls).toEqual(['pay/0']);
  await stage.engine.cancel(header.id);
  await ends(header);
  await agree(header);
});

test('what the server did not take is tried again, as often as the policy says', async () => {
  answers.push(503, 429);
  const plan = pay();
  const header = await stage.start(plan);
  await ends(header);
  await agree(header);
  expect(calls).toEqual(['pay/0', 'pay/0', 'pay/0']);
  expect((await view(header)).nodes[0]).toMatchObject({ status: 'completed', attempt: 3 });
  expect(await ledger(header, plan)).toEqual(['pay/0 confirmed 3']);
});

test('what is refused fails, and goes the way of failures', async () => {
  answers.push(402);
  const plan = pay();
  const header = await stage.start(plan);
  await ends(header);
  await agree(header);
  expect((await view(header)).nodes[0]).toMatchObject({ status: 'failed', error: { code: 'HTTP_4XX' } });
  expect(await ledger(header, plan)).toEqual(['pay/0 refused 1']);
});
