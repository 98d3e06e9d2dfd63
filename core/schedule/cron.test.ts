import { cronProblem } from './cron.js';

test.each([
  '* * * * *',
  '0 2 * * *',
  '*/15 9-17 * * MON-FRI',
  '5/20 0,12 1-7 jan,JUL sun',
  '0 0 29 2 *',
  '0 0 * * 7',
  ' 30  6 * * 1-5 ',
  '@daily',
  '@Hourly',
])('%s is one', (text) => expect(cronProblem(text)).toBeUndefined());

test.each([
  ['', /one field, not five/],
  ['0 2 * *', /4 fields, not five/],
  ['0 0 2 * * *', /6 fields, not five/],
  ['60 * * * *', /^minute 60: it lies between 0 and 59$/],
  ['0 24 * * *', /^hour 24: it lies between 0 and 23$/],
  ['0 0 0 * *', /^day of the month 0: it lies between 1 and 31$/],
  ['0 0 1 13 *', /^month 13: it lies between 1 and 12, or is jan to dec$/],
  ['0 0 * * 8', /^day of the week 8: it lies between 0 and 7, or is sun to sat$/],
  ['0 0 * * funday', /^day of the week funday: it lies/],
  ['0 22-2 * * *', /^hour 22-2: a range goes upward$/],
  ['*/0 * * * *', /^minute \*\/0: a step is at least 1$/],
  ['1-2-3 * * * *', /^minute 1-2-3: it reads like/],
  ['*-5 * * * *', /^minute \*-5: it reads like/],
  ['1,,2 * * * *', /it reads like/],
  ['0 0 L * *', /^day of the month l: it lies/],
  ['0 0 31 2 *', /it never comes: no such month has a day 31/],
  ['0 0 31 4,6,9,11 *', /it never comes/],
  ['@fortnightly', /the shorthands are @yearly/],
  ['@every 5m', /a field of its own: intervals/],
  ['TZ=UTC 0 0 * * *', /a field of its own: time_zone/],
  ['CRON_TZ=UTC 0 0 * * *', /a field of its own: time_zone/],
])('%s is none', (text, problem) => expect(cronProblem(text)).toMatch(problem));

test('a huge step ends', () => expect(cronProblem('0/99999999999999999999 * * * *')).toBeUndefined());
