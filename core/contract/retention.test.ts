import { cutoff, effectiveRetention, ownRetention, type OwnRetention } from './retention.js';

const CONFIGURED = { runs_days: 90, archives_days: 30, logs_days: null };

test.each<[OwnRetention, object]>([
  [{}, CONFIGURED],
  [{ runs_days: null }, { runs_days: null, archives_days: 30, logs_days: null }], // for ever is a word of its own
  [
    { logs_days: 7, archives_days: 1 },
    { runs_days: 90, archives_days: 1, logs_days: 7 },
  ],
])('an org that says %j', (own, policy) => {
  expect(effectiveRetention(CONFIGURED, own)).toEqual(policy);
});

test.each([
  [{ runs_days: 0 }],
  [{ runs_days: 1.5 }],
  [{ runs_days: 36_501 }],
  [{ runs_days: '7' }],
  [{ keys_days: 7 }],
])('%j is no policy', (own) => {
  expect(ownRetention.safeParse(own).success).toBe(false);
});

test('a day is 24 hours', () => {
  const now = new Date('2026-03-29T12:00:00Z');
  expect(cutoff(now, 1)).toEqual(new Date('2026-03-28T12:00:00Z'));
  expect(cutoff(now, null)).toBeUndefined();
});
