import type { NodeView } from '../../../../../core/events/view.js';
import { amendedAs, lineOf, saidOf } from './words.js';

const second = (n: number) => `2026-01-01T00:00:${String(n).padStart(2, '0')}.000Z`;
const node = (more: Partial<NodeView>): NodeView => ({
  ...{ key: 'a', type: 'tool_call', status: 'pending', attempt: 0, input: null, output: null, error: null },
  ...{ queued_at: null, started_at: null, finished_at: null, why: null, ...more },
});
const [began, ended] = [{ started_at: second(0) }, { finished_at: second(4) }];

test.each<[string, Partial<NodeView>, string]>([
  ['pending', {}, 'tool call'],
  ['queued', { status: 'queued', why: 'waits for one of 5 places' }, 'waits for one of 5 places'],
  ['running', { status: 'running', attempt: 1, ...began }, '5.0 s'],
  ['a later attempt', { status: 'running', attempt: 3, ...began }, 'attempt 3 · 5.0 s'],
  ['a gate', { status: 'waiting', why: 'waits for 1 of group legal' }, 'waits for 1 of group legal'],
  [
    'a time in the zone of the reader',
    { status: 'waiting', why: `waits until ${second(5)}` },
    'waits until Jan 1, 00:00:05',
  ],
  ['held', { status: 'held', error: { code: 'HTTP_5XX', message: 'no' } }, 'HTTP_5XX: no'],
  ['failed', { status: 'failed', error: { code: 'HTTP_5XX', message: 'no' } }, 'HTTP_5XX: no'],
  ['completed', { status: 'completed', attempt: 2, ...began, ...ended }, 'attempt 2 · 4.0 s'],
  ['skipped', { status: 'skipped', why: 'its edge was not taken' }, 'its edge was not taken'],
  ['a map', { status: 'running', items: { total: 9, completed: 3, failed: 1 } }, '3 of 9 items, 1 failed'],
])('the line of a node: %s', (_, more, text) =>
  expect(lineOf(node(more), Date.parse(second(5)), 'utc').text).toBe(text),
);

test('only what runs changes with the time', () => {
  expect(lineOf(node({ status: 'running', ...began }), 0, 'utc').tick).toBe(true);
  expect(lineOf(node({ status: 'completed', ...began, ...ended }), 0, 'utc').tick).toBe(false);
});

test.each<[string, string | undefined]>([
  ['a', 'changed'],
  ['b', 'added'],
  ['c', undefined],
])('how %s came to be as it is', (key, how) => {
  const of = (added: string[], changed: string[]) =>
    ({ changes: { added, removed: [], changed } }) as unknown as NonNullable<Parameters<typeof amendedAs>[1]>[number];
  expect(amendedAs(key, [of(['a', 'b'], []), of([], ['a'])])).toBe(how);
});

test('it is said in one sentence', () => {
  expect(saidOf('a', 'tool_call', undefined, 'utc')).toBe('a, tool call, Pending');
  expect(saidOf('a', 'human_gate', node({ status: 'waiting', why: 'waits for ann' }), 'utc')).toBe(
    'a, human gate, Waiting: waits for ann',
  );
});
