import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, Client as TemporalClient } from '@temporalio/client';
import pg from 'pg';
import { openDb } from '../../adapters/postgres/db.js';
import { Runs } from '../../adapters/postgres/runs.js';
import { archivedEvents, storedView } from '../../adapters/postgres/seal.js';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import { Watcher } from '../support/watch.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';
import { People } from './people.js';
import { type LocalStack, openLocalStack } from './stack.js';

/**
 * 50 runs in flight while every process is killed in turn, and once all of them together. Then: every run ended right, every effect
 * happened under one key (P3), the stored view is the fold of the history byte for byte (P1), and a client that reconnected with its
 * cursor saw each event once, in order (P2).
 */
const RUNS = Number(process.env['CHAOS_RUNS'] ?? 50);
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 1);
const ITEMS = 5;
/** So many runs have another one beside them that has the same concurrency key. */
const PAIRS = 3;
const SIDES = ['s0', 's1', 's2', 's3'];
const VICTIMS = ['worker', 'api', 'postgres', 'temporal', 'projector', 'redis'];

const effect = (world: World, node: string, ms: number) =>
  `{ tool: http, request: { method: POST, url: "${world.url}/effect/${node}?ms=${ms}", json: { run: "\${ run.id }", node: ${node} } } }`;

/** Every kind of way through a graph: branches side by side, a map, waits, a routed failure, a condition, joins, a node that is held, a gate of two, an event, a limit of places and a rate; some runs wait for one another by a concurrency key. */
const spec = (world: World): string => `
name: storm
input: { type: object, required: [n], properties: { n: { type: integer } } }
limits: { run: { concurrency_key: "\${ string(input.n < ${2 * PAIRS} ? input.n % ${PAIRS} : input.n) }" } }
nodes:
  - { key: first, type: tool_call, config: ${effect(world, 'first', 100)}, retry: &patient { max_attempts: 50, initial_interval: 200ms, backoff: 1.5, max_interval: 2s }, timeout: &quick { attempt: 10s, heartbeat: 2s } }
${SIDES.map((side, i) => `  - { key: ${side}, type: tool_call, config: ${effect(world, side, 200 + i * 150)}, retry: *patient, timeout: *quick }`).join('\n')}
  - { key: pause, type: wait, config: { duration: 2s } }
  - key: items
    type: map
    config:
      over: "\${ [0, 1, 2, 3, 4] }"
      concurrency: 2
      do:
        type: tool_call
        config: { tool: http, request: { method: POST, url: "${world.url}/effect/items?ms=100", json: { run: "\${ run.id }", node: "\${ 'items[' + string(index) + ']' }" } } }
        retry: *patient
        timeout: *quick
  - { key: broken, type: tool_call, on_error: continue, config: { tool: function, code: "export default () => { throw new Error('as planned') }" } }
  - { key: stuck, type: tool_call, on_error: hold, retry: { max_attempts: 1 }, config: { tool: function, code: "export default () => { throw new Error('as planned') }" } }
  - { key: signed, type: human_gate, config: { title: "Go on with \${ string(input.n) }?", policy: { quorum: [{ group: storm, count: 2 }], exclude: [starter] }, deadline: { after: 1h, remind: [1s] } } }
  - { key: paid, type: wait, config: { event: payment, key: "\${ run.id }" } }
  - { key: narrow, type: tool_call, limits: [crm], config: ${effect(world, 'narrow', 100)}, retry: *patient, timeout: *quick }
  - { key: mended, type: tool_call, fuse: always, config: ${effect(world, 'mended', 50)}, retry: *patient, timeout: *quick }
  - { key: even, type: tool_call, fuse: always, config: ${effect(world, 'even', 50)}, retry: *patient, timeout: *quick }
  - { key: odd, type: tool_call, fuse: always, config: ${effect(world, 'odd', 50)}, retry: *patient, timeout: *quick }
  - { key: join, type: transform, config: { value: { sides: [${SIDES.map((side) => `"\${ nodes.${side}.output.body.key }"`).join(', ')}], items: "\${ nodes.items.output.completed }", stuck: "\${ nodes.stuck.output }", signed: "\${ size(nodes.signed.output.votes) }", paid: "\${ nodes.paid.output.id }" } } }
  - { key: last, type: tool_call, fuse: always, config: ${effect(world, 'last', 50)}, retry: *patient, timeout: *quick }
edges:
${SIDES.map((side) => `  - { from: first, to: ${side} }\n  - { from: ${side}, to: join }`).join('\n')}
  - { from: first, to: pause }
  - { from: first, to: items }
  - { from: first, to: broken }
  - { from: broken, to: mended, on: failure }
  - { from: pause, to: even, condition: "int(input.n) % 2 == 0" }
  - { from: pause, to: odd, condition: "int(input.n) % 2 == 1" }
  - { from: first, to: stuck }
  - { from: first, to: signed }
  - { from: stuck, to: join }
  - { from: signed, to: join }
  - { from: first, to: paid }
  - { from: first, to: narrow }
  - { from: narrow, to: join }
  - { from: paid, to: join }
  - { from: items, to: join }
  - { from: mended, to: join }
  - { from: even, to: join }
  - { from: odd, to: join }
  - { from: join, to: last }
output: "\${ nodes.join.output }"
`;

/** A schedule goes on firing through all of it. */
const tick = (world: World): string => `
name: tick
nodes: [{ key: beat, type: tool_call, config: ${effect(world, 'beat', 10)}, retry: { max_attempts: 50, initial_interval: 200ms, max_interval: 2s }, timeout: { attempt: 10s } }]
`;
const EVERY_MS = 10_000;

let world: World;
let stack: LocalStack | undefined;

beforeAll(async () => {
  world = await openWorld();
  stack = await openLocalStack({ EGRESS_ALLOW: new URL(world.url).host });
});
afterAll(async () => {
  await stack?.stop();
  await world.stop();
});

/** Asks until it is answered: the API may be dead just now. The same key names the same request. */
async function post(
  path: string,
  body: { json: unknown } | { text: string },
  key?: string,
  method = 'POST',
): Promise<{ id: string }> {
  for (;;) {
    try {
      const { api, token } = stack!.state(); // there is none while the whole stack is down
      const response = await fetch(`${api}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'text' in body ? 'application/yaml' : 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: 'text' in body ? body.text : JSON.stringify(body.json),
      });
      if (response.ok) return (await response.json()) as { id: string };
      if (response.status < 500) throw Object.assign(new Error(await response.text()), { refused: true });
    } catch (err) {
      if ((err as { refused?: boolean }).refused) throw err;
    }
    await sleep(200);
  }
}

/** One event for each run, told twice: by its id, or to whoever waits for it. */
async function pay(run: string, n: number): Promise<void> {
  const json = { key: run, data: { n }, id: `pay-${n}` };
  const path = n % 2 === 0 ? `/workflow_runs/${run}/events/payment` : '/events/payment';
  await post(path, { json });
  await post(path, { json }).catch((err: Error) => {
    if (!err.message.includes('RUN_CLOSED')) throw err;
  });
}

test('P1, P2, P3: no kill loses a step, doubles an effect, or tears a view or a stream', async () => {
  await post('/limits/crm', { json: { concurrency: 5, rate: { count: 20, per: '1s' } } }, undefined, 'PUT');
  for (const each of [spec(world), tick(world)]) await post('/workflows', { text: each });
  const every = { intervals: [{ every: `${EVERY_MS / 1000}s` }], overlap: 'allow_all' };
  const schedule = await post('/schedules', { json: { name: 'tick', workflow: 'tick', spec: every } }, randomUUID());
  const { api, token } = stack!.state();
  const people = new People(() => stack!.state(), 'storm', ['ann', 'bob']);
  const starting = Array.from({ length: RUNS }, (_, n) =>
    post('/workflows/storm/run', { json: { input: { n } } }, randomUUID()),
  );
  const watchers: Watcher[] = [];
  const runs: string[] = [];
  const started = Promise.all(
    starting.map(async (start, n) => {
      const { id } = await start;
      runs[n] = id;
      watchers[n] = new Watcher({ api, token }, id, '0');
      await pay(id, n);
    }),
  );
  const progress = () => watchers.reduce((sum, watcher) => sum + watcher.durable.length, 0);
  const further = async () => {
    const before = progress();
    await until(async () => progress() >= before + RUNS / 4 || watchers.filter(({ ended }) => ended).length === RUNS);
  };
  await until(async () => world.effects.size > 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const victim of VICTIMS) {
      if (stack!.state().pids[victim] === undefined) continue;
      await stack!.kill(victim);
      await further();
    }
  }
  await stack!.killAll();
  await stack!.start();
  await started;
  for (const watcher of watchers) watcher.moveTo(stack!.state());
  await Promise.race([Promise.all(watchers.map((watcher) => watcher.end())), people.failed]);
  await people.goHome();
  await post(`/schedules/${schedule.id}/pause`, { json: { reason: 'the storm is over' } });

  const temporal = new TemporalClient({
    connection: await Connection.connect({ address: stack!.state().temporal }),
    dataConverter: dataConverterOf(),
  });
  const engine = new TemporalEngine({ client: temporal, taskQueue: 'heddle' });
  const databaseUrl = await stack!.databaseUrl();
  const db = openDb(databaseUrl);
  const sql = new pg.Client({ connectionString: databaseUrl });
  await sql.connect();
  await until(async () => (await sql.query('SELECT 1 FROM workflow_runs WHERE sealed_at IS NULL')).rows.length === 0);

  const keys = new Map<string, Set<string>>();
  for (const { key, body } of world.effects.values()) {
    const of = `${String(body['run'])} ${String(body['node'])}`;
    keys.set(of, (keys.get(of) ?? new Set()).add(key));
  }
  const fires = await db.scheduleFire.findMany({ where: { scheduleId: schedule.id }, orderBy: { dueAt: 'asc' } });
  expect(fires.length).toBeGreaterThan(2);
  for (const { runId, dueAt } of fires) {
    expect(await storedView(db, runId!)).toMatchObject({ status: 'completed' });
    expect(keys.get(`${runId} beat`)?.size).toBe(1);
    expect(dueAt.getTime() % EVERY_MS).toBe(0);
  }
  // Temporal's dev server at times makes no fire for a time at which it was dead; what it made happened once.
  const due = 1 + (fires.at(-1)!.dueAt.getTime() - fires[0]!.dueAt.getTime()) / EVERY_MS;
  for (const [n, id] of runs.entries()) {
    const stored = (await storedView(db, id))!;
    expect({ id, status: stored.status, error: stored.error }).toEqual({ id, status: 'completed', error: null });
    expect(stored.output).toMatchObject({ items: ITEMS, stuck: { by: 'hand' }, signed: 2, paid: `pay-${n}` });
    const nodes = [
      'first',
      'narrow',
      ...SIDES,
      ...Array.from({ length: ITEMS }, (_, i) => `items[${i}]`),
      'mended',
      n % 2 === 0 ? 'even' : 'odd',
      'last',
    ];
    for (const node of nodes) expect([node, keys.get(`${id} ${node}`)?.size]).toEqual([node, 1]);
    expect([...keys.keys()].filter((of) => of.startsWith(`${id} `))).toHaveLength(nodes.length);

    const found = (await new Runs(db).header(undefined, id))!;
    const { sealed: _sealed, ...header } = found;
    expect(JSON.stringify(stored)).toBe(JSON.stringify(await engine.view(header)));

    const archived = (await archivedEvents(db, id))!.map(({ cursor }) => cursor);
    expect(watchers[n]!.durable.map(({ id: cursor }) => cursor)).toEqual(archived);
    expect(archived).toEqual([...new Set(archived)].sort());
  }
  for (let n = 0; n < PAIRS; n++) {
    const pair = await Promise.all([runs[n]!, runs[n + PAIRS]!].map((id) => storedView(db, id)));
    const [one, other] = pair.map((view) => ({ began: view!.nodes[0]!.started_at!, ended: view!.finished_at! }));
    expect([one!.ended <= other!.began, other!.ended <= one!.began]).toContain(true); // one at a time
  }
  // All places came back.
  await until(async () => {
    const headers = { authorization: `Bearer ${token}` };
    const limit = await fetch(`${stack!.state().api}/api/v1/limits/crm`, { headers });
    const { uses } = (await limit.json()) as { uses: { held_count: number; waiting_count: number }[] };
    return uses.every(({ held_count, waiting_count }) => held_count + waiting_count === 0);
  });
  const hits = [...world.effects.values()].reduce((sum, { hits }) => sum + hits, 0);
  console.log(
    `${RUNS} runs, ${world.effects.size} effects, ${hits} calls, ${watchers.reduce((sum, { connections }) => sum + connections, 0)} connections, ${people.decisions} decisions, ${people.outputs} outputs by hand, ${fires.length} fires of ${due}`,
  );
  for (const watcher of watchers) watcher.close();
  await Promise.all([db.$disconnect(), sql.end(), temporal.connection.close()]);
});
