import { randomUUID } from 'node:crypto';
import { openDb } from '../../adapters/postgres/db.js';
import { Retention } from '../../adapters/postgres/retention.js';
import { newId } from '../../adapters/ids.js';
import { ENDPOINTS } from '../../api/endpoints.js';
import { type E2E, openE2E, otherOrg } from '../support/e2e.js';
import { until } from '../support/workflow.js';
import { Cleaner } from '../../workers/projector/cleaner.js';
import { openWorld, type World } from '../support/world.js';

/** The API's promises to its clients, against the processes that serve them. */
let heddle: E2E;
let world: World;
let stranger: string;
const SPEC = (name: string, value = 1) =>
  `name: ${name}\nnodes: [{ key: a, type: transform, config: { value: ${value} } }]\noutput: "\${ nodes.a.output }"\n`;

beforeAll(async () => {
  [heddle, world] = await Promise.all([openE2E(), openWorld()]);
  stranger = await otherOrg(heddle.databaseUrl);
});
afterAll(() => Promise.all([heddle.close(), world.stop()]));

const keyFor = async (...roles: string[]): Promise<string> =>
  (await heddle.request('POST', '/api_keys', { json: { name: roles.join(), roles } })).body.token as string;

test('without a key nothing is told; with the wrong role it is said which would do', async () => {
  for (const token of [undefined, 'hdl_wrong'])
    expect(await heddle.request('GET', '/workflows', { token })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED' },
    });
  const viewer = await keyFor('viewer');
  expect((await heddle.request('GET', '/workflows', { token: viewer })).status).toBe(200);
  const refused = await heddle.request('POST', '/workflows', {
    token: viewer,
    text: SPEC('x'),
    headers: { 'content-type': 'text/yaml' },
  });
  expect(refused).toMatchObject({
    status: 403,
    body: { code: 'FORBIDDEN', detail: expect.stringContaining('engineer') },
  });
  const approver = await keyFor('approver');
  expect((await heddle.request('POST', '/workflows/x/run', { token: approver, json: {} })).status).toBe(403);
});

test('payloads are decoded for nobody, unless a deployment names the org that may', async () => {
  const { status, body } = await heddle.request('POST', '/codec/decode', { json: { payloads: [] } });
  expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
});

test('a key that was revoked is refused', async () => {
  const { id, token } = (await heddle.request('POST', '/api_keys', { json: { name: 'short', roles: ['viewer'] } }))
    .body;
  expect((await heddle.request('GET', '/workflows', { token })).status).toBe(200);
  expect((await heddle.request('DELETE', `/api_keys/${id}`)).status).toBe(204);
  await until(async () => (await heddle.request('GET', '/workflows', { token })).status === 401);
  const listed = (await heddle.request('GET', '/api_keys')).body.items as { id: string; revoked_at: string | null }[];
  expect(listed.find((key) => key.id === id)?.revoked_at).not.toBeNull();
  expect(JSON.stringify(listed)).not.toContain(token);
});

test('what belongs to another org is not there', async () => {
  const workflow = await heddle.apply(SPEC('private'));
  const id = await heddle.run('private');
  await heddle.finished(id);
  const paths = [
    `/workflows/${workflow.id}`,
    '/workflows/private',
    `/workflow_runs/${id}`,
    ...['history', 'logs', 'timeline', 'events'].map((end) => `/workflow_runs/${id}/${end}`),
  ];
  for (const path of paths) {
    expect([path, (await heddle.request('GET', path, { token: stranger })).status]).toEqual([path, 404]);
  }
  expect((await heddle.request('POST', `/workflow_runs/${id}/cancel`, { token: stranger, json: {} })).status).toBe(404);
  expect((await heddle.request('GET', '/workflow_runs', { token: stranger })).body.items).toEqual([]);
  expect((await heddle.request('GET', '/workflows', { token: stranger })).body.items).toEqual([]);
});

test('a spec with errors is refused whole, every problem with its place', async () => {
  const text =
    'name: bad\nnodes:\n  - { key: a, type: transform, config: { value: "${ nodes.b.output }" } }\n  - { key: a, type: nothing }\nedges: [{ from: a, to: c }]\n';
  const { status, headers, body } = await heddle.request('POST', '/workflows', {
    text,
    headers: { 'content-type': 'application/yaml' },
  });
  expect(status).toBe(422);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(body).toMatchObject({
    code: 'SPEC_INVALID',
    status: 422,
    title: expect.any(String),
    type: expect.stringContaining('spec_invalid'),
  });
  expect((body.errors as { code: string }[]).map(({ code }) => code).sort()).toEqual(
    expect.arrayContaining(['DUPLICATE_NODE', 'UNKNOWN_NAME', 'UNKNOWN_NODE']),
  );
  for (const error of body.errors)
    expect(error).toMatchObject({
      line: expect.any(Number),
      column: expect.any(Number),
      pointer: expect.any(String),
      message: expect.any(String),
    });
  expect((await heddle.request('GET', '/workflows/bad')).status).toBe(404);
  expect(
    (await heddle.request('POST', '/workflows', { text: 'x', headers: { 'content-type': 'image/png' } })).status,
  ).toBe(415);
});

test('the same content again is the version that exists; other content the next', async () => {
  const post = (text: string) =>
    heddle.request('POST', '/workflows', { text, headers: { 'content-type': 'application/yaml' } });
  const [first, again, second] = [
    await post(SPEC('versioned')),
    await post(SPEC('versioned')),
    await post(SPEC('versioned', 2)),
  ];
  expect([first.status, again.status, second.status]).toEqual([201, 200, 201]);
  expect([first.body.version, again.body.version, second.body.version]).toEqual([1, 1, 2]);
  expect(again.body.id).toBe(first.body.id);
  const etag = second.headers.get('etag')!;
  expect((await heddle.request('GET', '/workflows/versioned', { headers: { 'if-none-match': etag } })).status).toBe(
    304,
  );
  expect(
    (await heddle.request('GET', '/workflows/versioned', { headers: { 'if-none-match': '"other"' } })).body,
  ).toMatchObject({ version: 2, spec: SPEC('versioned', 2) });
  expect(
    (await heddle.request('GET', '/workflows/versioned/versions')).body.items.map(
      ({ version }: { version: number }) => version,
    ),
  ).toEqual([2, 1]);
  expect((await heddle.request('GET', `/workflows/${first.body.id}/plan`)).body).toMatchObject({
    plan_format: 1,
    name: 'versioned',
  });
  await expect(heddle.query(`UPDATE workflows SET name = 'y' WHERE id = $1`, [first.body.id])).rejects.toThrow(
    'never changed',
  ); // P6
});

test('one idempotency key, one run; another request under it is a conflict', async () => {
  await heddle.apply(SPEC('once'));
  const key = randomUUID();
  const start = (json: unknown) =>
    heddle.request('POST', '/workflows/once/run', { json, headers: { 'idempotency-key': key } });
  const answers = await Promise.all([
    start({ input: { a: 1 } }),
    start({ input: { a: 1 } }),
    start({ input: { a: 1 } }),
  ]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  const later = await start({ input: { a: 1 } });
  expect(later.headers.get('idempotency-replayed')).toBe('true');
  expect(later.body).toEqual(answers[0]!.body);
  expect(await start({ input: { a: 2 } })).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_CONFLICT' } });
  expect(
    await heddle.query(`SELECT 1 FROM workflow_runs r JOIN workflows w ON w.id = r.workflow_id WHERE w.name = 'once'`),
  ).toHaveLength(1);
});

test('input that does not fit is refused with every place; defaults are filled in', async () => {
  await heddle.apply(
    `name: typed\ninput: { type: object, required: [n], properties: { n: { type: integer }, m: { type: integer, default: 7 } } }\nnodes: [{ key: a, type: transform, config: { value: "\${ input.m }" } }]\noutput: "\${ nodes.a.output }"\n`,
  );
  const refused = await heddle.request('POST', '/workflows/typed/run', { json: { input: { m: 'x' } } });
  expect(refused).toMatchObject({ status: 422, body: { code: 'INPUT_INVALID' } });
  expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/input', '/input/m']);
  expect(await heddle.finished(await heddle.run('typed', { n: 1 }))).toMatchObject({
    output: 7,
    input: { n: 1, m: 7 },
  });
  expect(await heddle.request('POST', '/workflows/typed/run', { json: { inputs: {} } })).toMatchObject({
    status: 400,
    body: { code: 'REQUEST_INVALID' },
  });
});

test('lists page without gap or repeat', async () => {
  await heddle.apply(SPEC('paged'));
  const ids = await Promise.all(Array.from({ length: 7 }, () => heddle.run('paged')));
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const { body } = await heddle.request(
      'GET',
      `/workflow_runs?workflow=paged&limit=3${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    seen.push(...(body.items as { id: string }[]).map(({ id }) => id));
    cursor = body.next_cursor as string | null;
  } while (cursor);
  expect(seen).toHaveLength(7);
  expect(seen.sort()).toEqual(ids.sort());
  expect(await heddle.request('GET', '/workflow_runs?cursor=nonsense')).toMatchObject({
    status: 400,
    body: { code: 'REQUEST_INVALID' },
  });
  expect((await heddle.request('GET', '/workflow_runs?limit=1000')).status).toBe(400);
});

test('runs are found by the fields that their spec names, by version and time, and counted', async () => {
  const spec = (note: string) => `name: orders
description: ${note}
input: { type: object }
index: { customer: "\${ input.customer }", amount: "\${ input.amount }" }
nodes: [{ key: a, type: transform, config: { value: 1 } }]
`;
  await heddle.apply(spec('one'));
  const began = new Date().toISOString();
  const inputs = [{ customer: 'acme', amount: 5 }, { customer: 'acme:b' }, { customer: 'acme', amount: 7 }];
  const ids: string[] = [];
  for (const [i, input] of inputs.entries()) {
    if (i === 2) await heddle.apply(spec('two'));
    const { body } = await heddle.request('POST', '/workflows/orders/run', { json: { input } });
    ids.push(body.id as string);
    await heddle.finished(body.id as string);
  }
  const found = async (query: string) =>
    (await heddle.request('GET', `/workflow_runs?workflow=orders&${query}`)).body.items.map(({ id }: { id: string }) =>
      ids.indexOf(id),
    );
  expect(await found('field=customer:acme')).toEqual([2, 0]);
  expect(await found('field=customer:acme&field=amount:5')).toEqual([0]);
  expect(await found('field=customer:acme:b')).toEqual([1]);
  expect(await found('field=customer:acme&status=failed')).toEqual([]);
  expect(await found('field=customer:acme&version=2')).toEqual([2]);
  expect(await found('version=1')).toEqual([1, 0]);
  expect(await found(`since=${began}`)).toEqual([2, 1, 0]);
  expect(await found(`until=${began}`)).toEqual([]);
  const { body: counts } = await heddle.request('GET', '/workflow_runs/counts?workflow=orders&field=customer:acme');
  expect(counts).toMatchObject({ counts: { completed: 2, failed: 0, held: 0 }, more: [] });
  expect((await heddle.request('GET', `/workflow_runs/${ids[0]}`)).body.fields).toEqual({
    customer: 'acme',
    amount: 5,
  });
  for (const wrong of ['version=1', 'field=customer', 'field=Customer:x', 'since=yesterday'])
    expect(await heddle.request('GET', `/workflow_runs?${wrong}`)).toMatchObject({ status: 400 });
  const theirs = await heddle.request('GET', '/workflow_runs?field=customer:acme', { token: stranger });
  expect(theirs.body.items).toEqual([]);
  const about = await heddle.request('GET', '/about');
  expect(about).toMatchObject({ status: 200, body: { version: expect.stringMatching(/^\d+\.\d+/) } });
});

test('a large output is an artifact; what looks inside it still works', async () => {
  await heddle.apply(`name: large
nodes:
  - { key: make, type: tool_call, config: { tool: function, code: "export default () => ({ text: 'x'.repeat(200000), n: 42 })" } }
  - { key: look, type: transform, config: { value: { n: "\${ nodes.make.output.n }", size: "\${ size(nodes.make.output.text) }" } } }
edges: [{ from: make, to: look, condition: "nodes.make.output.text.startsWith('x')" }]
output: "\${ nodes.look.output }"
`);
  const id = await heddle.run('large');
  const view = await heddle.finished(id);
  expect(view).toMatchObject({ status: 'completed', output: { n: 42, size: 200_000 } });
  const { text } = view.nodes[0]!.output as { text: { $artifact: string; size: number } };
  expect(text.size).toBe(200_000);
  const artifact = await heddle.request('GET', `/artifacts/${text.$artifact}`);
  expect([artifact.status, artifact.body]).toEqual([200, 'x'.repeat(200_000)]);
  expect((await heddle.request('GET', `/artifacts/${text.$artifact}`, { token: stranger })).status).toBe(404);
  const { body } = await heddle.request('GET', `/workflow_runs/${id}/history`);
  expect(JSON.stringify(body).length).toBeLessThan(60_000); // P7
});

test('a run that is terminated behind our back is found and sealed; one that was never started is started', async () => {
  await heddle.apply(
    `name: held\nnodes: [{ key: a, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/t" } } }]\n`,
  );
  const id = await heddle.run('held');
  await until(async () => world.holding.has('/hold/t'));
  const { Connection, Client } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: process.env['TEST_TEMPORAL_ADDRESS']! });
  await new Client({ connection }).workflow.getHandle(id).terminate('by hand');
  await connection.close();
  expect(await heddle.finished(id)).toMatchObject({
    status: 'terminated',
    error: { code: 'RUN_TERMINATED', message: 'by hand' },
    nodes: [{ key: 'a', status: 'cancelled' }],
  });

  const { id: workflow } = await heddle.apply(SPEC('orphan'));
  const orphan = newId('run');
  await heddle.query(
    `INSERT INTO workflow_runs (id, workflow_id, org_id, input_json, starter, created_at) VALUES ($1, $2, 'org_dev', '{}', 'key:x', now() - interval '1 minute')`,
    [orphan, workflow],
  );
  expect(await heddle.finished(orphan)).toMatchObject({ status: 'completed', output: 1 });
});

test('a run can be terminated by an operator, and the audit log knows who did what', async () => {
  const id = await heddle.run('held');
  await until(async () => world.holding.has('/hold/t'));
  expect(
    (
      await heddle.request('POST', `/workflow_runs/${id}/terminate`, {
        token: await keyFor('engineer'),
        json: { reason: 'x' },
      })
    ).status,
  ).toBe(403);
  expect(
    (
      await heddle.request('POST', `/workflow_runs/${id}/terminate`, {
        token: await keyFor('operator'),
        json: { reason: 'stuck' },
      })
    ).status,
  ).toBe(202);
  expect(await heddle.finished(id)).toMatchObject({ status: 'terminated' });
  const [entry] = await heddle.query(`SELECT * FROM audit_log WHERE subject = $1`, [id]);
  expect(entry).toMatchObject({ action: 'run.terminate', data: { reason: 'stuck' } });
  await expect(heddle.query(`DELETE FROM audit_log`)).rejects.toThrow('never changed');
});

test('the OpenAPI document and the routes agree, and every schema in it is a JSON Schema', async () => {
  const { body: document } = await heddle.request('GET', '/openapi.json');
  const documented = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path.replace(/^\/api\/v1/, '').replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  for (const { method, path } of ENDPOINTS) expect(documented).toContain(`${method} ${path}`);
  // Who signs in, or out, has no key yet, or none any more.
  const open = ENDPOINTS.filter(({ action }) => action === 'public').map(({ method, path }) => `${method} ${path}`);
  expect(open.filter((line) => !/ \/session(\/|$)/.test(line))).toEqual([]);
  const asked = documented.filter((line) => !/\/(healthz|readyz|metrics)$/.test(line) && !open.includes(line));
  for (const each of asked) {
    const [method, path] = each.split(' ') as [string, string];
    const answer = await heddle.request(method.toUpperCase(), path.replaceAll(/:\w+/g, 'none'), { token: undefined });
    expect([each, answer.status, answer.body.code]).toEqual([each, 401, 'UNAUTHENTICATED']);
  }
  for (const path of ['/openapi.json', '/asyncapi.json', '/schemas/workflow.json', '/docs'])
    expect((await heddle.request('GET', path)).status).toBe(200);
  expect((await heddle.request('GET', '/nothing')).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});

test('health, readiness and metrics', async () => {
  const get = async (path: string) => fetch(`${heddle.api}${path}`);
  expect((await get('/healthz')).status).toBe(200);
  expect(await (await get('/readyz')).json()).toEqual({ status: 'ok', postgres: true, temporal: true, mail: 'off' });
  expect(await (await get('/metrics')).text()).toContain('heddle_http_requests_total{method="GET",status="200"}');
});

test('retention: the configured holds until an admin says otherwise, and that is noted', async () => {
  const forever = { runs_days: null, archives_days: null, logs_days: null };
  expect((await heddle.request('GET', '/retention')).body).toEqual({ own: {}, effective: forever });
  const put = (json: unknown, token = heddle.token) => heddle.request('PUT', '/retention', { json, token });
  expect((await put({ runs_days: 1 }, await keyFor('operator'))).status).toBe(403);
  for (const wrong of [{ runs_days: 0 }, { runs_days: '1' }, { years: 1 }])
    expect(await put(wrong)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  const said = { runs_days: 1, logs_days: null };
  const shown = { own: said, effective: { ...forever, runs_days: 1 } };
  expect(await put(said)).toMatchObject({ status: 200, body: shown });
  expect((await heddle.request('GET', '/retention', { token: await keyFor('viewer') })).body).toEqual(shown);
  expect((await heddle.request('GET', '/retention', { token: stranger })).body.own).toEqual({});
  expect(await heddle.query(`SELECT org_id, data FROM audit_log WHERE action = 'retention.set'`)).toEqual([
    { org_id: 'org_dev', data: said },
  ]);
});

test('a run that retention removed is as unknown as one that never was', async () => {
  await heddle.apply(SPEC('passing'));
  const id = await heddle.run('passing', {}, { 'idempotency-key': 'passing-1' });
  await heddle.finished(id);
  await heddle.query(`UPDATE workflow_runs SET sealed_at = now() - interval '25 hours' WHERE id = $1`, [id]);
  const db = openDb(heddle.databaseUrl, 1);
  await new Retention(db).set('org_dev', { runs_days: 1 });
  await new Cleaner(db, {
    configured: { runs_days: null, archives_days: null, logs_days: null },
    idempotencyDays: 7,
  }).sweep();
  await db.$disconnect();
  const ask = async (method: string, path: string) => {
    const { status, body } = await heddle.request(method, path, method === 'POST' ? { json: {} } : {});
    return [status, body.code];
  };
  for (const each of [id, 'run_unknown']) {
    for (const part of ['', '/history', '/logs', '/timeline', '/events'])
      expect([part, ...(await ask('GET', `/workflow_runs/${each}${part}`))]).toEqual([part, 404, 'NOT_FOUND']);
    for (const part of ['/cancel', '/terminate'])
      expect(await ask('POST', `/workflow_runs/${each}${part}`)).toEqual([404, 'NOT_FOUND']);
  }
  const { items } = (await heddle.request('GET', `/workflow_runs?q=${id}`)).body;
  expect(items).toEqual([]);
  // Its key is remembered: a late repetition starts nothing.
  expect(await heddle.run('passing', {}, { 'idempotency-key': 'passing-1' })).toBe(id);
});
