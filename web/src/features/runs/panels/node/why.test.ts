import { capital, splitTimes } from './why.js';

test.each([
  ['waits for parse', [{ text: 'waits for parse' }]],
  [
    'attempt 2 of 5 starts at 2026-01-01T00:00:04.000Z after HTTP_5XX: it failed',
    [{ text: 'attempt 2 of 5 starts at ' }, { at: '2026-01-01T00:00:04.000Z' }, { text: ' after HTTP_5XX: it failed' }],
  ],
  ['waits until 2026-01-01T00:00:04Z', [{ text: 'waits until ' }, { at: '2026-01-01T00:00:04Z' }]],
  ['', []],
])('%s', (sentence, parts) => {
  expect(splitTimes(sentence)).toEqual(parts);
});

test.each([
  ['waits for parse', 'Waits for parse'],
  ['user:ann paused it: lunch', 'user:ann paused it: lunch'],
])('%s', (sentence, expected) => {
  expect(capital(sentence)).toBe(expected);
});
