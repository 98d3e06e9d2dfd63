import { beginningOfId, idsFrom } from './run-ids.js';

test.each([
  ['run_01234567', 'run_01234567'],
  ['01234567', 'run_01234567'],
  ['run_0123456', undefined], // the digits of more than 65 seconds
  ['run_0123456g', undefined],
  ['key_01234567', undefined],
  ['', undefined],
])('%s is the beginning of %s', (text, id) => {
  expect(beginningOfId(text)).toBe(id);
});

test.each([
  ['run_01234567', 'run_01234568'],
  ['run_01234569', 'run_0123456a'],
  ['run_0123456f', 'run_0123456g'],
])('ids that begin with %s lie before %s', (beginning, end) => {
  expect(idsFrom(beginning)).toEqual([beginning, end]);
});

test('of a child run, the digits of the run that started it bound the range', () => {
  const digits = `run_${'0'.repeat(32)}`;
  expect(idsFrom(`${digits}.node`)).toEqual([digits, `run_${'0'.repeat(31)}1`]);
});
