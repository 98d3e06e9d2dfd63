import { isOwnTime, secondsForTrigger } from './times.js';

const at = (time: string) => new Date(`2026-01-01T${time}Z`);

test.each([
  // cron   intervals           time       own
  [['x'], [], '00:05:00', true],
  [['x'], [], '00:05:01', false],
  [[], [['10m', '0s']], '00:10:00', true],
  [[], [['10m', '0s']], '00:05:00', false],
  [[], [['10m', '5m']], '00:05:00', true],
  [['x'], [['10s', '3s']], '00:00:13', true],
] as [string[], [string, string][], string, boolean][])('cron %j, intervals %j at %s: %s', (cron, given, time, own) => {
  const intervals = given.map(([every, offset]) => ({ every, offset }));
  expect(isOwnTime({ cron, intervals }, at(time))).toBe(own);
});

test('a run that is asked for is due in the next second in which nothing else is', () => {
  const intervals = [0, 1, 2, 3, 5, 6, 7, 8].map((offset) => ({ every: '10s', offset: `${offset}s` }));
  const seconds = secondsForTrigger({ cron: ['x'], intervals }, at('00:00:00.001'));
  expect([seconds.next().value, seconds.next().value, seconds.next().value]).toEqual([
    at('00:00:04'),
    at('00:00:09'),
    at('00:00:14'),
  ]);
});
