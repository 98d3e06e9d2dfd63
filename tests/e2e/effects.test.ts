import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Effect } from '../../core/events/effects.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Effects of real calls: what becomes of one that must not be made twice when its worker is killed, and how a run is undone. */
let heddle: E2E;
let world: World;
beforeAll(async () => {
  [heddle, world] = await Promise.all([openE2E(), openWorld()]);
});
afterAll(() => Promise.all([heddle.close(), world.stop()]));

const post = (path: string, json: object) => heddle.request('POST', `/workflow_runs/${path}`, { json });
const reaches = (id: string, status: string) => until(async () => (await heddle.view(id)).status === status);
const effects = async (id: string) =>
  (await heddle.request('GET', `/workflow_runs/${id}/effects`)).body.items as Effect[];
const states = async (id: string) =>
  (await effects(id)).map(({ key, state }) => `${key.replace(`${id}/`, '')} ${state}`);
const hits = (id: string, key: string) => world.effects.get(`${id}/${key}`)?.hits ?? 0;

const pay = (name: string, url: string, more = '') => `
name: ${name}
nodes:
  - key: pay
    type: tool_call
    config: { tool: http, request: { method: POST, url: "${url}", json: {} }, idempotent: false }
    retry: { max_attempts: 5, initial_interval: 100ms }
    timeout: { attempt: 30s, heartbeat: 1s }
    ${more}
`;

test('P3: a worker is killed while a call is out that must not be made twice: it is unknown, held, and not made again', async () => {
  await heddle.apply(pay('once', `${world.url}/effect/pay?ms=600000`));
  const id = await heddle.run('once');
  await until(() => Promise.resolve(hits(id, 'pay/0') === 1));
  expect(await states(id)).toEqual(['pay/0 sent']);
  heddle.kill('worker');
  await reaches(id, 'held');
  expect((await heddle.view(id)).nodes[0]).toMatchObject({
    status: 'held',
    error: { code: 'EFFECT_UNKNOWN', details: { cause: 'WORKER_LOST' } },
  });
  expect(await states(id)).toEqual(['pay/0 unknown']);
  const set = { reason: 'the bank has it', output: { status: 200, headers: {}, body: null } };
  expect((await post(`${id}/nodes/pay/output`, set)).status).toBe(200);
  expect((await heddle.finished(id)).status).toBe('completed');
  expect(hits(id, 'pay/0')).toBe(1);
  expect(await effects(id)).toMatchObject([
    { key: `${id}/pay/0`, state: 'confirmed', by: 'user:dev', attempts: 1, undone_by: null },
  ]);
});

test('a connection that is cut after the request is unknown; one that is refused is tried again', async () => {
  let calls = 0;
  const cutter = createServer((req) => {
    calls++;
    req.socket.destroy();
  });
  await once(cutter.listen(0, '127.0.0.1'), 'listening');
  const { port } = cutter.address() as AddressInfo;
  await heddle.apply(pay('cut', `http://127.0.0.1:${port}/`, 'on_error: continue'));
  const cut = await heddle.run('cut');
  await reaches(cut, 'held');
  expect((await heddle.view(cut)).nodes[0]!.error).toMatchObject({
    code: 'EFFECT_UNKNOWN',
    details: { cause: 'HTTP_CONNECT' },
  });
  expect(calls).toBe(1);
  expect((await post(`${cut}/nodes/pay/skip`, { reason: 'nothing there' })).status).toBe(200);
  await heddle.finished(cut);
  expect(await states(cut)).toEqual(['pay/0 unknown']);
  await new Promise((resolve) => cutter.close(resolve));

  await heddle.apply(pay('closed', `http://127.0.0.1:${port}/`));
  const closed = await heddle.run('closed');
  const view = await heddle.finished(closed);
  expect(view).toMatchObject({ status: 'failed', nodes: [{ attempt: 5, error: { code: 'HTTP_CONNECT' } }] });
});

const booking = (name: string) => `
name: ${name}
nodes:
  - key: book
    type: tool_call
    config: { tool: http, request: { method: POST, url: "${world.url}/effect/book", json: {} } }
    compensate:
      type: tool_call
      config: { tool: http, request: { method: POST, url: "${world.url}/effect/unbook?ms=1500", json: { of: "\${ nodes.book.output.body.key }" } } }
  - key: seats
    type: map
    config:
      over: "\${ [1, 2] }"
      do: { type: tool_call, config: { tool: http, request: { method: POST, url: "${world.url}/effect/seat", json: { seat: "\${ item }" } } } }
    compensate:
      type: tool_call
      config: { tool: http, request: { method: POST, url: "${world.url}/effect/free", json: { seat: "\${ item }", of: "\${ nodes.seats.output.items[index].body.key }" } } }
  - key: pay
    type: tool_call
    config: { tool: http, request: { method: POST, url: "${world.url}/hold/${name}" } }
edges: [{ from: book, to: seats }, { from: seats, to: pay }]
`;

test('cancelled after a look, a run undoes what it has done, though the worker is killed in the middle; the ledger and the sealed view tell', async () => {
  await heddle.apply(booking('trip'));
  const id = await heddle.run('trip');
  await until(() => Promise.resolve(world.holding.has('/hold/trip')));
  const told = await post(`${id}/cancel`, { preview: true });
  expect(told).toMatchObject({
    status: 200,
    body: {
      preview: {
        stops: ['pay'],
        undoes: [
          { node: 'seats[1]', key: `${id}/seats[1]/0/undo`, certain: true },
          { node: 'seats[0]', key: `${id}/seats[0]/0/undo`, certain: true },
          { node: 'book', key: `${id}/book/0/undo`, certain: true },
        ],
      },
    },
  });
  expect((await post(`${id}/cancel`, { reason: 'no trip' })).status).toBe(202);
  await until(() => Promise.resolve(hits(id, 'book/0/undo') === 1));
  expect(await heddle.view(id)).toMatchObject({ status: 'running', ending: 'cancelled' });
  heddle.kill('worker');
  expect((await post(`${id}/cancel`, { reason: 'no trip at all' })).status).toBe(202);
  const view = await heddle.finished(id);
  expect(view).toMatchObject({
    ...{ status: 'cancelled', error: { code: 'RUN_CANCELLED', details: { compensated: ['book', 'seats'] } } },
    nodes: [{ compensation: { status: 'completed' } }, { compensation: { status: 'completed' } }, {}, {}, {}],
  });
  const undo = (key: string) => world.effects.get(`${id}/${key}/undo`)?.body;
  expect(hits(id, 'book/0/undo')).toBe(2); // the same effect, under its key
  expect(undo('book/0')).toEqual({ of: `${id}/book/0` });
  expect(undo('seats[1]/0')).toEqual({ seat: 2, of: `${id}/seats[1]/0` });
  expect((await states(id)).sort()).toEqual([
    ...['book/0 undone', 'book/0/undo confirmed', 'pay/0 unknown'],
    ...['seats[0]/0 undone', 'seats[0]/0/undo confirmed', 'seats[1]/0 undone', 'seats[1]/0/undo confirmed'],
  ]);
});
