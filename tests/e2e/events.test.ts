import { ArtifactValues } from '../../adapters/artifacts/values.js';
import { openDb } from '../../adapters/postgres/db.js';
import { SentEvents } from '../../adapters/postgres/sent-events.js';
import type { RunView } from '../../core/events/view.js';
import { type Answer, type E2E, openE2E, otherOrg } from '../support/e2e.js';
import { standardWebhook } from '../support/senders.js';
import { until } from '../support/workflow.js';

/** Named events over real HTTP, against the processes that take and bring them. */
let heddle: E2E;
let count = 0;

const SPEC = `name: order
input: { type: object, required: [id], properties: { id: { type: string }, gated: { type: boolean, default: false } } }
nodes:
  - { key: start, type: transform, config: { value: 1 } }
  - { key: ready, type: human_gate, config: { title: "Ready?" } }
  - key: paid
    type: wait
    join: any
    config:
      event: payment
      key: "\${ input.id }"
      schema: { type: object, required: [amount], properties: { amount: { type: number } } }
  - { key: total, type: transform, config: { value: "\${ nodes.paid.output.data.amount * 2.0 }" } }
edges:
  - { from: start, to: ready, condition: "input.gated" }
  - { from: start, to: paid, condition: "!input.gated" }
  - { from: ready, to: paid }
  - { from: paid, to: total }
output: { total: "\${ nodes.total.output }", id: "\${ nodes.paid.output.id }" }
`;

beforeAll(async () => {
  heddle = await openE2E({ apis: 2 });
  await heddle.apply(SPEC);
});
afterAll(() => heddle.close());

const order = (): string => `o-${count++}`;
const send = (run: string, json: object, more: object = {}): Promise<Answer> =>
  heddle.request('POST', `/workflow_runs/${run}/events/payment`, { json, ...more });
const sendAll = (json: object, more: object = {}): Promise<Answer> =>
  heddle.request('POST', '/events/payment', { json, ...more });
const nodeIs = (run: string, key: string, status: string) =>
  until(async () => (await heddle.view(run)).nodes.find((node) => node.key === key)?.status === status);
/** The wait is known to those who send to whoever waits. */
const isKnown = (run: string) => until(async () => (await rowsOf('event_waits', run)) === 1);
const approve = (run: string) =>
  until(async () => {
    const answer = await heddle.request('POST', `/workflow_runs/${run}/nodes/ready/decision`, {
      json: { decision: 'approve' },
    });
    return answer.status === 200;
  });
const received = async (run: string) => ((await heddle.finished(run)) as RunView).output;

async function rowsOf(table: 'event_waits' | 'sent_events', runId?: string): Promise<number> {
  const db = openDb(heddle.databaseUrl, 1);
  try {
    return table === 'event_waits'
      ? await db.eventWait.count({ where: { runId: runId! } })
      : await db.sentEvent.count();
  } finally {
    await db.$disconnect();
  }
}

test('to a run: early it is kept, repeated it counts once, its id is the idempotency key unless it has one', async () => {
  const [id, key] = [order(), `key-${count}`];
  const run = await heddle.run('order', { id, gated: true });
  await nodeIs(run, 'ready', 'waiting');
  const headers = { 'idempotency-key': key };
  const first = await send(run, { key: id, data: { amount: 7 } }, { headers });
  expect(first).toMatchObject({
    status: 200,
    body: { run_id: run, event: 'payment', key: id, id: key, outcome: 'kept', nodes: [] },
  });
  expect((await send(run, { key: id, data: { amount: 7 } }, { headers })).body).toEqual(first.body);
  expect((await send(run, { key: id, data: { amount: 8 }, id: key })).body.outcome).toBe('repeated');
  await approve(run);
  expect(await received(run)).toEqual({ total: 14, id: key });
  expect((await send(run, { key: id, data: { amount: 7 } })).body).toMatchObject({ status: 409, code: 'RUN_CLOSED' });
  const { body: audit } = await heddle.request('GET', `/workflow_runs/${run}`);
  expect(audit.nodes.find((node: { key: string }) => node.key === 'paid').output).toMatchObject({
    received: true,
    key: id,
  });
});

test('what is refused: a name with the one that was meant, data with its problems, another org’s run, a role that may not', async () => {
  const run = await heddle.run('order', { id: order() });
  await nodeIs(run, 'paid', 'waiting');
  const { body: why } = await heddle.request('GET', `/workflow_runs/${run}/why`);
  expect(why.why).toMatch(/^paid waits for event payment with key o-\d+$/);
  const misspelt = await heddle.request('POST', `/workflow_runs/${run}/events/paymnet`, { json: {} });
  expect(misspelt.body).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
    detail: expect.stringContaining('did you mean payment?'),
  });
  expect((await send(run, { data: { amount: 'much' } })).body).toMatchObject({
    ...{ status: 422, code: 'INPUT_INVALID' },
    errors: [{ pointer: '/data/amount', message: 'must be number' }],
  });
  expect((await send(run, { data: { amount: 1 }, id: 'has blanks' })).status).toBe(400);
  expect((await send('run_unknown', {})).status).toBe(404);
  expect((await send(run, { data: { amount: 1 } }, { token: await otherOrg(heddle.databaseUrl) })).status).toBe(404);
  const { body: made } = await heddle.request('POST', '/api_keys', {
    json: { name: `v${count++}`, roles: ['viewer'] },
  });
  expect((await sendAll({}, { token: made.token })).status).toBe(403);
  await heddle.request('POST', `/workflow_runs/${run}/cancel`, { json: {} });
});

test('what is large of the data lies outside of history, and expressions read it all the same', async () => {
  const id = order();
  const run = await heddle.run('order', { id });
  await nodeIs(run, 'paid', 'waiting');
  const data = { amount: 3, lines: Array.from({ length: 2_000 }, (_, n) => ({ n, of: 'a long list' })) };
  expect((await send(run, { key: id, data })).body).toMatchObject({ outcome: 'delivered', nodes: ['paid'] });
  expect(await received(run)).toMatchObject({ total: 6 });
  expect(JSON.stringify((await heddle.view(run)).nodes.find(({ key }) => key === 'paid')!.output)).toContain(
    '$artifact',
  );
});

test('to whoever waits: each run that does gets it, once, and nobody else', async () => {
  const id = order();
  const [one, two, other] = await Promise.all([id, id, order()].map((each) => heddle.run('order', { id: each })));
  await Promise.all([one!, two!, other!].map(isKnown));
  const { status, body } = await sendAll({ key: id, data: { amount: 1 }, id: 'pay-1' });
  expect([status, body.counts, body.repeated]).toEqual([202, { delivered: 2, due: 0, unfit: 0 }, false]);
  expect(body.runs.map(({ run_id }: { run_id: string }) => run_id).sort()).toEqual([one!, two!].sort());
  expect(await Promise.all([one!, two!].map(received))).toEqual([
    { total: 2, id: 'pay-1' },
    { total: 2, id: 'pay-1' },
  ]);
  const again = await sendAll({ key: id, data: { amount: 1 }, id: 'pay-1' });
  expect([again.body.repeated, again.body.counts.delivered]).toEqual([true, 2]);
  expect((await heddle.view(other!)).status).toBe('waiting');
  await heddle.request('POST', `/workflow_runs/${other}/cancel`, { json: {} });
  await heddle.finished(other!);
  expect(await rowsOf('event_waits', other)).toBe(0);
});

test('sent before anybody waits, it is kept: for one run that begins later, and for every run that was open when it was sent', async () => {
  const id = order();
  const open = await heddle.run('order', { id, gated: true });
  await nodeIs(open, 'ready', 'waiting');
  const sent = await sendAll({ key: id, data: { amount: 5 }, id: 'early' });
  expect(sent.body).toMatchObject({ counts: { delivered: 0, due: 0 }, runs: [] });
  const later = await heddle.run('order', { id });
  expect(await received(later)).toEqual({ total: 10, id: 'early' });
  await approve(open);
  expect(await received(open)).toEqual({ total: 10, id: 'early' });
  const last = await heddle.run('order', { id });
  await isKnown(last); // it was open for nobody any more
  await heddle.request('POST', `/workflow_runs/${last}/cancel`, { json: {} });
});

test('one that does not fit those who wait is refused with the problems; kept, it is passed by', async () => {
  const id = order();
  const run = await heddle.run('order', { id });
  await isKnown(run);
  const wrong = await sendAll({ key: id, data: { amount: 'much' }, id: 'wrong' });
  expect(wrong.body).toMatchObject({ code: 'INPUT_INVALID', errors: [{ pointer: '/data/amount' }] });
  expect((await sendAll({ key: id, data: { amount: 2 }, id: 'wrong' })).body.counts.delivered).toBe(1);
  expect(await received(run)).toEqual({ total: 4, id: 'wrong' });
  const next = order();
  await sendAll({ key: next, data: 'unfit', id: 'kept-unfit' });
  await sendAll({ key: next, data: { amount: 1 }, id: 'kept-fit' });
  expect(await received(await heddle.run('order', { id: next }))).toEqual({ total: 2, id: 'kept-fit' });
});

test('an API that dies when it has written an event down loses nothing: the projector brings it', async () => {
  const id = order();
  const run = await heddle.run('order', { id });
  await isKnown(run);
  const db = openDb(heddle.databaseUrl, 1);
  const rows = new SentEvents(db, new ArtifactValues({} as never));
  const event = {
    org: 'org_dev',
    name: 'payment',
    key: id,
    id: 'died',
    data: { amount: 4 },
    sender: 'key:x',
    ttl_ms: 60_000,
  };
  expect(await rows.send(event)).toMatchObject({ repeated: false });
  await db.$disconnect();
  expect(await received(run)).toEqual({ total: 8, id: 'died' });
});

test('events that are sent while processes die: each run takes the one that was meant for it, once', async () => {
  const ids = Array.from({ length: 12 }, order);
  const early = ids.slice(0, 4);
  const sendOne = (id: string) =>
    until(async () => {
      const answer = await sendAll({ key: id, data: { amount: 1 }, id: `pay-${id}` }).catch(() => undefined);
      return answer?.status === 202;
    });
  await Promise.all(early.map(sendOne));
  const runs = await Promise.all(ids.map((id) => heddle.run('order', { id })));
  heddle.kill('worker');
  await Promise.all(ids.slice(4, 8).map(sendOne));
  heddle.kill('api');
  heddle.kill('projector');
  await Promise.all(ids.slice(8).map(sendOne));
  await Promise.all(ids.map(sendOne)); // all of them once more
  const outputs = await Promise.all(runs.map(received));
  expect(outputs).toEqual(ids.map((id) => ({ total: 2, id: `pay-${id}` })));
});

// Triggers whose deliveries are events.

async function trigger(action: object): Promise<{ id: string; path: string; secret: string }> {
  const json = {
    name: `e${count++}`,
    signature: { scheme: 'standard-webhooks' },
    action: { kind: 'deliver_event', event: 'payment', ...action },
  };
  const { status, body } = await heddle.request('POST', '/triggers', { json });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body;
}
async function hook(to: { path: string; secret: string }, body: object, id: string) {
  const sent = standardWebhook(to.secret, JSON.stringify(body), { id });
  const headers = { 'content-type': 'application/json', ...sent.headers };
  const response = await fetch(heddle.api + to.path, { method: 'POST', headers, body: sent.body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a webhook brings an event: to whoever waits, or to the run that it names; again, it does nothing more', async () => {
  const [first, second] = [order(), order()];
  const [one, two] = await Promise.all([first, second].map((id) => heddle.run('order', { id })));
  await Promise.all([one!, two!].map(isKnown));
  const data = { amount: '${ body.total }' };
  const byKey = await trigger({ key: '${ body.order }', data });
  const event_id = `${byKey.id}/msg_1`;
  const runs = [{ run_id: one, status: 'delivered' }];
  expect(await hook(byKey, { order: first, total: 3 }, 'msg_1')).toEqual({
    status: 202,
    body: { event_id, repeated: false, runs },
  });
  expect(await hook(byKey, { order: first, total: 3 }, 'msg_1')).toEqual({
    status: 200,
    body: { event_id, repeated: true, runs },
  });
  expect(await received(one!)).toEqual({ total: 6, id: event_id });
  const byRun = await trigger({ run: '${ body.run }', key: '${ body.order }', data });
  const sent = await hook(byRun, { run: two, order: second, total: 4 }, 'msg 2');
  expect(sent).toMatchObject({ status: 202, body: { runs: [{ run_id: two, status: 'delivered' }] } });
  expect(await received(two!)).toMatchObject({ total: 8, id: sent.body['event_id'] });
  expect((await hook(byRun, { run: two, order: second, total: 4 }, 'msg 3')).status).toBe(409);
  const { body } = await heddle.request('GET', `/triggers/${byKey.id}/deliveries`);
  expect(body.items.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['repeated', 'sent']);
});

test('a trigger’s templates are checked when it is made', async () => {
  const action = { kind: 'deliver_event', event: 'payment', key: '${ bdy.order }', data: { amount: '${ 1 + }' } };
  const json = { name: `e${count++}`, signature: { scheme: 'standard-webhooks' }, action };
  const { status, body } = await heddle.request('POST', '/triggers', { json });
  expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
    400,
    ['/action/key', '/action/data/amount'],
  ]);
});
