import { readdirSync } from 'node:fs';
import { type Answer, fakeApi, stream } from '../../tests/support/fake-api.js';
import { EXAMPLES, runDemo } from './demo.js';

const AT = '2026-11-22T10:00:00.000Z';
const OUTPUT = { brief: { title: 'Period 5', summary: '18 records.', note: 'Handle with care.' }, published: true };
const view = (status: string) => ({
  id: 'r1',
  status,
  output: OUTPUT,
  error: { code: 'HTTP_5XX', message: 'it broke' },
  created_at: AT,
  started_at: AT,
  finished_at: AT,
  nodes: [{ key: 'load', type: 'tool_call', status, error: null, started_at: AT, finished_at: AT }],
});
const event = (type: string, data: object) => ({ type, data: { type, time: AT, data: { run_id: 'r1', ...data } } });

async function demo(status: string, more: Record<string, Answer> = {}) {
  const server = await fakeApi({
    'POST /workflows': { status: 201, json: { id: 'w', name: 'x', version: 1 } },
    'POST /workflows/elements-brief/run': { status: 202, json: { id: 'r1', status: 'queued' } },
    'GET /workflow_runs/r1/events': stream(
      { type: 'snapshot', data: { ...view('running'), nodes: [] } },
      event('gate.opened', { node_key: 'sign_off', status: 'waiting' }),
      event(`run.${status}`, { status }),
    ),
    'POST /workflow_runs/r1/nodes/sign_off/decision': { json: {} },
    'GET /workflow_runs/r1': { json: view(status) },
    ...more,
  });
  const lines: string[] = [];
  const examples = { agent_url: 'http://127.0.0.1:1', data_url: 'http://127.0.0.1:2' };
  const failure = await runDemo({ api: server.api, token: 't', examples }, (line) => lines.push(line)).then(
    (id) => {
      expect(id).toBe('r1');
    },
    (error: Error) => error.message,
  );
  await server.stop();
  return { failure, text: lines.join('\n'), received: server.received };
}

test('registers every example there is', async () => {
  const files = readdirSync(new URL('../../examples/workflows', import.meta.url))
    .filter((name) => !name.endsWith('.test.yaml'))
    .map((name) => name.replace('.yaml', ''));
  expect(files.sort()).toEqual([...EXAMPLES].sort());
  const { received } = await demo('completed');
  expect(received.filter(({ path }) => path === '/api/v1/workflows')).toHaveLength(EXAMPLES.length);
});

test('runs the first on real input, approves its gate, tells the result', async () => {
  const { failure, text, received } = await demo('completed');
  expect(failure).toBeUndefined();
  expect(text).toContain('Period 5. 18 records.\nHandle with care.\nPublished: yes.');
  const [started, decision] = ['/run', '/decision'].map((end) => received.find(({ path }) => path.endsWith(end)));
  expect(JSON.parse(started!.body).input).toEqual({
    period: 5,
    agent_url: 'http://127.0.0.1:1',
    data_url: 'http://127.0.0.1:2',
  });
  expect(JSON.parse(decision!.body)).toEqual({ decision: 'approve', comment: 'Approved by the demo.' });
});

test('a run that fails fails the demo, and says why', async () => {
  expect((await demo('failed')).failure).toBe('the demo run failed: the run is failed: HTTP_5XX it broke');
});

test('an example that the compiler refuses is shown with its place', async () => {
  const errors = [{ code: 'UNKNOWN_NODE', pointer: '/edges/0', line: 2, column: 1, message: 'no such node' }];
  const { failure } = await demo('completed', {
    'POST /workflows': { status: 422, json: { code: 'SPEC_INVALID', errors } },
  });
  expect(failure).toMatch(/elements-brief was refused\nerror UNKNOWN_NODE no such node\n --> elements-brief.yaml:2:1/);
});
