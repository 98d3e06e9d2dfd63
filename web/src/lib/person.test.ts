/** @jest-environment node */
import { personOf } from './person.js';

test.each([
  ['user:ann', 'ann'],
  ['user:ann@example.org', 'ann@example.org'],
  ['key:key_01a21b1385cb7f41b02cbde369ca5d53', 'key …5d53'],
  ['schedule:nightly', 'schedule:nightly'],
])('%s is %s', (subject, person) => {
  expect(personOf(subject)).toBe(person);
});
