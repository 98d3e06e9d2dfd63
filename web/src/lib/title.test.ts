import { titleOf } from './title.js';

test.each([
  ['Runs', 0, 'Runs · Heddle'],
  ['Inbox', 3, '(3) Inbox · Heddle'],
  ['', 0, 'Heddle'],
  ['Inbox', 1000, '(99+) Inbox · Heddle'],
])('%s with %d waiting is %s', (name, count, title) => expect(titleOf(name, count)).toBe(title));
