import { type E2E, openE2E } from '../support/e2e.js';
import { Watcher } from '../support/watch.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Forks through the API: a new run that takes the past from the record. */
let heddle: E2E;
let world: World;
beforeAll(async () => {
  [heddle, world] = await Promise.all([openE2E(), openWorld()]);
});
afterAll(() => Promise.all([heddle.close(), world.stop()]));

const fork = (id: string, json: object, headers: Record<string, string> = {}) =>
  heddle.request('POST', `/workflow_runs/${id}/fork`, { json: { reason: 'what if', ...json }, headers });
const hits = (key: string): number => world.effects.get(key)?.hits ?? 0;

const origins = async (id: string) =>
  Object.fromEntries((await heddle.view(id)).nodes.flatMap(({ key, origin }) => (origin ? [[key, origin]] : [])));
const waits = (id: string) =>
  until(async () => {
    const { status, error } = await heddle.view(id);
    if (error) throw new Error(`${status}: ${error.message}`);
    return status === 'waiting';
  });

const spec = (name: string, more = '') => `
name: ${name}
nodes:
  - { key: load, type: tool_call, config: { tool: http, request: { method: POST, url: "${world.url}/effect/load", json: {} } } }
  - key: score
    type: transform
    config: { value: { score: 10 } }
    output: { type: object, required: [score], properties: { score: { type: integer } } }
  - { key: beside, type: tool_call, config: { tool: http, request: { method: POST, url: "${world.url}/effect/beside", json: {} } } }
  - { key: tell, type: tool_call, config: { tool: http, request: { method: POST, url: "${world.url}/effect/tell", json: { score: "\${ nodes.score.output.score }" } } } }
  ${more}
edges: [{ from: load, to: score }, { from: load, to: beside }, { from: score, to: tell }]
output: { score: "\${ nodes.score.output.score }" }
`;

test('with another output of a node: what is behind it runs under the new run’s keys, all else is taken over; the diff tells', async () => {
  await heddle.apply(spec('score'));
  const id = await heddle.run('score');
  const origin = await heddle.finished(id);
  expect(origin).toMatchObject({ status: 'completed', output: { score: 10 } });

  const look = await fork(id, { from: 'score', output: { score: 99 }, preview: true });
  expect(look.body.preview).toMatchObject({
    begins: [{ node: 'tell', again: true }],
    effects: [{ repeated: false }],
    may_run: [],
  });
  expect(await fork(id, { from: 'score', output: { score: 'high' } })).toMatchObject({
    status: 422,
    body: { code: 'OUTPUT_INVALID' },
  });
  expect(await fork(id, { from: 'nowhere' })).toMatchObject({ status: 404 });

  const made = await fork(id, { from: 'score', output: { score: 99 } }, { 'idempotency-key': 'once' });
  expect(made).toMatchObject({ status: 202, body: { forked_from: { run_id: id, node_key: 'score' } } });
  const again = await fork(id, { from: 'score', output: { score: 99 } }, { 'idempotency-key': 'once' });
  const other = made.body.id as string;
  expect(again.body.id).toBe(other);
  const view = await heddle.finished(other);
  expect(view).toMatchObject({
    status: 'completed',
    output: { score: 99 },
    forked_from: { run_id: id, node_key: 'score' },
    nodes: [
      { key: 'load', status: 'completed', origin: id, attempt: 0, output: { status: 200 } },
      { key: 'score', status: 'completed', output: { score: 99 } },
      { key: 'beside', status: 'completed', origin: id },
      { key: 'tell', status: 'completed', attempt: 1 },
    ],
  });
  expect([hits(`${id}/load/0`), hits(`${other}/load/0`), hits(`${other}/beside/0`)]).toEqual([1, 0, 0]);
  expect(world.effects.get(`${other}/tell/0`)).toMatchObject({ hits: 1, body: { score: 99 } });

  const { durable } = await new Watcher(heddle.apis['api']!, other, '0').end();
  expect(durable[0]).toMatchObject({
    type: 'run.forked',
    data: { data: { from: { run_id: id, node_key: 'score' }, begins: ['tell'] } },
  });
  const diff = (await heddle.request('GET', `/workflow_runs/${id}/diff/${other}`)).body;
  expect(diff.to.forked_from).toEqual({ run_id: id, node_key: 'score' });
  const differing = diff.nodes.filter((node: { changes: unknown[] }) => node.changes.length > 0);
  expect(differing.map((node: { key: string }) => node.key)).toEqual(['score', 'tell']);
  expect(await heddle.view(id)).toEqual(origin);
});

test('an open run is forked from what has settled; a node with another input runs', async () => {
  const gate = '- { key: gate, type: human_gate, config: { title: "Go?", role: approver } }';
  await heddle.apply(spec('gated', gate));
  const id = await heddle.run('gated');
  await until(async () => {
    const { nodes } = await heddle.view(id);
    return nodes.filter(({ status }) => status === 'completed').length === 4;
  });
  expect(await fork(id, { from: 'gate' })).toMatchObject({ status: 409, body: { code: 'NODE_STATE' } });
  const shown = (await heddle.view(id)).nodes.find(({ key }) => key === 'tell')!.input as { request: object };
  const input = { ...shown, request: { ...shown.request, json: { score: 7 } } };
  const { body } = await fork(id, { from: 'tell', input, metadata: { why: 'to try' } });
  const other = body.id as string;
  await waits(other); // its own gate
  expect(world.effects.get(`${other}/tell/0`)).toMatchObject({ body: { score: 7 } });
  expect((await heddle.view(other)).metadata).toEqual({ why: 'to try' });
  expect(await origins(other)).toEqual({ load: id, score: id, beside: id });
  expect((await heddle.view(id)).status).toBe('waiting');
  for (const each of [id, other]) await heddle.request('POST', `/workflow_runs/${each}/cancel`, { json: {} });
  await heddle.finished(other);
  // A fork is a run like any other: it can be redriven.
  expect((await heddle.request('POST', `/workflow_runs/${other}/redrive`, { json: { reason: 'on' } })).status).toBe(
    202,
  );
  await waits(other);
  expect((await heddle.view(other)).redriven).toBe(1);
  expect(await origins(other)).toEqual({ load: id, score: id, beside: id });
  expect(hits(`${other}/tell/0`)).toBe(1);
});
