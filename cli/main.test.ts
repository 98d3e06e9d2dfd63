import { type Answer, stream } from '../tests/support/fake-api.js';
import { commandLine } from '../tests/support/heddle.js';

const AT = '2026-11-22T10:00:00.000Z';
const RUN = {
  id: 'r1',
  workflow: 'flow',
  version: 2,
  status: 'completed',
  input: {},
  output: { text: 'done' },
  error: null,
  created_at: AT,
  started_at: AT,
  finished_at: '2026-11-22T10:00:02.000Z',
  cursor: '3',
  nodes: [
    node('load', 'tool_call', { started_at: AT, finished_at: '2026-11-22T10:00:00.500Z' }),
    node('sign_off', 'human_gate', { queued_at: '2026-11-22T10:00:00.500Z', finished_at: '2026-11-22T10:00:02.000Z' }),
    node('shelve', 'transform', { status: 'skipped' }),
  ],
};

function node(key: string, type: string, given: object): object {
  const base = {
    key,
    type,
    status: 'completed',
    attempt: 1,
    input: null,
    output: null,
    error: null,
    queued_at: AT,
    why: null,
  };
  return { ...base, started_at: null, finished_at: null, ...given };
}

const event = (type: string, id: string | undefined, at: string, data: object) => ({
  type,
  ...(id && { id }),
  data: { specversion: '1.0', type, ...(id && { id }), time: at, data: { run_id: 'r1', ...data } },
});

const SPEC = 'name: flow\nnodes:\n  - key: web\n    type: wait\nedges:\n  - { from: web, to: breif }\n';
const REFUSAL = {
  status: 422,
  json: {
    code: 'SPEC_INVALID',
    title: 'The spec has errors',
    errors: [
      {
        code: 'UNKNOWN_NODE',
        pointer: '/edges/0/to',
        line: 6,
        column: 22,
        message: 'there is no node breif',
        suggestion: 'brief',
      },
      { code: 'MISSING_FIELD', pointer: '/nodes/0/config', line: 3, column: 5, message: 'config is missing' },
    ],
  },
};

const heddle = (args: string[], answers?: Record<string, Answer | Answer[]>) =>
  commandLine(args, answers, { 'flow.yaml': SPEC });

test('validate: a good spec', async () => {
  const { code, out, received } = await heddle(['validate', 'flow.yaml'], {
    'POST /workflows/validate': { json: { valid: true } },
  });
  expect({ code, out }).toEqual({ code: 0, out: 'valid flow.yaml' });
  expect(received[0]).toMatchObject({
    body: SPEC,
    headers: { authorization: 'Bearer key', 'content-type': 'application/yaml' },
  });
});

test('validate: every problem with its line, a caret and the suggestion', async () => {
  const { code, said } = await heddle(['validate', 'flow.yaml'], { 'POST /workflows/validate': REFUSAL });
  expect(code).toBe(2);
  expect(`\n${said}\n`).toBe(`
error UNKNOWN_NODE there is no node breif
 --> flow.yaml:6:22  /edges/0/to
  |
6 |   - { from: web, to: breif }
  |                      ^^^^^
  = did you mean brief?

error MISSING_FIELD config is missing
 --> flow.yaml:3:5  /nodes/0/config
  |
3 |   - key: web
  |     ^^^

2 problems in flow.yaml
`);
});

test('validate --json: the problem document on stdout', async () => {
  const { code, out } = await heddle(['validate', 'flow.yaml', '--json'], { 'POST /workflows/validate': REFUSAL });
  expect(code).toBe(2);
  expect(JSON.parse(out).errors).toHaveLength(2);
});

test('apply names the version', async () => {
  const applied = { id: 'w1', name: 'flow', version: 2 };
  const { code, out } = await heddle(['apply', 'flow.yaml'], { 'POST /workflows': { status: 201, json: applied } });
  expect({ code, out }).toEqual({ code: 0, out: 'flow version 2  w1' });
});

test('run: input from JSON, file and pairs; prints the id', async () => {
  const answers = { 'POST /workflows/flow/run': { status: 202, json: { id: 'r1', status: 'queued' } } };
  const args = ['run', 'flow', '-i', '{"a":1,"b":1}', '-i', 'b=2', '-i', 'name=Ada', '-m', 'by=test', '--key', 'k1'];
  const { code, out, received } = await heddle(args, answers);
  expect({ code, out }).toEqual({ code: 0, out: 'r1' });
  expect(JSON.parse(received[0]!.body)).toEqual({ input: { a: 1, b: 2, name: 'Ada' }, metadata: { by: 'test' } });
  expect(received[0]!.headers['idempotency-key']).toBe('k1');
});

const FOLLOWED = {
  'POST /workflows/flow/run': { status: 202, json: { id: 'r1', status: 'queued' } },
  'GET /workflow_runs/r1': { json: RUN },
};
const FIRST_HALF = stream(
  {
    type: 'snapshot',
    data: { ...RUN, status: 'running', started_at: AT, nodes: [node('load', 'tool_call', { status: 'pending' })] },
  },
  event('node.running', '01', '2026-11-22T10:00:00.010Z', { node_key: 'load', status: 'running' }),
  event('node.log', undefined, '2026-11-22T10:00:00.100Z', {
    node_key: 'load',
    attempt: 1,
    ephemeral: true,
    data: { text: 'fetching' },
  }),
  event('node.completed', '02', '2026-11-22T10:00:00.500Z', { node_key: 'load', status: 'completed' }),
);
const SECOND_HALF = stream(
  event('gate.opened', '03', '2026-11-22T10:00:00.600Z', { node_key: 'sign_off', status: 'waiting' }),
  event('run.completed', '04', '2026-11-22T10:00:02.000Z', { status: 'completed' }),
);

test('run --follow: draws what happens, goes on at its cursor after the line broke, ends with the output', async () => {
  const { code, out, said, received } = await heddle(['run', 'flow', '--follow'], {
    ...FOLLOWED,
    'GET /workflow_runs/r1/events': [FIRST_HALF, SECOND_HALF],
  });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ text: 'done' });
  expect(said).toBe(`run r1
   0.01  load      ▸ running
   0.10  load        fetching
   0.50  load      ✓ completed 0.49s
to decide: heddle decide r1 sign_off approve

load      ━━━━━━━━━━                                0.50s
sign_off            ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄  1.50s
shelve                                              skipped

completed`);
  const cursors = received
    .filter(({ path }) => path.endsWith('/events'))
    .map(({ headers }) => headers['last-event-id']);
  expect(cursors).toEqual([undefined, '02']);
});

test('run --follow of a run that fails exits 1', async () => {
  const failed = { ...RUN, status: 'failed', output: null, error: { code: 'HTTP_5XX', message: 'it broke' } };
  const { code, said } = await heddle(['run', 'flow', '--follow'], {
    ...FOLLOWED,
    'GET /workflow_runs/r1': { json: failed },
    'GET /workflow_runs/r1/events': stream({ type: 'snapshot', data: failed }),
  });
  expect(code).toBe(1);
  expect(said).toContain('error HTTP_5XX: it broke');
});

test('run --follow --json: one event a line', async () => {
  const answers = { ...FOLLOWED, 'GET /workflow_runs/r1/events': [FIRST_HALF, SECOND_HALF] };
  const { out } = await heddle(['run', 'flow', '--follow', '--json'], answers);
  const types = out.split('\n').map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(['node.running', 'node.log', 'node.completed', 'gate.opened', 'run.completed', 'run']);
});

test('runs: a table; pages are joined up to the limit', async () => {
  const item = { ...RUN, nodes: undefined };
  const { out } = await heddle(['runs', '--status', 'completed', '-n', '3'], {
    'GET /workflow_runs?status=completed&limit=3': { json: { items: [item, item], next_cursor: 'c' } },
    'GET /workflow_runs?status=completed&cursor=c&limit=1': { json: { items: [item], next_cursor: 'd' } },
  });
  expect(out.split('\n')).toEqual([
    'RUN  WORKFLOW  STATUS     STARTED               TOOK',
    ...Array.from({ length: 3 }, () => 'r1   flow v2   completed  2026-11-22T10:00:00Z  2.00s'),
  ]);
});

test('show, and one node of it', async () => {
  const answers = { 'GET /workflow_runs/r1': { json: RUN } };
  expect((await heddle(['show', 'r1'], answers)).out).toMatch(
    /workflow {2}flow v2[\s\S]*load {6}━+[\s\S]*"text": "done"/,
  );
  expect((await heddle(['show', 'r1', '--node', 'load'], answers)).out).toMatch(/^load tool_call completed, attempt 1/);
  expect((await heddle(['show', 'r1', '--node', 'lod'], answers)).code).toBe(2);
});

test('logs: all pages', async () => {
  const line = (seq: number, text: string) => ({
    run_id: 'r1',
    node_key: 'load',
    attempt: 1,
    seq,
    at: AT,
    stream: 'stdout',
    text,
  });
  const { out } = await heddle(['logs', 'r1', '--node', 'load'], {
    'GET /workflow_runs/r1/logs?node=load&limit=1000': { json: { items: [line(0, 'one')], next_cursor: 'c' } },
    'GET /workflow_runs/r1/logs?node=load&limit=1000&cursor=c': {
      json: { items: [line(1, 'two')], next_cursor: null },
    },
  });
  expect(out).toBe('load#1 one\nload#1 two');
  const newest = await heddle(['logs', 'r1', '--tail', '3', '--search', 'o'], {
    'GET /workflow_runs/r1/logs?q=o&order=desc&limit=3': { json: { items: [line(9, 'foo')], next_cursor: 'c' } },
    'GET /workflow_runs/r1/logs?q=o&order=desc&limit=2&cursor=c': { json: { items: [], next_cursor: 'd' } }, // it looked far enough
    'GET /workflow_runs/r1/logs?q=o&order=desc&limit=2&cursor=d': {
      json: { items: [line(5, 'two'), line(3, 'one')], next_cursor: 'e' },
    },
  });
  expect(newest.out).toBe('load#1 one\nload#1 two\nload#1 foo');
});

test('gates, decide, cancel', async () => {
  const gate = { run_id: 'r1', node_key: 'ok', title: 'Fine?', role: 'approver', opened_at: AT, status: 'open' };
  const answers = {
    'GET /gates?assigned=me&status=open': { json: { items: [gate], next_cursor: null } },
    'POST /workflow_runs/r1/nodes/ok/decision': { json: {} },
    'POST /workflow_runs/r1/cancel': { status: 202, json: {} },
  };
  expect((await heddle(['gates'], answers)).out).toContain(`r1   ok    approver  open    ${AT}  Fine?`);
  const { out, received } = await heddle(['decide', 'r1', 'ok', 'deny', '-c', 'no'], answers);
  expect(out).toBe('ok: denied');
  expect(JSON.parse(received[0]!.body)).toEqual({ decision: 'deny', comment: 'no' });
  expect((await heddle(['cancel', 'r1'], answers)).code).toBe(0);
});

const SCHEDULE = {
  ...{
    id: 'sch_1',
    name: 'nightly',
    workflow: 'flow',
    version: null,
    paused: true,
    note: 'holidays',
    next_times: [AT],
  },
  spec: { cron: ['0 2 * * *'], time_zone: 'UTC', intervals: [{ every: '1h', offset: '10m' }], overlap: 'skip' },
  fires: { started: 2, skipped: 1, missed: 0 },
  last_error: { code: 'INPUT_INVALID', message: 'it does not fit', due_at: AT },
  recent: [
    { due_at: AT, run_id: null, status: null, error: { code: 'INPUT_INVALID', message: 'it does not fit' } },
    { due_at: AT, run_id: 'r1', status: 'completed', error: null },
  ],
};

test('schedules: list and show', async () => {
  const { out } = await heddle(['schedules', 'list'], {
    'GET /schedules?limit=100': { json: { items: [SCHEDULE], next_cursor: 'c' } },
    'GET /schedules?cursor=c&limit=100': {
      json: { items: [{ ...SCHEDULE, paused: false, version: 3 }], next_cursor: null },
    },
  });
  expect(out.split('\n')).toEqual([
    'SCHEDULE  NAME     WORKFLOW  TIMES                        STATE',
    'sch_1     nightly  flow      0 2 * * * UTC; every 1h+10m  paused',
    'sch_1     nightly  flow v3   0 2 * * * UTC; every 1h+10m  on',
  ]);
  const shown = (await heddle(['schedules', 'show', 'sch_1'], { 'GET /schedules/sch_1': { json: SCHEDULE } })).out;
  expect(shown).toMatch(
    /state {5}paused: holidays\n[\s\S]*2 started, 1 skipped, 0 missed\nerror {5}INPUT_INVALID it does not fit/,
  );
  expect(shown).toMatch(/DUE +RUN +STATUS\n\S+Z {7}INPUT_INVALID\n\S+Z {2}r1 {3}completed$/);
});

test('schedules: create says what was said, and no more', async () => {
  const args = [
    'nightly',
    'flow',
    '-c',
    '0 2 * * *',
    '-e',
    '1h+10m',
    '-z',
    'Europe/Berlin',
    '-i',
    'n=3',
    '--paused',
    '--key',
    'k',
  ];
  const { out, received } = await heddle(['schedules', 'create', ...args], {
    'POST /schedules': { status: 201, json: SCHEDULE },
  });
  expect(out).toBe('sch_1');
  expect(received[0]!.headers['idempotency-key']).toBe('k');
  expect(JSON.parse(received[0]!.body)).toEqual({
    ...{ name: 'nightly', workflow: 'flow', input: { n: 3 }, metadata: {}, paused: true },
    spec: { cron: ['0 2 * * *'], intervals: [{ every: '1h', offset: '10m' }], time_zone: 'Europe/Berlin' },
  });
});

test('schedules: pause, resume, trigger, backfill, delete', async () => {
  const path = 'POST /schedules/sch_1';
  const answers = {
    [`${path}/pause`]: { json: SCHEDULE },
    [`${path}/resume`]: { json: SCHEDULE },
    [`${path}/trigger`]: { status: 202, json: { run_id: 'r1' } },
    [`${path}/backfill`]: { status: 202, json: { fires: 3 } },
    'DELETE /schedules/sch_1': { json: null },
  };
  const bodies = async (...args: string[]) => {
    const { code, out, received } = await heddle(['schedules', ...args], answers);
    return [code, out.split('\n')[0], received[0]!.body && JSON.parse(received[0]!.body)] as unknown[];
  };
  expect(await bodies('pause', 'sch_1', '-r', 'why')).toEqual([0, 'schedule  sch_1', { reason: 'why' }]);
  expect(await bodies('resume', 'sch_1')).toEqual([0, 'schedule  sch_1', {}]);
  expect(await bodies('trigger', 'sch_1', '--overlap', 'allow_all')).toEqual([0, 'r1', { overlap: 'allow_all' }]);
  expect(await bodies('backfill', 'sch_1', '--from', 'a', '--to', 'b')).toEqual([
    0,
    'asked for 3 runs',
    { from: 'a', to: 'b' },
  ]);
  expect(await bodies('delete', 'sch_1')).toEqual([0, 'deleted sch_1', '']);
  expect((await heddle(['schedules', 'show'])).code).toBe(2);
});

test('completion goes on inside a group of commands', async () => {
  expect((await heddle(['__complete', '--', 'schedules', 're'])).out).toBe('resume');
  expect((await heddle(['__complete', '--', 'schedules', 'trigger', '--o'])).out).toBe('--overlap');
});

test.each([
  ['usage', ['decide', 'r1'], {}, 2, "missing required argument 'gate'"],
  ['no such file', ['validate', 'nowhere.yaml'], {}, 2, "nowhere.yaml can't be read"],
  ['bad input', ['run', 'flow', '-i', 'oops'], {}, 2, 'neither JSON, @file nor key=value'],
  ['not found', ['show', 'r9'], {}, 4, 'no GET /workflow_runs/r9 (NOT_FOUND)'],
  ['not allowed', ['runs'], { 'GET /workflow_runs?limit=20': { status: 403, json: { detail: 'no' } } }, 3, 'error no'],
  [
    'conflict',
    ['decide', 'r1', 'ok', 'approve'],
    { 'POST /workflow_runs/r1/nodes/ok/decision': { status: 409, json: { code: 'GATE_CLOSED', detail: 'closed' } } },
    1,
    'closed (GATE_CLOSED)',
  ],
])('exit code: %s', async (_name, args, answers, code, words) => {
  const { code: got, said, out } = await heddle(args, answers);
  expect(said).toContain(words);
  expect({ got, out }).toEqual({ got: code, out: '' });
});

test('an event goes to a run, or to whoever waits, and what became of it is told', async () => {
  const answers = {
    'POST /workflow_runs/r1/events/payment': [
      { json: { id: 'e', outcome: 'delivered', nodes: ['paid', 'noted'] } },
      { json: { id: 'e', outcome: 'kept', nodes: [] } },
    ],
    'POST /events/payment': {
      json: { id: 'e', repeated: false, expires_at: AT, counts: { delivered: 0, due: 0, unfit: 0 }, runs: [] },
    },
  };
  const args = ['event', 'r1', 'payment', '--key', '42', '--data', '@paid.yaml', '--id', 'e'];
  const { code, out, received } = await commandLine(args, answers, { 'paid.yaml': 'amount: 7\n' });
  expect([code, out]).toEqual([0, 'payment: delivered to paid, noted']);
  expect(JSON.parse(received[0]!.body)).toEqual({ key: '42', data: { amount: 7 }, id: 'e' });
  const sent = await commandLine(['send-event', 'payment', '--key', '42', '--ttl', '1d'], answers);
  expect([sent.code, sent.out]).toEqual([0, `payment: nobody waits for it; kept until ${AT}`]);
  expect(JSON.parse(sent.received[0]!.body)).toEqual({ key: '42', ttl: '1d' });
});
