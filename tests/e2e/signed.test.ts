import type { Client } from '@temporalio/client';
import { openTemporal } from '../../adapters/temporal/client.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';

/** The door of Temporal's own tools: what the API has signed can be carried there. */
let heddle: E2E;
let temporal: Client;
beforeAll(async () => {
  heddle = await openE2E();
  temporal = openTemporal({
    temporal: { address: process.env['TEST_TEMPORAL_ADDRESS']!, namespace: 'default', taskQueue: heddle.taskQueue },
  });
  await heddle.apply(SPEC);
});
afterAll(async () => {
  await temporal.connection.close();
  await heddle.close();
});

const SPEC = `
name: signed
nodes: [{ key: ok, type: human_gate, config: { title: "Go on?" }, on_error: hold }]
output: { by: "\${ nodes.ok.output.decided_by }", signed: "\${ nodes.ok.output }" }
`;
const open = async (): Promise<string> => {
  const { id } = (await heddle.request('POST', '/workflows/signed/run', { json: {} })).body as { id: string };
  await until(async () => (await gateOf(id)) !== undefined);
  return id;
};
const gateOf = async (run: string): Promise<object | undefined> =>
  (await heddle.request('GET', '/gates?status=open')).body.items.find(
    (gate: { run_id: string }) => gate.run_id === run,
  );
const decide = (run: string, json: object) =>
  heddle.request('POST', `/workflow_runs/${run}/nodes/ok/decision`, { json });
const run = async (id: string) => (await heddle.request('GET', `/workflow_runs/${id}`)).body;

test('sign_only decides nothing, and answers a signal that does; without a signature it counts for nothing', async () => {
  const id = await open();
  const { status, body } = await decide(id, { decision: 'approve', comment: 'by hand', sign_only: true });
  expect(status).toBe(200);
  expect(body.signal.input.signatures).toHaveLength(1);
  const { signatures: _, ...bare } = body.signal.input;
  await temporal.workflow.getHandle(id).signal(body.signal.name, bare);
  expect((await run(id)).status).toMatch(/waiting|running/);
  await temporal.workflow.getHandle(id).signal(body.signal.name, body.signal.input);
  await until(async () => (await run(id)).status === 'completed');
  expect((await run(id)).output).toMatchObject({ by: 'user:dev', signed: { comment: 'by hand' } });
  expect(JSON.stringify(await run(id))).not.toContain('signatures');
  await until(async () => (await decide(id, { decision: 'deny', sign_only: true })).status === 409);
});

test('what was signed for one asking of a gate is no good for the next', async () => {
  const id = await open();
  const old = (await decide(id, { decision: 'approve', sign_only: true })).body.signal.input;
  expect((await decide(id, { decision: 'deny' })).status).toBe(200);
  await until(async () => (await run(id)).status === 'held');
  const again = await heddle.request('POST', `/workflow_runs/${id}/nodes/ok/retry`, { json: { reason: 'ask again' } });
  expect(again.status).toBe(200);
  await until(async () => (await gateOf(id)) !== undefined);
  await temporal.workflow.getHandle(id).signal('decide', old);
  await temporal.workflow.getHandle(id).query('view'); // the signal has been heard
  expect((await run(id)).status).toMatch(/waiting|running/);
  expect((await decide(id, { decision: 'approve' })).status).toBe(200);
  await until(async () => (await run(id)).status === 'completed');
});

test('nothing is signed for a gate that there is not', async () => {
  const id = await open();
  const route = `/workflow_runs/${id}/nodes/other/decision`;
  const { status } = await heddle.request('POST', route, { json: { decision: 'approve', sign_only: true } });
  expect(status).toBe(404);
  await heddle.request('POST', `/workflow_runs/${id}/cancel`, { json: {} });
});
