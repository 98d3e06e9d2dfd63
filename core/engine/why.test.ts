import { planOf } from '../../tests/support/plans.js';
import type { NodeView, RunView } from '../events/view.js';
import { whyOfRun } from './why.js';

const node = (key: string, more: Partial<NodeView> = {}): NodeView => ({
  ...{ key, type: 'tool_call', status: 'completed', attempt: 1, input: null, output: null, error: null },
  ...{ queued_at: null, started_at: null, finished_at: null, why: null, ...more },
});
const run = (more: Partial<RunView>): RunView => ({
  ...{
    id: 'run_1',
    org_id: 'o',
    workflow_id: 'w',
    workflow: 'w',
    version: 1,
    starter: 's',
    metadata: {},
    created_at: '',
  },
  ...{
    status: 'failed',
    input: null,
    output: null,
    error: null,
    started_at: null,
    finished_at: null,
    nodes: [],
    cursor: '',
    ...more,
  },
});
const plan = planOf(
  [{ key: 'other' }, { key: 'first' }, { key: 'mend' }, { key: 'last' }],
  [
    { from: 'first', to: 'mend', on: 'failure' },
    { from: 'mend', to: 'last' },
  ],
);
const failed = (key: string, at: string, code: string) =>
  node(key, { status: 'failed', finished_at: at, error: { code, message: `${key} broke` } });

test('the first failure on the way to the end is the cause, not the last symptom, and not one elsewhere', () => {
  const nodes = [
    failed('other', '2026-01-01T00:00:00Z', 'X'),
    failed('first', '2026-01-01T00:00:01Z', 'HTTP_5XX'),
    failed('mend', '2026-01-01T00:00:02Z', 'OUTPUT_INVALID'),
    node('last', { status: 'skipped', why: 'the run failed' }),
  ];
  const error = { code: 'OUTPUT_INVALID', message: 'node mend failed', details: { node: 'mend' } };
  expect(whyOfRun(run({ nodes, error }), plan)).toMatchObject({
    why: 'first ended with HTTP_5XX: first broke',
    first_cause: { node: 'first', code: 'HTTP_5XX', at: '2026-01-01T00:00:01Z' },
    nodes: [{ key: 'other' }, { key: 'first' }, { key: 'mend' }, { key: 'last', why: 'the run failed' }],
  });
});

test('a run that took too long is its own cause', () => {
  const error = { code: 'RUN_TIMED_OUT', message: 'the run took longer than 5 ms' };
  expect(whyOfRun(run({ status: 'timed_out', error }), plan)).toMatchObject({
    why: 'it ended with RUN_TIMED_OUT: the run took longer than 5 ms',
    first_cause: { node: null },
  });
});

test.each([
  ['queued', [], 'it was accepted, and no worker has begun it yet'],
  ['held', [node('a', { status: 'held', why: 'held after HTTP_5XX: no luck' })], 'a held after HTTP_5XX: no luck'],
  ['waiting', [node('g', { status: 'waiting', why: 'waits for 1 of group legal' })], 'g waits for 1 of group legal'],
  [
    'running',
    ['a', 'b', 'c', 'd', 'e'].map((key) => node(key, { status: 'running' })),
    'a is running; b is running; c is running; and 2 more nodes',
  ],
  ['completed', [], 'it completed'],
] as const)('%s', (status, nodes, why) => {
  expect(whyOfRun(run({ status, nodes: [...nodes] }), plan).why).toBe(why);
});
