import { newId } from '../../adapters/ids.js';
import { openDb } from '../../adapters/postgres/db.js';
import { TriggerDeliveries } from '../../adapters/postgres/trigger-deliveries.js';
import { Workflows } from '../../adapters/postgres/workflows.js';
import { type Answer, type E2E, openE2E, otherOrg } from '../support/e2e.js';
import { githubWebhook, type Sent, standardWebhook, stripeWebhook, tokenWebhook } from '../support/senders.js';

/** Incoming webhooks over real HTTP, against the processes that serve them. */
let heddle: E2E;
let count = 0;

beforeAll(async () => {
  heddle = await openE2E({ apis: 2 });
  await heddle.apply(
    'name: intake\ninput: { type: object, required: [order], properties: { order: { type: string }, kind: { type: string } } }\n' +
      'nodes: [{ key: a, type: transform, config: { value: "${ input.order }" } }]\noutput: "${ nodes.a.output }"\n',
  );
});
afterAll(() => heddle.close());

const START = { kind: 'start_run', workflow: 'intake' };
const SCHEMA = {
  type: 'object',
  required: ['order'],
  properties: { id: { type: 'string' }, order: { type: 'string' } },
};
const BODY = JSON.stringify({ id: 'evt_1', order: 'o-1' });

interface Made {
  id: string;
  path: string;
  secret: string;
}
const post = (json: object): Promise<Answer> =>
  heddle.request('POST', '/triggers', { json: { name: `t${count++}`, action: START, ...json } });

async function made(json: object): Promise<Made> {
  const { status, body } = await post(json);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body as Made;
}

async function deliver({ path }: { path: string }, { headers, body }: Sent, api = heddle.api): Promise<Answer> {
  const response = await fetch(api + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const runsOf = async ({ id }: Made): Promise<unknown[]> =>
  (await heddle.query('SELECT id FROM workflow_runs WHERE starter = $1', [`trigger:${id}`])).map(({ id }) => id);
const deliveriesOf = async ({ id }: Made) =>
  (await heddle.request('GET', `/triggers/${id}/deliveries`)).body.items as Record<string, unknown>[];

test('a delivery starts a run, which says what has started it', async () => {
  const trigger = await made({ signature: { scheme: 'standard-webhooks' }, schema: SCHEMA });
  const { status, body } = await deliver(trigger, standardWebhook(trigger.secret, BODY, { id: 'msg_1' }));
  expect([status, body]).toEqual([202, { run_id: expect.stringMatching(/^run_/), repeated: false }]);
  expect(await heddle.finished(body.run_id)).toMatchObject({
    status: 'completed',
    ...{ input: { id: 'evt_1', order: 'o-1' }, output: 'o-1', starter: `trigger:${trigger.id}` },
    metadata: { trigger: trigger.id, delivery: 'msg_1' },
  });
});

describe('every scheme', () => {
  const schemes: [string, (secret: string) => Sent][] = [
    ['standard-webhooks', (secret) => standardWebhook(secret, BODY)],
    ['github', (secret) => githubWebhook(secret, BODY)],
    ['stripe', (secret) => stripeWebhook(secret, BODY)],
    ['token', (secret) => tokenWebhook(secret, BODY)],
  ];
  test.each(schemes)(
    '%s: signed, it starts a run; again, it is the same run; otherwise, it is refused',
    async (scheme, send) => {
      const dedupe = scheme === 'token' ? { dedupe: { from: 'body', pointer: '/id' } } : {};
      const trigger = await made({ signature: { scheme }, ...dedupe });
      const sent = send(trigger.secret);
      const first = await deliver(trigger, sent);
      const again = await deliver(trigger, sent);
      expect([first.status, again.status]).toEqual([202, 200]);
      expect(again.body).toEqual({ run_id: first.body.run_id, repeated: true });
      const other = await made({ signature: { scheme }, ...dedupe });
      const refused = await deliver(other, sent);
      expect(refused).toMatchObject({
        status: 401,
        body: { code: 'UNAUTHENTICATED', detail: 'the delivery could not be verified' },
      });
      expect([await runsOf(trigger), await runsOf(other)]).toEqual([[first.body.run_id], []]);
    },
  );
});

test('of many same deliveries at once, to two APIs, one starts a run and all hear of it', async () => {
  const trigger = await made({ signature: { scheme: 'standard-webhooks' } });
  const sent = standardWebhook(trigger.secret, BODY, { id: 'msg_race' });
  const apis = Object.values(heddle.apis).map(({ api }) => api);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => deliver(trigger, sent, apis[i % apis.length])),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array<number>(19).fill(200), 202]);
  expect(new Set(answers.map(({ body }) => body.run_id))).toEqual(new Set(await runsOf(trigger)));
  expect(await runsOf(trigger)).toHaveLength(1);
});

test('an API that dies when it has taken a delivery loses nothing: the run is started all the same', async () => {
  const trigger = await made({ signature: { scheme: 'standard-webhooks' } });
  const db = openDb(heddle.databaseUrl, 1);
  const workflow = (await new Workflows(db).find('org_dev', 'intake'))!;
  const id = newId('run');
  const header = {
    ...{ id, org_id: 'org_dev', workflow_id: workflow.id, workflow: 'intake', version: 1 },
    ...{ starter: `trigger:${trigger.id}`, metadata: {}, created_at: new Date().toISOString() },
  };
  const [now, until] = [new Date(), new Date(Date.now() + 60_000)];
  const ref = { triggerId: trigger.id, deliveryId: 'msg_died' };
  await new TriggerDeliveries(db).take(ref, { header, plan: workflow.plan, input: { order: 'x' } }, { now, until });
  await db.$disconnect();
  const again = await deliver(trigger, standardWebhook(trigger.secret, BODY, { id: 'msg_died' }));
  expect([again.status, again.body]).toEqual([200, { run_id: id, repeated: true }]);
  expect(await heddle.finished(id)).toMatchObject({ status: 'completed', output: 'x' });
});

test('an id is forgotten after its time', async () => {
  const trigger = await made({ signature: { scheme: 'standard-webhooks' } });
  const sent = standardWebhook(trigger.secret, BODY, { id: 'msg_old' });
  const { body } = await deliver(trigger, sent);
  await heddle.query(`UPDATE trigger_receipts SET expires_at = now() WHERE trigger_id = $1`, [trigger.id]);
  const later = await deliver(trigger, sent);
  expect([later.status, later.body.run_id === body.run_id]).toEqual([202, false]);
});

test('what is wrong with a delivery is told after the signature, and precisely', async () => {
  const trigger = await made({ signature: { scheme: 'standard-webhooks' }, schema: SCHEMA });
  const send = (body: string, secret = trigger.secret) => deliver(trigger, standardWebhook(secret, body));
  expect(await send('{"order": 1}')).toMatchObject({
    status: 422,
    body: { code: 'INPUT_INVALID', errors: [{ pointer: '/order', message: 'must be string' }] },
  });
  expect(await send('no json')).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  expect(await send('')).toMatchObject({ status: 400 });
  expect(await send('['.repeat(5_000) + ']'.repeat(5_000))).toMatchObject({ status: 400 });
  expect(await send('no json', 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).toMatchObject({ status: 401 });
  expect(await send(`"${'x'.repeat(4 * 1024 * 1024)}"`)).toMatchObject({ status: 413, body: { code: 'TOO_LARGE' } });
  const zipped = standardWebhook(trigger.secret, BODY);
  expect(
    await deliver(trigger, { ...zipped, headers: { ...zipped.headers, 'content-encoding': 'gzip' } }),
  ).toMatchObject({ status: 415 });
  const old = standardWebhook(trigger.secret, BODY, { at: Date.now() - 301_000 });
  expect(await deliver(trigger, old)).toMatchObject({ status: 401 });
  expect(await runsOf(trigger)).toEqual([]);
  const seen = await deliveriesOf(trigger);
  expect(seen.map(({ outcome, status }) => [outcome, status]).reverse()).toEqual([
    ...[
      ['refused', 422],
      ['malformed', 400],
      ['malformed', 400],
      ['malformed', 400],
    ],
    ...[
      ['unsigned', 401],
      ['too_large', 413],
      ['malformed', 415],
      ['unsigned', 401],
    ],
  ]);
  expect(seen.every(({ outcome, delivery_id }) => (outcome === 'refused') === (delivery_id !== null))).toBe(true);
});

test('a body that fits the trigger and not the workflow is refused and may come again', async () => {
  const trigger = await made({ signature: { scheme: 'standard-webhooks' } });
  const send = (body: string) => deliver(trigger, standardWebhook(trigger.secret, body, { id: 'msg_same' }));
  expect(await send('{"order": 7}')).toMatchObject({ status: 422, body: { errors: [{ pointer: '/input/order' }] } });
  expect(await send(BODY)).toMatchObject({ status: 202 });
});

test('a template makes the input out of body and headers', async () => {
  const trigger = await made({
    signature: { scheme: 'github' },
    schema: SCHEMA,
    headers: ['X-GitHub-Event'],
    action: { ...START, version: 1, input: { order: 'gh-${ body.order }', kind: '${ headers["x-github-event"] }' } },
  });
  const { body } = await deliver(trigger, githubWebhook(trigger.secret, BODY));
  expect(await heddle.finished(body.run_id)).toMatchObject({ input: { order: 'gh-o-1', kind: 'issues' } });
});

test('a delivery’s id that is not where it should be is asked for', async () => {
  const trigger = await made({ signature: { scheme: 'stripe' }, dedupe: { from: 'body', pointer: '/data/id' } });
  expect(await deliver(trigger, stripeWebhook(trigger.secret, BODY))).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('/data/id of the body') },
  });
  const numbered = await deliver(trigger, stripeWebhook(trigger.secret, '{"order":"x","data":{"id":17}}'));
  expect(numbered.status).toBe(202);
  expect((await deliveriesOf(trigger))[0]).toMatchObject({ delivery_id: '17', run_id: numbered.body.run_id });
});

test('what is wrong with a trigger is told at once, each with its place', async () => {
  const { status, body } = await post({
    signature: { scheme: 'token' },
    secret: 'short',
    schema: { type: 'objekt' },
    headers: ['authorization'],
    action: { ...START, workflow: 'nobody', input: { a: '${ boby.x }', b: '${ headers["x-y"] }' } },
  });
  expect([status, body.code]).toEqual([400, 'REQUEST_INVALID']);
  expect((body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
    ...['/dedupe', '/schema', '/secret', '/headers/0', '/action/workflow', '/action/input/a', '/action/input/b'],
  ]);
  expect((await post({ signature: { scheme: 'github' }, action: { kind: 'explode' } })).status).toBe(400);
  const typed = await post({
    ...{ signature: { scheme: 'github' }, schema: SCHEMA },
    action: { ...START, input: '${ body.ordr }' },
  });
  expect(typed.body.errors).toEqual([
    expect.objectContaining({ code: 'UNKNOWN_PROPERTY', pointer: '/action/input', suggestion: 'order' }),
  ]);
});

test('secrets are shown once, stored encrypted, and rotated with an overlap', async () => {
  const trigger = await made({ signature: { scheme: 'github' }, secret: 'given-by-the-sender' });
  expect(trigger.secret).toBe('given-by-the-sender');
  const shown = async () => JSON.stringify((await heddle.request('GET', `/triggers/${trigger.id}`)).body);
  expect(await shown()).not.toContain('given-by-the-sender');
  expect(JSON.stringify(await heddle.query('SELECT * FROM triggers'))).not.toContain('given-by-the-sender');
  expect(JSON.stringify(await heddle.query('SELECT * FROM audit_log'))).not.toContain('given-by-the-sender');
  const rotate = async (json: object) =>
    (await heddle.request('POST', `/triggers/${trigger.id}/rotate_secret`, { json })).body;
  const second = await rotate({});
  expect(second.secrets).toEqual([
    { created_at: expect.any(String), expires_at: null },
    { created_at: expect.any(String), expires_at: expect.any(String) },
  ]);
  for (const secret of [trigger.secret, second.secret as string])
    expect((await deliver(trigger, githubWebhook(secret, BODY))).status).toBe(202);
  const third = await rotate({ overlap: '0s' });
  const statuses = [trigger.secret, second.secret, third.secret].map(
    async (secret: string) => (await deliver(trigger, githubWebhook(secret, BODY))).status,
  );
  expect(await Promise.all(statuses)).toEqual([401, 401, 202]);
  expect(third.secrets).toHaveLength(2);
});

test('disabled, unknown and removed hooks look alike', async () => {
  const trigger = await made({ signature: { scheme: 'github' } });
  const send = () => deliver(trigger, githubWebhook(trigger.secret, BODY));
  const act = (what: string) => heddle.request('POST', `/triggers/${trigger.id}/${what}`);
  expect((await act('disable')).body.enabled).toBe(false);
  const disabled = await send();
  const unknown = await deliver({ path: `/hooks/${'x'.repeat(32)}` }, githubWebhook(trigger.secret, BODY));
  expect([disabled.status, unknown.status]).toEqual([404, 404]);
  expect(disabled.body.detail).toBe(unknown.body.detail);
  expect((await act('enable')).body.enabled).toBe(true);
  expect((await send()).status).toBe(202);
  expect((await heddle.request('DELETE', `/triggers/${trigger.id}`)).status).toBe(204);
  expect((await send()).status).toBe(404);
  expect((await heddle.request('GET', `/triggers/${trigger.id}`)).status).toBe(404);
  const actions = await heddle.query('SELECT action FROM audit_log WHERE subject = $1 ORDER BY id', [trigger.id]);
  expect(actions.map(({ action }) => action)).toEqual(
    ['create', 'disable', 'enable', 'delete'].map((what) => `trigger.${what}`),
  );
});

test('a trigger is said anew: URL and secret stay, names are unique', async () => {
  const trigger = await made({ name: 'first', signature: { scheme: 'github' } });
  await made({ name: 'second', signature: { scheme: 'github' } });
  const put = (json: object) =>
    heddle.request('PUT', `/triggers/${trigger.id}`, {
      json: { name: 'first', signature: { scheme: 'github' }, action: START, ...json },
    });
  expect(await put({ name: 'second' })).toMatchObject({ status: 409, body: { code: 'NAME_TAKEN' } });
  expect((await post({ name: 'first', signature: { scheme: 'github' } })).status).toBe(409);
  expect((await put({ signature: { scheme: 'stripe' } })).status).toBe(400);
  const { body } = await put({ action: { ...START, input: { order: 'always' } } });
  expect(body).toMatchObject({ path: trigger.path, action: { input: { order: 'always' } } });
  const run = await deliver(trigger, githubWebhook(trigger.secret, '{}'));
  expect(await heddle.finished(run.body.run_id)).toMatchObject({ output: 'always' });
});

test('roles and orgs: who may read may look, engineers and admins make them, others find nothing', async () => {
  const trigger = await made({ signature: { scheme: 'github' } });
  const key = async (role: string) =>
    (await heddle.request('POST', '/api_keys', { json: { name: role, roles: [role] } })).body.token as string;
  const [viewer, engineer] = [await key('viewer'), await key('engineer')];
  const json = { name: 'roles', signature: { scheme: 'github' }, action: START };
  expect((await heddle.request('POST', '/triggers', { token: viewer, json })).status).toBe(403);
  expect((await heddle.request('POST', '/triggers', { token: engineer, json })).status).toBe(201);
  for (const route of ['/triggers', `/triggers/${trigger.id}`, `/triggers/${trigger.id}/deliveries`])
    expect([route, (await heddle.request('GET', route, { token: viewer })).status]).toEqual([route, 200]);
  const stranger = await otherOrg(heddle.databaseUrl);
  expect((await heddle.request('GET', '/triggers', { token: stranger })).body.items).toEqual([]);
  const routes = [
    ...[
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['GET', '/deliveries'],
    ],
    ...[
      ['POST', '/rotate_secret'],
      ['POST', '/disable'],
      ['POST', '/enable'],
    ],
  ];
  for (const [method, end] of routes) {
    const body = method === 'PUT' ? { json } : end === '/rotate_secret' ? { json: {} } : {};
    const { status } = await heddle.request(method!, `/triggers/${trigger.id}${end}`, { token: stranger, ...body });
    expect([method, end, status]).toEqual([method, end, 404]);
  }
});

test('lists page', async () => {
  const all: string[] = [];
  for (let cursor = ''; ; ) {
    const { items, next_cursor } = (await heddle.request('GET', `/triggers?limit=3${cursor}`)).body;
    all.push(...(items as Made[]).map(({ id }) => id));
    if (next_cursor === null) break;
    cursor = `&cursor=${next_cursor}`;
  }
  const ids = (
    await heddle.query(`SELECT id FROM triggers WHERE org_id = 'org_dev' ORDER BY created_at DESC, id DESC`)
  ).map(({ id }) => id);
  expect(all).toEqual(ids);
  const trigger = await made({ signature: { scheme: 'github' } });
  for (let i = 0; i < 3; i++) await deliver(trigger, githubWebhook('wrong-secret-here', BODY));
  const first = (await heddle.request('GET', `/triggers/${trigger.id}/deliveries?limit=2`)).body;
  const rest = (await heddle.request('GET', `/triggers/${trigger.id}/deliveries?cursor=${first.next_cursor}`)).body;
  expect([first.items.length, rest.items.length, rest.next_cursor]).toEqual([2, 1, null]);
});

test('where no key is configured no secret is stored, and the message says what to set', async () => {
  const bare = await openE2E({ env: { STORED_SECRET_KEYS: '' } });
  try {
    await bare.apply('name: intake\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n');
    const json = { name: 'x', signature: { scheme: 'github' }, action: START };
    expect(await bare.request('POST', '/triggers', { json })).toMatchObject({
      status: 503,
      body: { code: 'NOT_CONFIGURED', detail: expect.stringContaining('STORED_SECRET_KEYS') },
    });
    expect((await bare.request('GET', '/triggers')).body.items).toEqual([]);
  } finally {
    await bare.close();
  }
});
