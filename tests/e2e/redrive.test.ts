import { openTemporal } from '../../adapters/temporal/client.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import { openDb } from '../../adapters/postgres/db.js';
import { Runs } from '../../adapters/postgres/runs.js';
import { archivedEvents, archiveOf, storedView } from '../../adapters/postgres/seal.js';
import { Redrives } from '../../adapters/redrives.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { openReceiver } from '../support/receiver.js';
import { Watcher } from '../support/watch.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Redrives through the API, by the processes that carry them. */
let heddle: E2E;
let world: World;
let db: ReturnType<typeof openDb>;
let engine: TemporalEngine;
beforeAll(async () => {
  [heddle, world] = await Promise.all([openE2E(), openWorld()]);
  db = openDb(heddle.databaseUrl);
  const { taskQueue } = heddle;
  const temporal = { address: process.env['TEST_TEMPORAL_ADDRESS']!, namespace: 'default', taskQueue };
  engine = new TemporalEngine({ client: openTemporal({ temporal }), taskQueue, archive: archiveOf(db) });
});
afterAll(async () => {
  await db.$disconnect();
  await Promise.all([heddle.close(), world.stop()]);
});

const redrive = (id: string, json: object = { reason: 'it answers again' }, token?: string) =>
  heddle.request('POST', `/workflow_runs/${id}/redrive`, { json, ...(token === undefined ? {} : { token }) });
const hits = (key: string): number => world.effects.get(key)?.hits ?? 0;

/** `charge` goes out once, then `flaky` fails so often, then `ship`. */
const spec = (name: string, fails: number) => `
name: ${name}
nodes:
  - { key: charge, type: tool_call, config: { tool: http, request: { method: POST, url: "${world.url}/effect/charge", json: {} } } }
  - key: flaky
    type: tool_call
    config: { tool: http, request: { method: POST, url: "${world.url}/flaky/${name}?fails=${fails}" } }
    retry: { max_attempts: 1 }
  - { key: ship, type: tool_call, config: { tool: http, request: { method: POST, url: "${world.url}/effect/ship", json: {} } } }
edges: [{ from: charge, to: flaky }, { from: flaky, to: ship }]
output: { charged: "\${ nodes.charge.output.body.key }" }
`;

async function failed(name: string, fails = 1): Promise<string> {
  await heddle.apply(spec(name, fails));
  const id = await heddle.run(name);
  expect((await heddle.finished(id)).status).toBe('failed');
  return id;
}

test('looked at, redriven, one run to everybody: view, events with a cursor, history, webhooks; no effect twice', async () => {
  const receiver = await openReceiver();
  receiver.answer(204);
  await heddle.request('POST', '/webhooks', { json: { url: receiver.url, events: ['run.failed', 'run.completed'] } });
  const id = await failed('mend', 2);
  const before = await new Watcher(heddle.apis['api']!, id, '0').end();
  const cursor = before.durable.at(-1)!.id!;

  const told = await redrive(id, { reason: 'look first', preview: true });
  expect(told).toMatchObject({
    status: 200,
    body: {
      redrive: 1,
      preview: {
        begins: [{ node: 'flaky', again: true }],
        effects: [{ node: 'flaky', key: `${id}/flaky/0`, repeated: true }],
        may_run: ['ship'],
      },
    },
  });
  expect((await heddle.view(id)).status).toBe('failed');
  for (const [n, status] of [
    [1, 'failed'],
    [2, 'completed'],
  ] as const) {
    expect(await redrive(id)).toMatchObject({ status: 202, body: { id, status: 'queued', redrive: n } });
    expect(await heddle.finished(id)).toMatchObject({ status, redriven: n });
  }
  const view = await heddle.finished(id);
  expect(view).toMatchObject({
    output: { charged: `${id}/charge/0` },
    nodes: [{ attempt: 1 }, { attempt: 3 }, { attempt: 1 }],
  });
  expect([hits(`${id}/charge/0`), hits(`${id}/ship/0`)]).toEqual([1, 1]);

  // Who comes back with the place where the run had ended gets what followed, and all of it is one story.
  const [rest, whole] = await Promise.all(
    [cursor, '0'].map((after) => new Watcher(heddle.apis['api']!, id, after).end()),
  );
  expect(whole!.durable).toEqual([...before.durable, ...rest!.durable]);
  const types = whole!.durable.map(({ type }) => type).filter((type) => type.startsWith('run.'));
  expect(types.filter((type) => type !== 'run.running')).toEqual([
    ...['run.failed', 'run.redriven', 'run.failed', 'run.redriven', 'run.completed'],
  ]);
  // What is sealed is what history says, byte for byte.
  const { sealed: _sealed, ...header } = (await new Runs(db).header(undefined, id))!;
  expect(JSON.stringify(await storedView(db, id))).toBe(JSON.stringify(await engine.view(header)));
  expect(await archivedEvents(db, id)).toEqual(await engine.events(header));
  const history = await heddle.request('GET', `/workflow_runs/${id}/history`);
  expect(history.body.executions).toHaveLength(3);
  expect((await heddle.request('GET', `/workflow_runs/${id}/timeline`)).body.items).toHaveLength(3);

  await until(async () => receiver.received.length === 3);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(3);
  await receiver.close();
});

test('of two at once one is taken; a run that is open, or has nothing to run again, is not redriven', async () => {
  const id = await failed('twice');
  const answers = await Promise.all([redrive(id), redrive(id)]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]));
  expect(await heddle.finished(id)).toMatchObject({ status: 'completed', redriven: 1 });
  expect(await redrive(id)).toMatchObject({ status: 409, body: { code: 'RUN_STATE' } });
  expect(await redrive(id, { reason: 'x', nodes: ['charge'] })).toMatchObject({
    status: 409,
    body: { code: 'NODE_STATE' },
  });
  expect((await redrive(id, {})).status).toBe(400);
  const viewer = (await heddle.request('POST', '/api_keys', { json: { name: 'v', roles: ['viewer'] } })).body
    .token as string;
  expect((await redrive(id, { reason: 'no' }, viewer)).status).toBe(403);
  await heddle.apply('name: asks\nnodes: [{ key: g, type: human_gate, config: { title: "Go?" } }]\n');
  const open = await heddle.run('asks');
  expect(await redrive(open)).toMatchObject({ status: 409, body: { code: 'RUN_STATE' } });
});

test('an API that dies after it has written the redrive: the projector starts it, once', async () => {
  const id = await failed('orphan');
  const redrives = new Redrives(db, engine);
  const { sealed: _sealed, ...header } = (await new Runs(db).header(undefined, id))!;
  const { start } = await redrives.plan(header, { actor: 'user:ann', reason: 'x', at: new Date().toISOString() });
  await redrives.takeUps.redrive({ runId: id, start });
  expect((await heddle.view(id)).status).toBe('queued');
  expect(await heddle.finished(id)).toMatchObject({ status: 'completed', redriven: 1 });
  await redrives.start(id, 1); // whoever comes late changes nothing
  expect(await engine.stateOf(id)).toBe('closed');
  expect(hits(`${id}/ship/0`)).toBe(1);
});

test('a child run that failed is redriven with its parent, and keeps what it had; its worker is killed in between', async () => {
  await heddle.apply(spec('inner', 1));
  await heddle.apply(
    'name: outer\nnodes: [{ key: sub, type: subworkflow, config: { workflow: inner } }]\noutput: "${ nodes.sub.output }"\n',
  );
  const id = await heddle.run('outer');
  expect((await heddle.finished(id)).status).toBe('failed');
  expect((await heddle.finished(`${id}.sub`)).status).toBe('failed');
  expect(await redrive(`${id}.sub`)).toMatchObject({ status: 409, body: { code: 'RUN_STATE' } });
  expect((await redrive(id)).status).toBe(202);
  heddle.kill('worker');
  expect(await heddle.finished(id)).toMatchObject({ status: 'completed', output: { charged: `${id}.sub/charge/0` } });
  expect(await heddle.finished(`${id}.sub`)).toMatchObject({ status: 'completed', redriven: 1 });
  expect([hits(`${id}.sub/charge/0`), hits(`${id}.sub/ship/0`)]).toEqual([1, 1]);
});

test('a held subworkflow node is tried again: its child run is redriven', async () => {
  await heddle.apply(spec('nested', 1));
  await heddle.apply(
    'name: holds\nnodes: [{ key: sub, type: subworkflow, on_error: hold, config: { workflow: nested } }]\n',
  );
  const id = await heddle.run('holds');
  await until(async () => (await heddle.view(id)).status === 'held');
  const retry = (json: object) => heddle.request('POST', `/workflow_runs/${id}/nodes/sub/retry`, { json });
  expect(await retry({ reason: 'x', input: {} })).toMatchObject({ status: 409, body: { code: 'NODE_STATE' } });
  expect((await retry({ reason: 'it answers again' })).status).toBe(200);
  expect(await heddle.finished(id)).toMatchObject({ status: 'completed' });
  expect(await heddle.finished(`${id}.sub`)).toMatchObject({
    status: 'completed',
    redriven: 1,
    nodes: [{ attempt: 1 }, {}, {}],
  });
  expect(hits(`${id}.sub/charge/0`)).toBe(1);
});

test('a run that was cancelled while its child waited goes on in both', async () => {
  await heddle.apply('name: asked\nnodes: [{ key: g, type: human_gate, config: { title: "Go?", role: approver } }]\n');
  await heddle.apply(
    'name: asking\nnodes: [{ key: sub, type: subworkflow, config: { workflow: asked } }, { key: last, type: transform, config: { value: 1 } }]\nedges: [{ from: sub, to: last }]\n',
  );
  const id = await heddle.run('asking');
  const child = `${id}.sub`;
  const asked = () =>
    until(async () => {
      const { body } = await heddle.request('GET', '/gates?status=open');
      return (body.items as { run_id: string; evidence: string }[]).some(({ run_id }) => run_id === child);
    });
  await asked();
  await heddle.request('POST', `/workflow_runs/${id}/cancel`, { json: {} });
  expect((await heddle.finished(id)).status).toBe('cancelled');
  expect((await redrive(id)).status).toBe(202);
  await asked();
  const yes = await heddle.request('POST', `/workflow_runs/${child}/nodes/g/decision`, {
    json: { decision: 'approve' },
  });
  expect(yes.status).toBe(200);
  expect(await heddle.finished(id)).toMatchObject({ status: 'completed', redriven: 1 });
  expect(await heddle.finished(child)).toMatchObject({ status: 'completed', redriven: 1 });
});
