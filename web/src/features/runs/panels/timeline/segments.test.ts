import type { NodeView } from '../../../../../../core/events/view.js';
import type { Attempt, NodeCourse, Wait } from '../../live/index.js';
import { rowsOf, segmentsOf } from './segments.js';

const at = (s: number) => new Date(1_000_000_000_000 + s * 1000).toISOString();
const node = (more: Partial<NodeView>): NodeView => ({
  ...{ key: 'web', type: 'tool_call' as const, status: 'completed' as const, attempt: 1, input: null, output: null },
  ...{ error: null, queued_at: at(0), started_at: at(1), finished_at: at(9), why: null, ...more },
});
const attempt = (n: number, from: number | null, to: number | null, status: Attempt['status']): Attempt => ({
  ...{ n, began: from === null ? null : at(from), ended: to === null ? null : at(to), status },
  error: status === 'failed' ? { code: 'HTTP_5XX', message: 'no' } : null,
});
const wait = (kind: Wait['kind'], from: number, to: number | null): Wait => ({
  ...{ kind, from: at(from), to: to === null ? null : at(to) },
});
const told = (of: NodeView, course: Partial<NodeCourse> = {}) =>
  segmentsOf(of, { attempts: [], waits: [], ...course }).map(({ kind, from, to, status, n }) =>
    [kind, (from - 1e12) / 1000, to === null ? 'now' : (to - 1e12) / 1000, status ?? '', n ?? ''].join(' ').trim(),
  );

test.each<[string, NodeView, Partial<NodeCourse>, string[]]>([
  [
    'tried again after a backoff',
    node({}),
    {
      attempts: [attempt(1, 1, 3, 'failed'), attempt(2, 5, 9, 'completed')],
      waits: [wait('queue', 0, 1), wait('backoff', 3, 5)],
    },
    ['queue 0 1', 'attempt 1 3 failed 1', 'backoff 3 5', 'attempt 5 9 completed 2'],
  ],
  [
    'at work',
    node({ status: 'running', finished_at: null }),
    { attempts: [attempt(1, 1, null, 'running')], waits: [wait('queue', 0, 1)] },
    ['queue 0 1', 'attempt 1 now running 1'],
  ],
  [
    'waits for its next attempt',
    node({ status: 'queued', finished_at: null }),
    { attempts: [attempt(1, 1, 3, 'failed')], waits: [wait('backoff', 3, null)] },
    ['attempt 1 3 failed 1', 'backoff 3 now'],
  ],
  [
    'an attempt that nobody watched is left out, the others stand',
    node({}),
    { attempts: [attempt(1, null, null, 'failed'), attempt(2, 5, 9, 'completed')] },
    ['attempt 5 9 completed 2'],
  ],
  [
    'an attempt whose end nobody saw ended before the next one',
    node({}),
    { attempts: [attempt(1, 1, null, 'failed'), attempt(2, 5, 9, 'completed')] },
    ['attempt 1 5 failed 1', 'attempt 5 9 completed 2'],
  ],
  [
    'held',
    node({ status: 'held', finished_at: null }),
    { attempts: [attempt(1, 1, 3, 'failed')], waits: [wait('held', 3, null)] },
    ['attempt 1 3 failed 1', 'held 3 now'],
  ],
  ['quick, without a course', node({ started_at: null }), {}, ['attempt 0 9 completed']],
  [
    'quick, with a queue that its own times cover',
    node({ started_at: at(0) }),
    { waits: [wait('queue', 0, 9)] },
    ['attempt 0 9 completed'],
  ],
  ['a gate', node({ type: 'human_gate', started_at: null }), { waits: [wait('gate', 0, 9)] }, ['gate 0 9']],
  ['a gate without a course', node({ type: 'human_gate', started_at: null }), {}, ['gate 0 9']],
  [
    'a timer without a course',
    node({ type: 'wait', status: 'waiting', started_at: null, finished_at: null }),
    {},
    ['time 0 now'],
  ],
  ['pending', node({ status: 'pending', queued_at: null, started_at: null, finished_at: null }), {}, []],
  [
    'queued',
    node({ status: 'queued', started_at: null, finished_at: null }),
    { waits: [wait('queue', 0, null)] },
    ['queue 0 now'],
  ],
  ['skipped', node({ status: 'skipped', queued_at: null, started_at: null }), {}, []],
  [
    'undone',
    node({
      compensation: {
        ...{ status: 'completed' as const, attempt: 1, input: null, output: null, error: null },
        ...{ started_at: at(20), finished_at: at(22) },
      },
    }),
    { attempts: [attempt(1, 1, 9, 'completed')] },
    ['attempt 1 9 completed 1', 'undo 20 22 completed'],
  ],
])('%s', (_, of, course, expected) => {
  expect(told(of, course)).toEqual(expected);
});

test('rows are in order of their start, and what has not begun comes last in the plan’s order', () => {
  const pending = { status: 'pending' as const, queued_at: null, started_at: null, finished_at: null };
  const nodes = [
    node({ key: 'late', started_at: at(5) }),
    node({ key: 'p1', ...pending }),
    node({ key: 'early' }),
    node({ key: 'p2', ...pending }),
  ];
  const rows = rowsOf(nodes, () => ({ attempts: [], waits: [] }));
  expect(rows.map(({ key }) => key)).toEqual(['early', 'late', 'p1', 'p2']);
});
