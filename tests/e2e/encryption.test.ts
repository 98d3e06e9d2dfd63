import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import protobuf from '@temporalio/proto';
import { newId } from '../../adapters/ids.js';
import { ApiKeys } from '../../adapters/postgres/api-keys.js';
import { openDb } from '../../adapters/postgres/db.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** With keys, nothing that users write stands in Temporal in clear; to users all reads as before. */
const MARK = 'kumquat';
const ORIGIN = 'http://temporal.example';
let heddle: E2E;
let world: World;
let temporal: Connection;

beforeAll(async () => {
  const env = {
    PAYLOAD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    PAYLOAD_CODEC_ORG: 'org_dev',
    API_ORIGINS: ORIGIN,
  };
  [heddle, world, temporal] = await Promise.all([
    openE2E({ env }),
    openWorld(),
    Connection.connect({ address: process.env['TEST_TEMPORAL_ADDRESS']! }),
  ]);
  await heddle.apply(BROKEN);
  await heddle.apply(inner(world.url));
  await heddle.apply(OUTER);
});
afterAll(async () => {
  await heddle.close();
  await world.stop();
  await temporal.close();
});

const BROKEN = `
name: broken
nodes: [{ key: fails, type: tool_call, config: { tool: function, code: "export default () => { throw new Error('${MARK}') }" } }]
`;
const inner = (url: string): string => `
name: inner
description: ${MARK} in a description
nodes:
  - key: busy
    type: tool_call
    config: { tool: http, request: { url: "${url}/is/${MARK}?status=503" } }
    retry: { max_attempts: 2, initial_interval: 4s }
`;
const OUTER = `
name: outer
nodes:
  - { key: quick, type: tool_call, config: { tool: function, name: noop, input: "\${ input.text }" } }
  - { key: slow, type: tool_call, fuse: never, config: { tool: function, name: noop, input: "\${ input.large }" } }
  - { key: pause, type: wait, config: { duration: 100ms } }
  - { key: gate, type: human_gate, config: { title: "${MARK} in a title" } }
  - { key: items, type: map, config: { over: "\${ input.list }", do: { type: transform, config: { value: "\${ item }" } } } }
  - { key: child, type: subworkflow, config: { workflow: inner } }
edges:
  - { from: quick, to: slow }
  - { from: slow, to: pause }
  - { from: pause, to: gate }
  - { from: gate, to: items }
  - { from: items, to: child }
`;

type Event = protobuf.temporal.api.history.v1.IHistoryEvent;

/** As the server has it: no codec in between. Children's, too. */
async function raw(workflowId: string): Promise<{ bytes: Buffer; events: Event[] }> {
  const { workflowService } = temporal;
  const events: Event[] = [];
  const execution = { workflowId };
  const page = await workflowService.getWorkflowExecutionHistory({ namespace: 'default', execution });
  expect(page.nextPageToken).toHaveLength(0);
  events.push(...page.history!.events!);
  const described = await workflowService.describeWorkflowExecution({ namespace: 'default', execution });
  const { History } = protobuf.temporal.api.history.v1;
  const { DescribeWorkflowExecutionResponse } = protobuf.temporal.api.workflowservice.v1;
  const parts = [History.encode({ events }).finish(), DescribeWorkflowExecutionResponse.encode(described).finish()];
  for (const { childWorkflowExecutionStartedEventAttributes: child } of [...events])
    if (child) {
      const below = await raw(child.workflowExecution!.workflowId!);
      events.push(...below.events);
      parts.push(below.bytes);
    }
  return { bytes: Buffer.concat(parts), events };
}

const base64 = (plain: string): string => Buffer.from(plain).toString('base64');
const text = `${MARK} in an input`;
const large = `${MARK} `.repeat(1_500);

test('a run leaves nothing in clear in Temporal, and reads as ever', async () => {
  const id = await heddle.run('outer', { text, large, list: [`${MARK} 1`, `${MARK} 2`] });
  await until(async () => (await heddle.request('GET', '/gates?status=open')).body.items.length === 1);
  await heddle.request('POST', `/workflow_runs/${id}/nodes/gate/decision`, {
    json: { decision: 'approve', comment: `${MARK} in a comment` },
  });
  const child = await until(async () => {
    const { body } = await heddle.request('GET', '/workflow_runs?workflow=inner');
    return (body.items as { id: string }[])[0]?.id;
  });
  // While the failed attempt waits for the next, the server alone knows of it.
  await until(async () => (await heddle.view(child)).nodes[0]?.why?.includes(MARK));
  const pending = await raw(child);
  expect(pending.bytes.includes(MARK)).toBe(false);

  const view = await heddle.finished(id);
  expect(view).toMatchObject({ status: 'failed', error: { code: 'SUBWORKFLOW_FAILED' } });
  const nodes = Object.fromEntries(view.nodes.map((node) => [node.key, node]));
  expect(nodes).toMatchObject({
    quick: { status: 'completed', output: text },
    slow: { status: 'completed', output: large },
    gate: { output: { comment: `${MARK} in a comment` } },
    items: { status: 'completed' },
    child: { status: 'failed' },
  });
  const below = await heddle.finished(child);
  expect(below.nodes[0]!.error).toMatchObject({ message: expect.stringContaining(MARK) });

  const { bytes, events } = await raw(id);
  for (const wanted of ['workflowExecutionFailed', 'activityTaskFailed', 'markerRecorded', 'timerStarted'])
    expect(events.map((event) => `${wanted} ${`${wanted}EventAttributes` in event}`)).toContain(`${wanted} true`);
  expect(bytes.includes(MARK)).toBe(false);
  expect(bytes.includes('outer')).toBe(true); // search attributes are the server's to read

  for (const run of [id, child]) {
    const history = JSON.stringify((await heddle.request('GET', `/workflow_runs/${run}/history`)).body);
    expect(history).not.toMatch(new RegExp(`Encoded failure|${base64('binary/encrypted')}`));
    expect(history).toContain(MARK);
  }
});

/** An admin of another org. */
async function strangersKey(): Promise<string> {
  const db = openDb(heddle.databaseUrl, 1);
  try {
    const { id } = await db.org.create({ data: { id: newId('org'), name: 'other' } });
    return (await new ApiKeys(db).create(id, { name: 'all', roles: ['admin'] })).token;
  } finally {
    await db.$disconnect();
  }
}

test('what a function fails with stays inside, too', async () => {
  const id = await heddle.run('broken');
  const view = await heddle.finished(id);
  expect(view.error).toMatchObject({ code: 'FUNCTION_ERROR', message: expect.stringContaining(MARK) });
  expect((await raw(id)).bytes.includes(MARK)).toBe(false);
});

describe('the codec endpoint', () => {
  const web = (path: string, options: object) =>
    heddle.request('POST', `/codec/${path}`, { headers: { origin: ORIGIN, 'x-namespace': 'default' }, ...options });
  const clear = { payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64(`"${MARK}"`) }] };

  test('gives an admin of the operator’s org in clear what history has encrypted', async () => {
    const encoded = await web('encode', { json: clear });
    expect(encoded.status).toBe(200);
    expect(encoded.body.payloads[0].metadata).toEqual({
      encoding: base64('binary/encrypted'),
      'encryption-key-id': base64('k1'),
    });
    const decoded = await web('decode', { json: encoded.body });
    expect([decoded.status, decoded.body]).toEqual([200, clear]);
    expect(decoded.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect((await web('decode', { json: clear })).body).toEqual(clear);
  });

  test('is what Temporal’s own command line reads a history by', async () => {
    const id = await heddle.run('broken');
    await heddle.finished(id);
    const show = async (...more: string[]): Promise<string> => {
      const args = [
        'workflow',
        'show',
        '-w',
        id,
        '--output',
        'json',
        '--address',
        process.env['TEST_TEMPORAL_ADDRESS']!,
      ];
      const { stdout } = await promisify(execFile)(process.env['TEST_TEMPORAL_CLI']!, [...args, ...more]);
      return stdout.replaceAll(/"data": "([^"]*)"/g, (_all, data: string) => Buffer.from(data, 'base64').toString());
    };
    const asked = ['--codec-endpoint', `${heddle.api}/api/v1/codec`, '--codec-auth', `Bearer ${heddle.token}`];
    expect(await show()).not.toContain(MARK);
    expect(await show(...asked)).toContain(MARK);
  });

  test('lets pages of named origins ask, and no others', async () => {
    for (const [origin, allowed] of [
      [ORIGIN, ORIGIN],
      ['http://elsewhere.example', null],
    ] as const) {
      const { status, headers } = await heddle.request('OPTIONS', '/codec/decode', {
        token: undefined,
        headers: { origin },
      });
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, allowed]);
    }
    const other = await heddle.request('OPTIONS', '/workflows', { headers: { origin: ORIGIN } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('refuses who may not, and what it can not read', async () => {
    const { body } = await heddle.request('POST', '/api_keys', {
      json: { name: 'o', roles: ['operator', 'engineer'] },
    });
    expect((await web('decode', { json: clear, token: undefined })).status).toBe(401);
    expect((await web('decode', { json: clear, token: body.token })).status).toBe(403);
    expect((await web('decode', { json: clear, token: await strangersKey() })).status).toBe(404);
    expect((await web('decode', { json: clear, headers: { 'x-namespace': 'other' } })).status).toBe(404);
    expect((await web('decode', { json: { payloads: [{ data: 'no base64' }] } })).status).toBe(400);
    const metadata = { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('gone') };
    const refused = await web('decode', { json: { payloads: [{ metadata, data: base64('x') }] } });
    expect(refused).toMatchObject({ status: 422, body: { code: 'PAYLOAD_UNREADABLE' } });
    expect(refused.body.detail).toContain('"gone"');
  });
});
