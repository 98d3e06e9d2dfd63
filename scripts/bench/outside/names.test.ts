import { namedContenders } from './names.js';

test('contenders are named by the command line', () => {
  expect(namedContenders([])).toEqual({});
  expect(namedContenders(['other=http://127.0.0.1:8800/', 'far=https://x.test/bench'])).toEqual({
    other: 'http://127.0.0.1:8800',
    far: 'https://x.test/bench',
  });
});

test.each([
  ['other', 'expected NAME=URL'],
  ['=http://127.0.0.1:1', 'expected NAME=URL'],
  ['other=127.0.0.1', 'expected NAME=URL'],
  ['other=ftp://x.test', 'expected NAME=URL'],
  ['hand=http://127.0.0.1:1', 'there is a contender hand already'],
  ['heddle=http://127.0.0.1:1', 'there is a contender heddle already'],
])('%s: %s', (given, message) => {
  expect(() => namedContenders([given])).toThrow(`--contender ${given}: ${message}`);
});

test('no name twice', () => {
  expect(() => namedContenders(['a=http://x.test', 'a=http://y.test'])).toThrow('a contender a already');
});
