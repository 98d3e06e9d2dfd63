import type { LogLine } from '../../../../../../core/events/live.js';
import type { Attempt } from '../../live/index.js';
import { pauseBefore, withLog } from './attempt-rows.js';

const at = (s: number) => `2026-01-01T00:00:${String(s).padStart(2, '0')}.000Z`;
const line = (attempt: number, s: number, text: string, stream: LogLine['stream'] = 'system'): LogLine => ({
  ...{ run_id: 'run_1', node_key: 'web', attempt, seq: 0, at: at(s), stream, text },
});
const unseen = (n: number): Attempt => ({ n, began: null, ended: null, status: 'failed', error: null });

test.each<[string, Attempt, LogLine[], Partial<Attempt>]>([
  [
    'when it began and how it failed',
    unseen(1),
    [line(1, 1, 'GET http://x'), line(1, 2, 'attempt 1 failed: HTTP_5XX: no\nreally')],
    { began: at(1), ended: at(2), error: { code: 'HTTP_5XX', message: 'no\nreally' } },
  ],
  ['nothing, when nothing was logged', unseen(1), [line(2, 1, 'x')], unseen(1)],
  [
    'not what a program printed',
    unseen(1),
    [line(1, 1, 'attempt 1 failed: HTTP_5XX: no', 'stdout')],
    { began: at(1), ended: null, error: null },
  ],
  [
    'nothing of what is known better',
    { ...unseen(1), began: at(0), ended: at(3), error: { code: 'HTTP_429', message: 'slow' } },
    [line(1, 1, 'attempt 1 failed: HTTP_5XX: no')],
    { began: at(0), ended: at(3), error: { code: 'HTTP_429', message: 'slow' } },
  ],
])('the log tells %s', (_, attempt, lines, expected) => {
  expect(withLog([attempt], lines)[0]).toMatchObject(expected);
});

test('the pause between two attempts, where both are known', () => {
  const known: Attempt[] = [
    { ...unseen(1), began: at(0), ended: at(1) },
    { ...unseen(2), began: at(3) },
    { ...unseen(3), began: at(9) },
  ];
  expect([0, 1, 2].map((index) => pauseBefore(known, index))).toEqual([null, 2000, null]);
});
