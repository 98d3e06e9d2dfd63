import { commandLine as heddle } from '../tests/support/heddle.js';

/** What people do to runs, on the command line. */

test('a held node is looked at and tried again; a reason must be given', async () => {
  const preview = {
    begins: [{ node: 'a', again: true }],
    effects: [{ node: 'a', key: 'r1/a/0', repeated: true }],
    ...{ taken_back: ['d'], settles: [], may_run: ['b', 'c'], ends: null },
  };
  const answers = {
    'POST /workflow_runs/r1/nodes/a/retry': { json: { run_id: 'r1', act: 'retry_node', node_key: 'a', preview } },
    'POST /workflow_runs/r1/pause': { json: { run_id: 'r1', act: 'pause' } },
  };
  expect((await heddle(['retry', 'r1', 'a'], answers)).code).toBe(2);
  const told = await heddle(['retry', 'r1', 'a', '-r', 'why', '--preview', '--input', '{"x":1}'], answers);
  expect(told.out).toContain('a under r1/a/0, a key that went out before');
  expect(told.out).toContain('back      d');
  expect(told.out).toContain('may run   b, c');
  expect((await heddle(['pause', 'r1', '-r', 'month end'], answers)).out).toBe('r1: pause taken');
});

test('a run that is over is redriven, or forked: the API is asked, and says what would happen', async () => {
  const preview = { begins: [], effects: [], taken_back: [], settles: [], may_run: [], ends: 'completed' };
  const answers = {
    'POST /workflow_runs/r1/redrive': { status: 202, json: { id: 'r1', status: 'queued', redrive: 2 } },
    'POST /workflow_runs/r2/redrive': { json: { id: 'r2', redrive: 1, preview } },
    'POST /workflow_runs/r1/fork': { status: 202, json: { id: 'r3' } },
  };
  const options = ['-r', 'why', '--node', 'a', '--node', 'b', '--input', 'a={"x":1}', '--fresh'];
  const { out, received } = await heddle(['redrive', 'r1', ...options], answers);
  expect(out).toBe('r1 goes on: redrive 2');
  expect(JSON.parse(received[0]!.body)).toEqual({
    reason: 'why',
    nodes: ['a', 'b'],
    inputs: { a: { x: 1 } },
    fresh: true,
  });
  expect((await heddle(['redrive', 'r2', '-r', 'why', '--preview'], answers)).out).toBe('ends      the run: completed');
  const made = await heddle(['fork', 'r1', 'a', '-r', 'what if', '--output', '{"y":2}'], answers);
  expect(made.out).toBe('r3');
  expect(JSON.parse(made.received[0]!.body)).toEqual({ reason: 'what if', from: 'a', output: { y: 2 } });
  expect((await heddle(['redrive', 'r1', '-r', 'why', '--input', 'x'], answers)).code).toBe(2);
});

test('why says the cause, and where to ask further', async () => {
  const cause = { node: 'sub', code: 'SUBWORKFLOW_FAILED', message: 'no', at: null, run_id: 'r1.sub' };
  const nodes = [{ key: 'sub', status: 'failed', why: 'SUBWORKFLOW_FAILED: no' }];
  const told = { status: 'failed', why: 'sub ended with SUBWORKFLOW_FAILED: no', first_cause: cause, nodes };
  const { out } = await heddle(['why', 'r1'], { 'GET /workflow_runs/r1/why': { json: told } });
  expect(out).toContain('failed: sub ended with SUBWORKFLOW_FAILED: no');
  expect(out).toContain('heddle why r1.sub');
});

test('effects, and what a cancel would undo', async () => {
  const effect = {
    key: 'r1/pay/0',
    state: 'undone',
    attempts: 2,
    at: 'now',
    error: null,
    by: null,
    undone_by: 'r1/pay/0/undo',
  };
  const preview = { stops: ['b'], undoes: [{ node: 'pay', key: 'r1/pay/0/undo', certain: false }] };
  const answers = {
    'GET /workflow_runs/r1/effects': { json: { items: [effect] } },
    'GET /workflow_runs/r2/effects': { json: { items: [] } },
    'POST /workflow_runs/r1/cancel': { json: { id: 'r1', preview } },
  };
  expect((await heddle(['effects', 'r1'], answers)).out).toMatch(/undone +r1\/pay\/0 +2 +now +by r1\/pay\/0\/undo/);
  expect((await heddle(['effects', 'r2'], answers)).out).toBe('it has changed nothing outside');
  expect((await heddle(['cancel', 'r1', '--preview'], answers)).out).toBe(
    'stops  b\nundoes  pay as r1/pay/0/undo if it completes',
  );
});

test('a run is amended, and runs of a workflow are migrated page by page', async () => {
  const answers = {
    'POST /workflow_runs/r1/amend': { json: { run_id: 'r1', act: 'amend' } },
    'POST /workflows/flow%403/migrate': [
      { json: { items: [{ run_id: 'r1', from: 1, outcome: 'migrated' }], next_cursor: 'c' } },
      { json: { items: [{ run_id: 'r2', from: 2, outcome: 'refused', reason: 'b is running' }], next_cursor: null } },
    ],
  };
  const amended = await heddle(['amend', 'r1', '-r', 'why', '--patch', '{"nodes":{"x":null}}'], answers);
  expect(amended.out).toBe('r1: amend taken');
  expect(JSON.parse(amended.received[0]!.body)).toEqual({ reason: 'why', patch: { nodes: { x: null } } });
  const moved = await heddle(['migrate', 'flow@3', '-r', 'why', '--from', '1', '2'], answers);
  expect(moved.out).toBe('r1  v1  migrated\nr2  v2  refused: b is running');
  expect(JSON.parse(moved.received[1]!.body)).toEqual({ reason: 'why', from: [1, 2], cursor: 'c' });
});
