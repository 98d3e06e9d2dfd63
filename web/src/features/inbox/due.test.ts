import { dueOf } from './due.js';

const NOW = Date.parse('2026-03-10T12:00:00Z');
test.each([
  ['open', '2026-03-10T15:00:00Z', { tone: 'wait', words: 'Due in 3 hours' }],
  ['open', '2026-03-13T12:00:00Z', { tone: 'idle', words: 'Due in 3 days' }],
  ['open', '2026-03-10T11:00:00Z', { tone: 'bad', words: 'Overdue, was due 1 hour ago' }],
  ['open', null, undefined],
  ['decided', '2026-03-10T11:00:00Z', undefined],
])('a gate that is %s and due at %s', (status, due_at, told) => expect(dueOf({ status, due_at }, NOW)).toEqual(told));
