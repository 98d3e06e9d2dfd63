import { randomUUID } from 'node:crypto';
import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import pg from 'pg';
import type { FireView, ScheduleView } from '../../core/contract/schedules.js';
import { type E2E, openE2E, otherOrg } from '../support/e2e.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Schedules, as people and programs use them, on a real Temporal server. Their own times are far away: fires are asked for. */
let heddle: E2E;
let world: World;
let temporal: Client;
let database: pg.Client;
const YEARLY = { cron: ['0 0 1 1 *'] };

beforeAll(async () => {
  [heddle, world] = await Promise.all([openE2E(), openWorld()]);
  temporal = new Client({ connection: await Connection.connect({ address: process.env['TEST_TEMPORAL_ADDRESS']! }) });
  database = new pg.Client({ connectionString: heddle.databaseUrl });
  await database.connect();
  await heddle.apply(
    `name: count\ninput: { type: object, required: [n], properties: { n: { type: integer }, m: { type: integer, default: 7 } } }\nnodes: [{ key: a, type: transform, config: { value: "\${ input.n + input.m }" } }]\noutput: "\${ nodes.a.output }"\n`,
  );
  await heddle.apply(
    `name: held\nnodes: [{ key: a, type: tool_call, config: { tool: http, request: { url: "${world.url}/hold/\${ run.id }" } } }]\n`,
  );
});
afterAll(async () => {
  await database.end();
  await temporal.connection.close();
  await Promise.all([heddle.close(), world.stop()]);
});

const post = (path: string, json: unknown = {}, headers: Record<string, string> = {}) =>
  heddle.request('POST', `/schedules${path}`, { json, headers });
const show = async (id: string): Promise<ScheduleView> =>
  (await heddle.request('GET', `/schedules/${id}`)).body as ScheduleView;
async function create(given: object): Promise<string> {
  const { status, body } = await post('', { name: 's', workflow: 'count', input: { n: 1 }, spec: YEARLY, ...given });
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.id as string;
}
const trigger = async (id: string, json: unknown = {}): Promise<string> =>
  (await post(`/${id}/trigger`, json)).body.run_id as string;
const fires = (id: string, has: (recent: FireView[]) => boolean): Promise<FireView[]> =>
  until(async () => {
    const { recent } = await show(id);
    return has(recent) && recent;
  });
const held = (runId: string) => until(async () => world.holding.has(`/hold/${runId}`));
const hold = (more: object = {}) => create({ workflow: 'held', input: {}, ...more });

test('a fire starts a run like any other: input checked and filled, starter named, found by Temporal’s tools', async () => {
  const id = await create({ name: 'nightly', metadata: { team: 'x' } });
  expect(await show(id)).toMatchObject({
    ...{ name: 'nightly', workflow: 'count', version: null, paused: false, note: null, recent: [], last_error: null },
    spec: { cron: ['0 0 1 1 *'], time_zone: 'UTC', overlap: 'skip', catchup_window: '1d' },
    next_times: expect.arrayContaining([expect.stringMatching(/-01-01T00:00:00.000Z$/)]),
  });
  const runId = await trigger(id);
  await until(async () => (await heddle.request('GET', `/workflow_runs/${runId}`)).status === 200);
  expect(await heddle.finished(runId)).toMatchObject({
    ...{ status: 'completed', output: 8, input: { n: 1, m: 7 }, metadata: { team: 'x' }, starter: `schedule:${id}` },
  });
  const { memo, typedSearchAttributes, raw } = await temporal.workflow.getHandle(runId).describe();
  expect(memo).toEqual({ workflow: 'count', version: 1, starter: `schedule:${id}` });
  expect(typedSearchAttributes.getAll()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ value: 'count' }),
      expect.objectContaining({ value: 'running' }),
    ]),
  );
  expect(raw.workflowExecutionInfo?.priority?.fairnessKey).toMatch(/^org_/);
  const [fire] = await fires(id, (recent) => recent[0]?.status === 'completed');
  expect(fire).toMatchObject({ run_id: runId, error: null });
});

test('a repeated request makes one schedule, and starts one run', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const spec = { ...YEARLY, overlap: 'allow_all' };
  const body = { name: 'once', workflow: 'count', input: { n: 1 }, spec };
  const answers = await Promise.all([post('', body, headers), post('', body, headers)]);
  expect(new Set(answers.map(({ body: { id } }) => id as string)).size).toBe(1);
  const id = answers[0].body.id as string;
  const again = { 'idempotency-key': randomUUID() };
  const [first, second] = await Promise.all([post(`/${id}/trigger`, {}, again), post(`/${id}/trigger`, {}, again)]);
  expect(first.body.run_id).toBe(second.body.run_id);
  const other = await trigger(id);
  await heddle.finished(first.body.run_id as string);
  await heddle.finished(other);
  expect(await show(id)).toMatchObject({ fires: { started: 2 }, recent: { length: 2 } });
});

test('of many that are asked for at once none is lost', async () => {
  const id = await create({ spec: { ...YEARLY, overlap: 'allow_all' } });
  const runs = await Promise.all(Array.from({ length: 5 }, () => trigger(id)));
  for (const runId of runs) await heddle.finished(runId);
  expect(new Set(runs).size).toBe(5);
  expect(await show(id)).toMatchObject({ fires: { started: 5 }, recent: { length: 5 } });
});

test('while a run is open, skip skips; allow_all does not', async () => {
  const id = await hold();
  const first = await trigger(id);
  await held(first);
  await trigger(id);
  await until(async () => (await show(id)).fires.skipped === 1);
  expect((await heddle.request('GET', `/workflow_runs?workflow=held`)).body.items).toHaveLength(1);
  const third = await trigger(id, { overlap: 'allow_all' });
  await held(third);
  for (const run of [first, third]) await heddle.request('POST', `/workflow_runs/${run}/cancel`, { json: {} });
  for (const run of [first, third]) expect((await heddle.finished(run)).status).toBe('cancelled');
});

test.each([
  ['cancel_other', 'cancelled'],
  ['terminate_other', 'terminated'],
])('%s ends the run that is open, then starts the next', async (overlap, status) => {
  const id = await hold({ spec: { ...YEARLY, overlap } });
  const first = await trigger(id);
  await held(first);
  const second = await trigger(id);
  expect((await heddle.finished(first)).status).toBe(status);
  await held(second);
  world.release(`/hold/${second}`);
  expect((await heddle.finished(second)).status).toBe('completed');
});

test('a run that fails pauses its schedule, if that is asked for; resumed, it says why', async () => {
  await heddle.apply(
    `name: broken\nnodes: [{ key: a, type: tool_call, config: { tool: function, code: "export default () => { throw new Error('no') }" } }]\n`,
  );
  const id = await create({ workflow: 'broken', input: {}, spec: { ...YEARLY, pause_on_failure: true } });
  expect((await heddle.finished(await trigger(id))).status).toBe('failed');
  await until(async () => (await show(id)).paused);
  expect((await show(id)).note).toMatch(/fail/i);
  const resumed = await post(`/${id}/resume`, { reason: 'mended' });
  expect(resumed).toMatchObject({ status: 200, body: { paused: false, note: 'mended' } });
  expect(await post(`/${id}/pause`, { reason: 'holidays' })).toMatchObject({ body: { paused: true, next_times: [] } });
  expect(await show(id)).toMatchObject({ paused: true, note: 'holidays' });
  const { items } = (await heddle.request('GET', '/schedules')).body as { items: ScheduleView[] };
  expect(items.find((each) => each.id === id)).toMatchObject({ paused: true, note: 'holidays' });
  const { rows } = await database.query('SELECT action, data FROM audit_log WHERE subject = $1 ORDER BY id', [id]);
  expect(rows.map(({ action }) => action as string)).toEqual(
    ['create', 'trigger', 'resume', 'pause'].map((act) => `schedule.${act}`),
  );
});

test('a backfill makes the runs of its window, each once, whatever was asked for before', async () => {
  const id = await create({ spec: { intervals: [{ every: '1h' }] } });
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const window = (from: number, to: number) => ({
    from: new Date(hour - from * 3_600_000).toISOString(),
    to: new Date(hour - to * 3_600_000).toISOString(),
  });
  const first = await post(`/${id}/backfill`, { ...window(5, 3), overlap: 'allow_all' });
  expect(first).toMatchObject({ status: 202, body: { schedule_id: id, fires: 3 } });
  const done = (n: number) => (recent: FireView[]) =>
    recent.filter(({ status }) => status === 'completed').length === n;
  const three = await fires(id, done(3));
  expect(await post(`/${id}/backfill`, window(5, 2))).toMatchObject({ body: { fires: 4 } });
  const four = await fires(id, done(4));
  expect(four).toHaveLength(4);
  expect(four).toEqual(expect.arrayContaining(three));
  expect(new Set(four.map(({ due_at }) => Date.parse(due_at))).size).toBe(4);
  await until(async () => (await show(id)).fires.started === 7);
  expect(await fires(id, done(4))).toHaveLength(4);
  await heddle.finished(await trigger(id, { overlap: 'allow_all' })); // the schedule goes on
  expect(await post(`/${id}/backfill`, window(3, -9))).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/to' }] },
  });
  expect((await post(`/${id}/backfill`, window(3, 4))).status).toBe(400);
  expect((await post(`/${id}/backfill`, window(2_000, 0))).status).toBe(400);
});

test('a fire that can start no run is shown with why, and can be made up for', async () => {
  await heddle.apply(`name: moved\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n`);
  const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString();
  const given = { name: 'moved', workflow: 'moved', input: { n: 'x' }, spec: { intervals: [{ every: '1h' }] } };
  const id = await create(given);
  const withSchema = (type: string) =>
    heddle.apply(
      `name: moved\ninput: { type: object, properties: { n: { type: ${type} } } }\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n`,
    );
  await withSchema('integer');
  await post(`/${id}/backfill`, { from: hour, to: hour });
  const [failed] = await fires(id, ([fire]) => fire?.error !== null && fire !== undefined);
  expect(failed).toMatchObject({
    ...{ due_at: hour, run_id: null, status: null },
    error: { code: 'INPUT_INVALID', details: { errors: [{ pointer: '/input/n' }] } },
  });
  expect((await show(id)).last_error).toMatchObject({ code: 'INPUT_INVALID', due_at: hour });
  const logged = await until(async () => {
    const lines = await heddle.log('worker');
    return lines.find(({ msg, schedule_id }) => schedule_id === id && msg?.includes('could not start its run'));
  });
  expect(logged).toMatchObject({ level: 40, code: 'INPUT_INVALID', due_at: hour });
  expect(await heddle.request('PUT', `/schedules/${id}`, { json: given })).toMatchObject({ status: 422 });
  expect((await heddle.request('PUT', `/schedules/${id}`, { json: { ...given, input: { n: 3 } } })).status).toBe(200);
  await post(`/${id}/backfill`, { from: hour, to: hour });
  const [made] = await fires(id, ([fire]) => fire?.status === 'completed');
  expect(made).toMatchObject({ due_at: hour, error: null });
  expect(await show(id)).toMatchObject({ last_error: null, recent: { length: 1 } });
});

test.each([
  [{ spec: { cron: ['0 25 * * *'] } }, '/spec/cron/0', /hour 25/],
  [{ spec: { cron: ['0 0 * * *'], time_zone: 'Europe/Berlin ' } }, '/spec/time_zone', /no time zone/],
  [{ spec: { cron: ['0 0 * * *'], time_zone: 'europe/berlin' } }, '/spec/time_zone', /did you mean Europe\/Berlin/],
  [{ spec: {} }, '/spec/cron', /needed/],
  [{ spec: { intervals: [{ every: '1h', offset: '1h' }] } }, '/spec/intervals/0/offset', /less than/],
  [{ spec: YEARLY, workflow: 'nowhere' }, '/workflow', /no workflow nowhere/],
  [{ spec: YEARLY, version: 9 }, '/version', /count v9/],
  [{ spec: { ...YEARLY, every: '1h' } }, '/spec/every', /no field every/],
])('%j is refused at %s', async (given, pointer, message) => {
  const { status, body } = await post('', { name: 's', workflow: 'count', input: { n: 1 }, ...given });
  expect([status, body.code, body.errors]).toEqual([
    400,
    'REQUEST_INVALID',
    [expect.objectContaining({ pointer, message: expect.stringMatching(message) })],
  ]);
});

test('input that does not fit is refused when the schedule is made', async () => {
  const refused = await post('', { name: 's', workflow: 'count', input: {}, spec: YEARLY });
  expect(refused).toMatchObject({ status: 422, body: { code: 'INPUT_INVALID', errors: [{ pointer: '/input' }] } });
});

test('what belongs to another org is not there; who may only look changes nothing', async () => {
  const id = await create({});
  const token = await otherOrg(heddle.databaseUrl);
  const json = { name: 's', workflow: 'count', input: { n: 1 }, spec: YEARLY };
  const asks: [string, string, object?][] = [
    ['GET', ''],
    ['PUT', '', json],
    ['DELETE', ''],
    ...['/pause', '/resume', '/trigger'].map((end): [string, string, object] => ['POST', end, {}]),
    ['POST', '/backfill', { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }],
  ];
  const viewer = (await heddle.request('POST', '/api_keys', { json: { name: 'v', roles: ['viewer'] } })).body
    .token as string;
  for (const [method, end, body] of asks) {
    const ask = (as: string) =>
      heddle.request(method, `/schedules/${id}${end}`, { token: as, ...(body ? { json: body } : {}) });
    expect([method, end, (await ask(token)).status]).toEqual([method, end, 404]);
    expect([method, end, (await ask(viewer)).status]).toEqual([method, end, method === 'GET' ? 200 : 403]);
  }
  expect((await heddle.request('GET', '/schedules', { token })).body.items).toEqual([]);
  expect((await heddle.request('POST', '/schedules', { token: viewer, json })).status).toBe(403);
});

test('what a process that died left undone is done: made, changed, made again, forgotten', async () => {
  const id = await create({ name: 'torn' });
  const handle = temporal.schedule.getHandle(id);
  const look = `UPDATE schedules SET check_at = now()`;
  await handle.delete(); // as if the API had died between row and Temporal; or somebody else had removed it
  await database.query(`${look} WHERE id = $1`, [id]);
  await until(async () => (await handle.describe().catch(() => undefined)) !== undefined);
  await database.query(`${look}, revision = revision + 1, spec = jsonb_set(spec, '{jitter}', '"9s"') WHERE id = $1`, [
    id,
  ]);
  await until(async () => (await handle.describe()).spec.jitter === 9_000);
  await handle.pause('by hand');
  await database.query(`${look} WHERE id = $1`, [id]);
  await until(
    async () => (await database.query('SELECT note FROM schedules WHERE id = $1', [id])).rows[0]!.note === 'by hand',
  );
  await database.query(`${look}, deleted_at = now() WHERE id = $1`, [id]);
  await until(async () => (await database.query('SELECT 1 FROM schedules WHERE id = $1', [id])).rows.length === 0);
  await expect(handle.describe()).rejects.toThrow(ScheduleNotFoundError);
});

test('a deleted schedule is gone; its runs go on', async () => {
  const id = await hold();
  const runId = await trigger(id);
  await held(runId);
  expect((await heddle.request('DELETE', `/schedules/${id}`)).status).toBe(204);
  for (const method of ['GET', 'DELETE']) expect((await heddle.request(method, `/schedules/${id}`)).status).toBe(404);
  await expect(temporal.schedule.getHandle(id).describe()).rejects.toThrow(ScheduleNotFoundError);
  world.release(`/hold/${runId}`);
  expect((await heddle.finished(runId)).status).toBe('completed');
});

test('a worker that dies while a run is open loses neither run nor schedule', async () => {
  const id = await hold({ spec: { ...YEARLY, overlap: 'buffer_one' } });
  const first = await trigger(id);
  await held(first);
  const second = await trigger(id);
  heddle.kill('worker');
  await until(async () => world.cutOff.includes(`/hold/${first}`));
  for (const runId of [first, second]) {
    await held(runId);
    world.release(`/hold/${runId}`);
    expect((await heddle.finished(runId)).status).toBe('completed');
  }
});

test('it fires by itself at its times', async () => {
  const id = await create({ spec: { intervals: [{ every: '10s' }] } });
  const [fire] = await fires(id, ([newest]) => newest?.status === 'completed');
  expect(Date.parse(fire!.due_at) % 10_000).toBe(0);
  expect((await heddle.request('DELETE', `/schedules/${id}`)).status).toBe(204);
});
