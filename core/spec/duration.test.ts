import fc from 'fast-check';
import { DURATION_PATTERN, parseDuration } from './duration.js';

test.each([
  ['250ms', 250],
  ['5s', 5_000],
  ['10m', 600_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
  ['0s', 0],
  ['PT1H30M', 5_400_000],
  ['P1D', 86_400_000],
  ['P2DT3H4M5.6S', 183_845_600],
  ['PT0.25S', 250],
])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each([
  '',
  '5',
  's',
  '-5s',
  '5 s',
  '5S',
  '.5s',
  '1w',
  'P',
  'PT',
  'P1DT',
  'P1M',
  'P1Y',
  'PT5',
  '1h30m',
  '5s ',
  'NaNs',
])('%j is none', (text) => expect(parseDuration(text)).toBeUndefined());

test('the published pattern takes just what can be parsed', () => {
  const pattern = new RegExp(DURATION_PATTERN);
  const near = fc
    .array(fc.constantFrom('P', 'T', '1', '30', '.', 'D', 'H', 'M', 'S', 'ms', 's', 'm', 'h', 'd', ' ', '-'), {
      maxLength: 6,
    })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(near, (text) => {
      expect([text, pattern.test(text)]).toEqual([text, parseDuration(text) !== undefined]);
    }),
    { numRuns: 2_000 },
  );
});
