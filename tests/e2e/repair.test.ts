import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Repair of a living run, through the API, with the worker killed in between. */
let heddle: E2E;
let world: World;
beforeAll(async () => {
  [heddle, world] = await Promise.all([openE2E(), openWorld()]);
});
afterAll(() => Promise.all([heddle.close(), world.stop()]));

const post = (path: string, json: object, token?: string) =>
  heddle.request('POST', `/workflow_runs/${path}`, { json, ...(token === undefined ? {} : { token }) });
const node = async (id: string, key: string) => (await heddle.view(id)).nodes.find((each) => each.key === key)!;
const reaches = (id: string, status: string) => until(async () => (await heddle.view(id)).status === status);

const spec = (name: string, fails: number) => `
name: ${name}
nodes:
  - key: charge
    type: tool_call
    on_error: hold
    config: { tool: http, request: { method: POST, url: "${world.url}/flaky/${name}?fails=${fails}" } }
    output: { type: object, required: [status], properties: { status: { type: integer } } }
    retry: { max_attempts: 1 }
  - key: notify
    type: tool_call
    config: { tool: http, request: { method: POST, url: "${world.url}/effect/notify", json: { node: notify } } }
edges: [{ from: charge, to: notify }]
output: { status: "\${ nodes.charge.output.status }" }
`;

test('held, looked at, tried again after a worker was killed: one run, one more attempt, the rest of the graph', async () => {
  await heddle.apply(spec('mend', 1));
  const id = await heddle.run('mend');
  await reaches(id, 'held');
  expect(await node(id, 'charge')).toMatchObject({ status: 'held', attempt: 1, error: { code: 'HTTP_5XX' } });
  expect((await node(id, 'charge')).why).toMatch(
    /^held after HTTP_5XX: .*; somebody must try it again, skip it or set its output$/,
  );
  const list = await heddle.request('GET', '/workflow_runs?status=held');
  await until(
    async () => ((await heddle.request('GET', '/workflow_runs?status=held')).body.items as unknown[]).length === 1,
  );
  expect(list.status).toBe(200);

  expect((await heddle.request('GET', `/workflow_runs/${id}/why`)).body).toMatchObject({
    status: 'held',
    why: expect.stringMatching(/^charge held after HTTP_5XX/),
    first_cause: null,
  });
  const told = await post(`${id}/nodes/charge/retry`, { reason: 'look first', preview: true });
  expect(told).toMatchObject({
    status: 200,
    body: { preview: { effects: [{ node: 'charge', key: `${id}/charge/0`, repeated: true }], may_run: ['notify'] } },
  });
  heddle.kill('worker');
  const taken = await post(`${id}/nodes/charge/retry`, { reason: 'it answers again' });
  expect(taken).toMatchObject({ status: 200, body: { act: 'retry_node', node_key: 'charge' } });
  const view = await heddle.finished(id);
  expect(view).toMatchObject({ status: 'completed', output: { status: 200 } });
  expect(view.nodes[0]).toMatchObject({ status: 'completed', attempt: 2 });
  expect(await post(`${id}/nodes/charge/retry`, { reason: 'too late' })).toMatchObject({
    status: 409,
    body: { code: 'RUN_CLOSED' },
  });
});

test('a run whose hold the live feed did not tell is found in the list all the same', async () => {
  await heddle.apply(spec('untold', 1));
  const id = await heddle.run('untold');
  const listed = async () =>
    ((await heddle.request('GET', '/workflow_runs?status=held')).body.items as { id: string }[]).some(
      (each) => each.id === id,
    );
  await until(listed);
  await heddle.query("UPDATE workflow_runs SET status = 'running' WHERE id = $1", [id]);
  await until(listed);
  await post(`${id}/nodes/charge/retry`, { reason: 'it answers again' });
  await heddle.finished(id);
});

test('an output that does not fit the node’s schema is refused, with its place; one that fits goes on', async () => {
  await heddle.apply(spec('set', 99));
  const id = await heddle.run('set');
  await reaches(id, 'held');
  expect(await post(`${id}/nodes/charge/output`, { reason: 'by hand', output: { status: 'fine' } })).toMatchObject({
    status: 422,
    body: { code: 'OUTPUT_INVALID', errors: [{ pointer: '/output/status' }] },
  });
  expect((await post(`${id}/nodes/charge/output`, { reason: 'by hand', output: { status: 201 } })).status).toBe(200);
  expect(await heddle.finished(id)).toMatchObject({ status: 'completed', output: { status: 201 } });
});

test('paused and resumed; a viewer may not, and a reason is asked for', async () => {
  await heddle.apply(spec('rest', 99));
  const id = await heddle.run('rest');
  await reaches(id, 'held');
  const viewer = (await heddle.request('POST', '/api_keys', { json: { name: 'v', roles: ['viewer'] } })).body
    .token as string;
  expect((await post(`${id}/pause`, { reason: 'no' }, viewer)).status).toBe(403);
  expect((await post(`${id}/pause`, {})).status).toBe(400);
  expect((await post(`${id}/pause`, { reason: 'month end' })).status).toBe(200);
  await post(`${id}/nodes/charge/output`, { reason: 'paid by hand', output: { status: 200 } });
  expect(await node(id, 'notify')).toMatchObject({
    status: 'queued',
    why: expect.stringContaining('paused the run: month end'),
  });
  expect(await post(`${id}/pause`, { reason: 'again' })).toMatchObject({ status: 409, body: { code: 'RUN_STATE' } });
  expect((await post(`${id}/resume`, { reason: 'done' })).status).toBe(200);
  expect((await heddle.finished(id)).status).toBe('completed');
});

const flow = (name: string, tail: string) => `
name: ${name}
nodes:
  - key: ask
    type: human_gate
    config: { title: "Go on?" }
  - key: last
    type: transform
    config: { value: { said: "${tail}" } }
edges: [{ from: ask, to: last }]
output: { said: "\${ nodes.last.output.said }" }
`;
const open = async (id: string) =>
  until(async () =>
    ((await heddle.request('GET', '/gates?status=open')).body.items as { run_id: string }[]).some(
      (gate) => gate.run_id === id,
    ),
  );
const approve = (id: string) => post(`${id}/nodes/ask/decision`, { decision: 'approve' });

test('a run is amended: compiled whole, refused where it touches what has started, previewed, on record, and read back when it is over', async () => {
  await heddle.apply(flow('amended', 'before'));
  const id = await heddle.run('amended');
  await open(id);
  const wrong = await post(`${id}/amend`, {
    reason: 'r',
    patch: { nodes: { last: { type: 'transform', config: { value: '${ nodes.nobody.output }' } } } },
  });
  expect(wrong).toMatchObject({
    status: 422,
    body: { code: 'SPEC_INVALID', errors: [{ pointer: '/nodes/1/config/value' }] },
  });
  expect(await post(`${id}/amend`, { reason: 'r', patch: { nodes: { gone: null } } })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/patch/nodes/gone' }] },
  });
  expect(await post(`${id}/amend`, { reason: 'r', patch: { nodes: { ask: null } } })).toMatchObject({
    status: 409,
    body: { code: 'RUN_STATE', details: { problems: [{ at: 'ask', message: 'is waiting and can’t be removed' }] } },
  });
  const patch = {
    nodes: {
      last: { type: 'transform', config: { value: { said: '${ nodes.extra.output }' } } },
      extra: { type: 'transform', config: { value: 'after' } },
    },
    add_edges: [
      { from: 'ask', to: 'extra' },
      { from: 'extra', to: 'last' },
    ],
  };
  expect(await post(`${id}/amend`, { reason: 'look', preview: true, patch })).toMatchObject({
    status: 200,
    body: {
      preview: { begins: [], may_run: expect.arrayContaining(['extra', 'last']) },
      changes: { added: ['extra', 'ask->extra', 'extra->last'], changed: ['last'] },
    },
  });
  expect((await heddle.view(id)).amendments).toBeUndefined();
  heddle.kill('worker');
  const taken = await post(`${id}/amend`, { reason: 'a step was missing', patch });
  expect(taken).toMatchObject({ status: 200, body: { act: 'amend', amendment: expect.stringMatching(/^am_/) } });
  expect(
    await post(`${id}/amend`, {
      reason: 'once more',
      spec: (await heddle.request('GET', `/workflow_runs/${id}/plan`)).body['spec'] as string,
    }),
  ).toMatchObject({ status: 409 });
  await approve(id);
  const view = await heddle.finished(id);
  expect(view).toMatchObject({
    status: 'completed',
    output: { said: 'after' },
    amendments: [{ reason: 'a step was missing', changes: { changed: ['last'] } }],
  });
  expect(view.nodes.map(({ key }) => key)).toEqual(expect.arrayContaining(['ask', 'last', 'extra']));
  const plan = (await heddle.request('GET', `/workflow_runs/${id}/plan`)).body['plan'] as { nodes: { key: string }[] };
  expect(plan.nodes.map(({ key }) => key)).toContain('extra');
  expect((await heddle.request('GET', `/workflow_runs/${id}/why`)).status).toBe(200);
});

test('waiting runs are moved to a new version, where what has started allows it', async () => {
  await heddle.apply(flow('moved', 'old'));
  const [first, second] = [await heddle.run('moved'), await heddle.run('moved')];
  await Promise.all([open(first), open(second)]);
  await approve(second);
  await heddle.finished(second);
  // Runs are found by their stored status, which the projector writes a moment later.
  const waiting = '/workflow_runs?workflow=moved&status=waiting';
  await until(async () => (await heddle.request('GET', waiting)).body.items.length === 1);
  await heddle.apply(flow('moved', 'new'));
  const migrate = (json: object) => heddle.request('POST', '/workflows/moved/migrate', { json });
  expect(await migrate({ reason: 'look', preview: true })).toMatchObject({
    status: 200,
    body: { version: 2, items: [{ run_id: first, from: 1, outcome: 'would_migrate' }] },
  });
  await until(
    async () => ((await migrate({ reason: 'mended' })).body.items as { outcome: string }[])[0]!.outcome === 'already',
  );
  await approve(first);
  expect(await heddle.finished(first)).toMatchObject({
    version: 1,
    output: { said: 'new' },
    amendments: [{ version: 2 }],
  });
});
