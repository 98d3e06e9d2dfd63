import { duration, relativeTime, shortTime, withTimes } from './time.js';

test.each([
  [0, '0 ms'],
  [340, '340 ms'],
  [4_230, '4.2 s'],
  [9_999, '10.0 s'],
  [59_400, '59 s'],
  [185_000, '3 m 05 s'],
  [8_040_000, '2 h 14 m'],
  [273_600_000, '3 d 4 h'],
])('%d ms is %s', (ms, told) => expect(duration(ms)).toBe(told));

const NOW = Date.parse('2026-03-10T12:00:00Z');
test.each([
  ['2026-03-10T12:00:03Z', 'just now'],
  ['2026-03-10T11:59:00.400Z', '1 minute ago'],
  ['2026-03-10T11:58:00Z', '2 minutes ago'],
  ['2026-03-10T11:57:01Z', '2 minutes ago'],
  ['2026-03-10T14:59:00Z', 'in 3 hours'],
  ['2026-03-10T15:00:00Z', 'in 3 hours'],
  ['2026-03-08T12:00:00Z', '2 days ago'],
])('%s is %s', (at, told) => expect(relativeTime(at, NOW)).toBe(told));

test('a short time leaves out the day of today and the year of this one', () => {
  const now = new Date(NOW);
  expect(shortTime('2026-03-10T09:05:07Z', 'utc', now)).toBe('09:05:07');
  expect(shortTime('2026-03-09T09:05:07Z', 'utc', now)).toMatch(/Mar 9.*09:05:07/);
  expect(shortTime('2025-03-09T09:05:07Z', 'utc', now)).toMatch(/2025/);
});

test('times in a sentence of the API are told as all others', () =>
  expect(withTimes('due at 2026-03-10T09:05:07.193Z, or 2026-03-10T10:00:00Z', 'utc', new Date(NOW))).toBe(
    'due at 09:05:07, or 10:00:00',
  ));
