import { createHmac } from 'node:crypto';
import { openTemporal } from '../../adapters/temporal/client.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { openReceiver, type Received } from '../support/receiver.js';
import { until } from '../support/workflow.js';

/** Outgoing webhooks, from a run to a receiver on loopback, by the processes and the Temporal server that carry them. */
let heddle: E2E;
let receiver: Awaited<ReturnType<typeof openReceiver>>;

beforeAll(async () => {
  [heddle, receiver] = await Promise.all([openE2E({ projectors: 2 }), openReceiver()]);
  await heddle.apply(
    'name: plain\nnodes: [{ key: a, type: transform, config: { value: 7 } }]\noutput: "${ nodes.a.output }"\n',
  );
  await heddle.apply('name: asking\nnodes: [{ key: g, type: human_gate, config: { title: "Go?", role: approver } }]\n');
});
afterAll(() => Promise.all([heddle.close(), receiver.close()]));
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer(204);
});

interface Made {
  id: string;
  secret: string;
}
interface Delivery {
  id: string;
  status: string;
  attempts: number;
  last_status: number | null;
  last_error: string | null;
  run_id: string;
  type: string;
}
async function made(json: object): Promise<Made> {
  const answer = await heddle.request('POST', '/webhooks', { json: { url: receiver.url, ...json } });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body as Made;
}
const remove = ({ id }: Made) => heddle.request('DELETE', `/webhooks/${id}`);
const deliveriesOf = async ({ id }: Made): Promise<Delivery[]> =>
  (await heddle.request('GET', `/webhooks/${id}/deliveries`)).body.items;
const settled = async (webhook: Made, count: number): Promise<Delivery[]> => {
  await until(async () => {
    const found = await deliveriesOf(webhook);
    return found.length === count && found.every(({ status }) => status === 'delivered' || status === 'failed');
  });
  return deliveriesOf(webhook);
};

const signed = ({ headers, body }: Received, secret: string): boolean => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return headers['webhook-signature']!.split(' ').includes(`v1,${mac.digest('base64')}`);
};

test('a gate that opens, its decision and the run’s end are told: signed, in order, each once', async () => {
  const webhook = await made({ events: ['gate.opened', 'gate.decided', 'run.completed'] });
  const id = await heddle.run('asking');
  await until(async () => receiver.received.length === 1);
  expect(JSON.parse(receiver.received[0]!.body)).toEqual({
    type: 'gate.opened',
    timestamp: expect.any(String),
    data: {
      run_id: id,
      workflow: 'asking',
      version: 1,
      node_key: 'g',
      gate: { title: 'Go?', show: null, role: 'approver' },
    },
  });
  await heddle.request('POST', `/workflow_runs/${id}/nodes/g/decision`, { json: { decision: 'approve' } });
  await heddle.finished(id);
  const deliveries = await settled(webhook, 3);
  expect(deliveries.map(({ type }) => type).toSorted()).toEqual(['gate.decided', 'gate.opened', 'run.completed']);
  expect(receiver.received).toHaveLength(3);
  expect(receiver.received.every((each) => signed(each, webhook.secret))).toBe(true);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(
    new Set(deliveries.map(({ id: event }) => event)),
  );
  const decided = receiver.received.map(({ body }) => JSON.parse(body)).find(({ type }) => type === 'gate.decided');
  expect(decided.data.decision).toMatchObject({ decision: 'approve', node: 'g' });
  await remove(webhook);
});

test('what is not asked for, and what happened before, is not told', async () => {
  const before = await heddle.run('plain');
  await heddle.finished(before);
  const webhook = await made({ events: ['run.failed'] });
  await heddle.finished(await heddle.run('plain'));
  await heddle.request('PUT', `/webhooks/${webhook.id}`, { json: { url: receiver.url, events: ['run.completed'] } });
  const id = await heddle.run('plain');
  await heddle.finished(id);
  expect((await settled(webhook, 1)).map(({ run_id }) => run_id)).toEqual([id]);
  expect(JSON.parse(receiver.received[0]!.body).data).toMatchObject({ run_id: id, output: 7 });
  await remove(webhook);
});

test('a receiver that fails is asked again, with the same id and body, until it takes it', async () => {
  receiver.answer(500);
  const webhook = await made({ events: ['run.completed'] });
  await heddle.run('plain');
  await until(async () => receiver.received.length > 0);
  const shown = async () => (await heddle.request('GET', `/webhooks/${webhook.id}`)).body;
  await until(async () => (await shown()).failing_since !== null);
  expect((await deliveriesOf(webhook))[0]).toMatchObject({ last_status: 500, last_error: 'answered 500' });
  receiver.answer(200);
  const [delivery] = await settled(webhook, 1);
  expect(delivery).toMatchObject({ status: 'delivered', last_status: 200, last_error: null });
  expect(delivery!.attempts).toBe(receiver.received.length);
  expect(delivery!.attempts).toBeGreaterThan(1);
  expect(new Set(receiver.received.map(({ headers, body }) => headers['webhook-id'] + body)).size).toBe(1);
  expect((await shown()).failing_since).toBeNull();
  await remove(webhook);
});

test('a delivery is sent again when somebody asks, and while a secret is rotated both sign', async () => {
  const webhook = await made({ events: ['run.completed'] });
  await heddle.finished(await heddle.run('plain'));
  const [first] = await settled(webhook, 1);
  const { secret } = (await heddle.request('POST', `/webhooks/${webhook.id}/rotate_secret`, { json: {} })).body;
  const route = `/webhooks/${webhook.id}/deliveries/${first!.id}/redeliver`;
  expect((await heddle.request('POST', route)).status).toBe(202);
  await until(async () => receiver.received.length === 2);
  const [once, twice] = receiver.received;
  expect([twice!.headers['webhook-id'], twice!.body]).toEqual([once!.headers['webhook-id'], once!.body]);
  expect([signed(twice!, secret), signed(twice!, webhook.secret), signed(once!, secret)]).toEqual([true, true, false]);
  expect((await heddle.request('POST', `/webhooks/${webhook.id}/deliveries/evt_none/redeliver`)).status).toBe(404);
  await remove(webhook);
});

test('410 disables a webhook at once, and it is enabled again by a person', async () => {
  receiver.answer(410);
  const webhook = await made({ events: ['run.completed'] });
  await heddle.finished(await heddle.run('plain'));
  expect(await settled(webhook, 1)).toMatchObject([{ status: 'failed', attempts: 1, last_status: 410 }]);
  const { body } = await heddle.request('GET', `/webhooks/${webhook.id}`);
  expect(body).toMatchObject({ enabled: false, disabled_why: expect.stringContaining('410') });
  await heddle.finished(await heddle.run('plain'));
  expect(await deliveriesOf(webhook)).toHaveLength(1);
  receiver.answer(200);
  await heddle.request('POST', `/webhooks/${webhook.id}/enable`);
  await heddle.finished(await heddle.run('plain'));
  await until(async () => (await deliveriesOf(webhook)).some(({ status }) => status === 'delivered'));
  await remove(webhook);
});

test('one that fails for as long as a delivery is tried is disabled; one through which something got is not', async () => {
  receiver.answer(503);
  const [dead, ill] = [await made({ events: ['run.failed'] }), await made({ events: ['run.failed'] })];
  await heddle.query(
    `INSERT INTO webhook_deliveries (webhook_id, event_id, type, run_id, body, status) VALUES
     ($1, 'evt_dead', 'run.failed', 'run_x', '{}', 'pending'), ($2, 'evt_ill', 'run.failed', 'run_x', '{}', 'pending')`,
    [dead.id, ill.id],
  );
  const client = openTemporal({
    temporal: { address: process.env['TEST_TEMPORAL_ADDRESS']!, namespace: 'default', taskQueue: heddle.taskQueue },
  });
  const engine = new TemporalEngine({ client, taskQueue: heddle.taskQueue });
  const quick = { initial_interval_ms: 200, backoff: 1, max_interval_ms: 200, total_ms: 2_500 };
  for (const [webhook, event] of [
    [dead, 'evt_dead'],
    [ill, 'evt_ill'],
  ] as const)
    await engine.startWebhook({ org: 'org_dev', webhook: webhook.id, event, generation: 0 }, quick);
  await until(async () => (await deliveriesOf(ill))[0]!.attempts > 0);
  // As after another delivery that got through, and one more that did not.
  await heddle.query(`UPDATE webhooks SET failing_since = now() + interval '1 hour' WHERE id = $1`, [ill.id]);
  await Promise.all([settled(dead, 1), settled(ill, 1)]);
  const shown = async ({ id }: Made) => (await heddle.request('GET', `/webhooks/${id}`)).body;
  await until(async () => !(await shown(dead)).enabled);
  expect(await shown(ill)).toMatchObject({ enabled: true });
  const audit = await heddle.query(`SELECT actor, action FROM audit_log WHERE subject = $1 ORDER BY id DESC LIMIT 1`, [
    dead.id,
  ]);
  expect(audit).toEqual([{ actor: 'heddle', action: 'webhook.disable' }]);
  await client.connection.close();
  await Promise.all([remove(dead), remove(ill)]);
});

test('no redirect is followed, and no address that is not public is called', async () => {
  receiver.answer(302);
  const webhook = await made({ events: ['run.completed'] });
  await heddle.run('plain');
  await until(async () => (await deliveriesOf(webhook))[0]?.last_status === 302);
  expect(receiver.received.every(({ headers }) => headers['webhook-id'] !== undefined)).toBe(true);
  await remove(webhook);
  const post = (url: string) => heddle.request('POST', '/webhooks', { json: { url, events: ['run.failed'] } });
  expect(await post('http://169.254.169.254/latest')).toMatchObject({ status: 403, body: { code: 'EGRESS_DENIED' } });
  expect(await post('http://user:pw@example.org/')).toMatchObject({ status: 403 });
  expect((await post('file:///etc/passwd')).status).toBe(400);
  const named = await made({ events: ['run.completed'] });
  // Allowed when it was made, and not any more.
  await heddle.query(`UPDATE webhooks SET url = 'http://127.0.0.2:1/' WHERE id = $1`, [named.id]);
  await heddle.finished(await heddle.run('plain'));
  expect(await settled(named, 1)).toMatchObject([
    { status: 'failed', attempts: 1, last_error: expect.stringContaining('EGRESS_DENIED') },
  ]);
  await remove(named);
});

test('projectors and workers that are killed lose no delivery, and none has two ids', async () => {
  const webhook = await made({ events: ['run.completed'] });
  const ids: string[] = [];
  for (let i = 0; i < 12; i++) {
    ids.push(await heddle.run('plain'));
    if (i === 4) heddle.kill('projector');
    if (i === 8) heddle.kill('worker');
  }
  const deliveries = await settled(webhook, ids.length);
  expect(deliveries.map(({ run_id }) => run_id).toSorted()).toEqual(ids.toSorted());
  expect(deliveries.every(({ status }) => status === 'delivered')).toBe(true);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(ids.length);
  await remove(webhook);
});

test('roles and orgs, secrets and the audit log', async () => {
  const webhook = await made({ events: ['run.failed'], secret: `whsec_${Buffer.alloc(24, 9).toString('base64')}` });
  const viewer = (await heddle.request('POST', '/api_keys', { json: { name: 'v', roles: ['viewer'] } })).body.token;
  const json = { url: receiver.url, events: ['run.failed'] };
  expect((await heddle.request('POST', '/webhooks', { token: viewer, json })).status).toBe(403);
  expect((await heddle.request('GET', `/webhooks/${webhook.id}`, { token: viewer })).status).toBe(200);
  await heddle.query(`INSERT INTO orgs (id, name) VALUES ('org_else', 'else')`);
  await heddle.query(`UPDATE webhooks SET org_id = 'org_else' WHERE id = $1`, [webhook.id]);
  for (const [method, end] of [
    ['GET', ''],
    ['GET', '/deliveries'],
    ['DELETE', ''],
    ['POST', '/enable'],
    ['POST', '/deliveries/x/redeliver'],
  ])
    expect([method, end, (await heddle.request(method!, `/webhooks/${webhook.id}${end}`)).status]).toEqual([
      method,
      end,
      404,
    ]);
  const stored = JSON.stringify([
    await heddle.query('SELECT * FROM webhooks'),
    await heddle.query('SELECT * FROM audit_log'),
  ]);
  expect(stored).not.toContain(webhook.secret.slice('whsec_'.length));
  const bad = await heddle.request('POST', '/webhooks', { json: { ...json, events: ['run.exploded'] } });
  expect(bad.status).toBe(400);
});
