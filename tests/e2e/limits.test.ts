import { type E2E, openE2E, otherOrg } from '../support/e2e.js';
import { until } from '../support/workflow.js';

/** Limits over HTTP, with the processes and the Temporal server that carry them. */
let heddle: E2E;

beforeAll(async () => {
  heddle = await openE2E();
});
afterAll(() => heddle.close());

const put = (name: string, json: object) => heddle.request('PUT', `/limits/${name}`, { json });
const get = async (name: string) => (await heddle.request('GET', `/limits/${name}`)).body;
const why = async (id: string) => (await heddle.request('GET', `/workflow_runs/${id}/why`)).body;

/** A child run holds its parent's place for as long as its gate is open. */
const GATED = 'name: gated\nnodes: [{ key: g, type: human_gate, config: { title: "Go?" } }]\n';
const holding = (name: string, limits: string) =>
  `name: ${name}\nnodes: [{ key: a, type: subworkflow, limits: ${limits}, config: { workflow: gated } }]\n`;

test('a limit is set, shown, listed and removed; each change is on record', async () => {
  expect((await put('crud', { concurrency: 5, rate: { count: 100, per: '1m' } })).status).toBe(201);
  const again = await put('crud', { concurrency: 6 });
  expect(again).toMatchObject({ status: 200, body: { name: 'crud', concurrency: 6, revision: 2 } });
  expect(again.body).not.toHaveProperty('rate');
  expect(await get('crud')).toMatchObject({ concurrency: 6, uses: [] });
  const { items } = (await heddle.request('GET', '/limits')).body;
  expect(items.map(({ name }: { name: string }) => name)).toContain('crud');
  expect((await heddle.request('DELETE', '/limits/crud')).status).toBe(204);
  expect((await heddle.request('GET', '/limits/crud')).status).toBe(404);
  expect((await heddle.request('DELETE', '/limits/crud')).status).toBe(404);
  expect(await put('crud', { concurrency: 1 })).toMatchObject({ status: 201, body: { revision: 4 } });
  const rows = await heddle.query(`SELECT action, data FROM audit_log WHERE subject = 'crud' ORDER BY id`);
  expect(rows.map(({ action }) => action)).toEqual(['limit.set', 'limit.set', 'limit.delete', 'limit.set']);
  expect(rows[1]).toMatchObject({ data: { concurrency: 6 } });
});

test('what a limit may not be is refused', async () => {
  for (const json of [{}, { concurrency: 0 }, { rate: { count: 1, per: '0s' } }, { concurrency: 1, more: 1 }])
    expect((await put('refused', json)).status).toBe(400);
  expect((await put('NoName', { concurrency: 1 })).status).toBe(400);
  const viewer = await heddle.request('POST', '/api_keys', { json: { name: 'viewer', roles: ['viewer'] } });
  const asViewer = { token: viewer.body.token as string, json: { concurrency: 9 } };
  expect((await heddle.request('PUT', '/limits/crud', asViewer)).status).toBe(403);
  expect((await heddle.request('GET', '/limits/crud', { token: asViewer.token })).status).toBe(200);
  const token = await otherOrg(heddle.databaseUrl);
  expect((await heddle.request('GET', '/limits/crud', { token })).status).toBe(404);
});

test('a run of a spec that names an unknown limit is refused, with a suggestion', async () => {
  await put('crm', { concurrency: 1 });
  await heddle.apply(GATED);
  const { id } = await heddle.apply(holding('slip', '[crmm]'));
  const answer = await heddle.request('POST', `/workflows/${id}/run`, { json: {} });
  expect(answer).toMatchObject({ status: 422, body: { code: 'LIMIT_UNKNOWN', details: { limits: ['crmm'] } } });
  expect(answer.body.detail).toMatch(/did you mean crm\?/);
});

test('who waits is told where in line it stands, a run that is terminated makes room also while a worker is killed, and a larger limit is heard of at once', async () => {
  await put('line', { concurrency: 1 });
  await heddle.apply(GATED);
  await heddle.apply(holding('lined', '[line]'));
  const first = await heddle.run('lined');
  await until(async () => (await get('line')).uses[0]?.held_count === 1);
  const second = await heddle.run('lined');
  await until(async () => (await get('line')).uses[0]?.waiting_count === 1);
  const third = await heddle.run('lined');
  await until(async () => (await get('line')).uses[0]?.waiting_count === 2);
  await until(async () => (await why(third)).nodes[0]?.why === 'limit line 1/1, second in line');
  expect(await why(third)).toMatchObject({ status: 'waiting', why: 'a limit line 1/1, second in line' });
  expect((await get('line')).uses[0]).toMatchObject({
    key: null,
    held: [{ run: first, node: 'a' }],
    waiting: [{ run: second, node: 'a' }, { run: third }],
  });
  heddle.kill('worker');
  await heddle.request('POST', `/workflow_runs/${first}/terminate`, { json: { reason: 'a test' } });
  await until(async () => (await get('line')).uses[0]?.held[0]?.run === second);
  await put('line', { concurrency: 2 });
  await until(async () => (await get('line')).uses[0]?.held_count === 2);
  for (const id of [second, third])
    await until(
      async () =>
        (await heddle.request('POST', `/workflow_runs/${id}.a/nodes/g/decision`, { json: { decision: 'approve' } }))
          .status === 200,
    );
  expect((await heddle.finished(third)).status).toBe('completed');
  expect((await heddle.finished(second)).status).toBe('completed');
});

test('one run of a workflow for each key at a time', async () => {
  await heddle.apply(
    'name: keyed\ninput: { type: object, properties: { customer: { type: string } } }\n' +
      'limits: { run: { concurrency_key: "${ input.customer }", priority: 2 } }\n' +
      'nodes: [{ key: g, type: human_gate, config: { title: "Go?" } }]\n',
  );
  const first = await heddle.run('keyed', { customer: 'ann' });
  await until(async () => (await heddle.view(first)).nodes[0]?.status === 'waiting');
  const second = await heddle.run('keyed', { customer: 'ann' });
  const other = await heddle.run('keyed', { customer: 'bob' });
  await until(async () => (await heddle.view(other)).nodes[0]?.status === 'waiting');
  await until(async () => (await why(second)).why === 'g the run waits: limit ~keyed (ann) 1/1, first in line');
  await heddle.request('POST', `/workflow_runs/${first}/cancel`, { json: {} });
  await until(async () => (await heddle.view(second)).nodes[0]?.status === 'waiting');
});

test('a priority that is said at the start goes to Temporal instead of the spec’s', async () => {
  const { id: workflow } = await heddle.apply(
    'name: urgent\nlimits: { run: { priority: 4 } }\nnodes: [{ key: a, type: tool_call, fuse: never, config: { tool: function, name: noop } }]\n',
  );
  const start = (json: object) => heddle.request('POST', `/workflows/${workflow}/run`, { json });
  expect((await start({ priority: 6 })).status).toBe(400);
  const [usual, urgent] = await Promise.all([start({}), start({ priority: 1 })]);
  for (const [{ body }, priority] of [
    [usual, 4],
    [urgent, 1],
  ] as const) {
    await heddle.finished(body.id as string);
    const { executions } = (await heddle.request('GET', `/workflow_runs/${body.id}/history`)).body;
    const said = executions[0].events.flatMap((event: Record<string, { priority?: { priorityKey?: number } }>) =>
      [event['workflowExecutionStartedEventAttributes'], event['activityTaskScheduledEventAttributes']].flatMap(
        (attributes) => attributes?.priority?.priorityKey ?? [],
      ),
    );
    expect(said).toEqual([priority, priority]);
  }
});
