import { inputOf, isoOf } from './time-input.js';

test.each([
  ['2026-03-10T12:30', '2026-03-10T12:30:00.000Z'],
  ['2026-03-10T12:30:05', '2026-03-10T12:30:05.000Z'],
  ['2026-13-10T12:30', undefined],
  ['yesterday', undefined],
  ['', undefined],
])('%s in UTC is %s', (text, iso) => expect(isoOf(text, 'utc')).toBe(iso));

test.each([
  ['2026-03-10T12:30:00.000Z', '2026-03-10T12:30'],
  ['yesterday', ''],
  [undefined, ''],
])('%s is shown as %s', (iso, text) => expect(inputOf(iso, 'utc')).toBe(text));

test('what is put in comes back, in the reader’s zone as well', () =>
  expect(inputOf(isoOf('2026-07-10T12:30', 'local'), 'local')).toBe('2026-07-10T12:30'));
