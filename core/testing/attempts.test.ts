import { type Policy, retried, type Try } from './attempts.js';

const retry = {
  max_attempts: 3,
  initial_interval_ms: 1_000,
  backoff: 2,
  max_interval_ms: 60_000,
  non_retryable: [] as string[],
};
const policy = { retry, attempt_ms: 10_000 };
const fails = (code: string, takes = 0, details?: object): Try => ({
  takes,
  error: { code, message: 'm', ...(details ? { details: details as never } : {}) },
});
const works = (takes = 0): Try => ({ takes, value: 'v' });
const inTurn =
  (...tries: Try[]) =>
  (attempt: number) =>
    tries[Math.min(attempt, tries.length) - 1]!;
const TIMEOUT = { code: 'NODE_TIMEOUT' };

test.each<[string, Policy, (attempt: number) => Try, object]>([
  ['at once', policy, inTurn(works(5)), { after: 5, attempts: 1, value: 'v' }],
  ['the second time', policy, inTurn(fails('HTTP_5XX', 10), works(5)), { after: 1_015, attempts: 2, value: 'v' }],
  ['waits grow', policy, inTurn(fails('HTTP_5XX'), fails('HTTP_5XX'), works()), { after: 3_000, attempts: 3 }],
  [
    'waits have a bound',
    { ...policy, retry: { ...retry, max_interval_ms: 1_500 } },
    inTurn(fails('HTTP_5XX'), fails('HTTP_5XX'), works()),
    { after: 2_500 },
  ],
  ['attempts run out', policy, inTurn(fails('HTTP_5XX')), { after: 3_000, attempts: 3, error: { code: 'HTTP_5XX' } }],
  [
    'a code that is never tried again',
    policy,
    inTurn(fails('HTTP_4XX')),
    { after: 0, attempts: 1, error: { code: 'HTTP_4XX' } },
  ],
  [
    'a code that the policy lists',
    { ...policy, retry: { ...retry, non_retryable: ['HTTP_5XX'] } },
    inTurn(fails('HTTP_5XX')),
    { attempts: 1 },
  ],
  [
    'the server says how long to wait',
    policy,
    inTurn(fails('HTTP_429', 0, { retry_after_ms: 7_000 }), works()),
    { after: 7_000, attempts: 2 },
  ],
  [
    'an attempt that takes too long',
    policy,
    inTurn(works(20_000), works(1)),
    { after: 11_001, attempts: 2, value: 'v' },
  ],
  ['all attempts take too long', policy, inTurn(works(Infinity)), { after: 33_000, attempts: 3, error: TIMEOUT }],
  [
    'the time for all is up in an attempt',
    { ...policy, total_ms: 12_000 },
    inTurn(fails('HTTP_5XX', 5_000), works(9_000)),
    { after: 12_000, attempts: 2, error: TIMEOUT },
  ],
  [
    'no time is left for another',
    { ...policy, total_ms: 12_000 },
    inTurn(fails('HTTP_5XX', 9_000), fails('HTTP_5XX', 1_500)),
    { after: 11_500, attempts: 2, error: { code: 'HTTP_5XX' } },
  ],
])('%s', (_name, given, tries, expected) => {
  expect(retried(given, tries)).toMatchObject(expected);
});

test('what is tried without end never ends', () => {
  expect(retried({ ...policy, retry: { ...retry, max_attempts: 0 } }, inTurn(fails('HTTP_5XX')))).toBeUndefined();
});
