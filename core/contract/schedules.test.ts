import { scheduleSpec } from './schedules.js';

const problems = (spec: unknown): string[] =>
  (scheduleSpec.safeParse(spec).error?.issues ?? []).map(({ path, message }) => `/${path.join('/')} ${message}`);

test('what is not said is filled in', () => {
  expect(scheduleSpec.parse({ intervals: [{ every: '1h' }] })).toEqual({
    ...{ cron: [], time_zone: 'UTC', intervals: [{ every: '1h', offset: '0s' }], jitter: '0s' },
    ...{ overlap: 'skip', catchup_window: '1d', pause_on_failure: false },
  });
});

test.each([
  [{ cron: ['0 0 * * *', '0 25 * * *'] }, '/cron/1 hour 25: it lies between 0 and 23'],
  [{}, '/cron a cron expression or an interval is needed'],
  [{ intervals: [{ every: '5s' }] }, '/intervals/0/every it must lie between 10s and 365d'],
  [{ intervals: [{ every: '10.5s' }] }, '/intervals/0/every it is a whole number of seconds'],
  [{ intervals: [{ every: 'often' }] }, '/intervals/0/every a duration reads like 250ms, 5s, 10m, 2h, 1d or PT1H30M'],
  [{ intervals: [{ every: '1h', offset: '2h' }] }, '/intervals/0/offset the offset is less than the interval'],
  [
    { cron: ['@daily'], start_at: '2026-02-01T00:00:00Z', end_at: '2026-01-01T00:00:00+01:00' },
    '/end_at it ends after it starts',
  ],
  [{ cron: ['@daily'], jitter: '2d' }, '/jitter it must lie between 0s and 1d'],
  [{ cron: ['@daily'], catchup_window: '1s' }, '/catchup_window it must lie between 10s and 365d'],
  [{ cron: ['@daily'], timezone: 'UTC' }, '/ Unrecognized key: "timezone"'],
])('%j is refused', (spec, problem) => expect(problems(spec)).toContain(problem));

test('a policy that there is not is refused with those that there are', () =>
  expect(problems({ cron: ['@daily'], overlap: 'queue' })[0]).toMatch(/^\/overlap .*"skip"\|"buffer_one"/));
