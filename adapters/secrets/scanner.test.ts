import fc from 'fast-check';
import { Scanner } from './scanner.js';

const find = (patterns: string[], text: string) =>
  new Scanner(patterns.map((each) => Buffer.from(each))).find(Buffer.from(text));

test.each<[string, string[], string, [number, number][]]>([
  ['nothing', ['abcd'], 'xyz xyz', []],
  ['an empty text', ['abcd'], '', []],
  ['a text that is shorter than any pattern', ['abcd'], 'abc', []],
  ['the whole text', ['abcd'], 'abcd', [[0, 4]]],
  ['at the beginning', ['abcd'], 'abcd-', [[0, 4]]],
  ['at the end', ['abcd'], '-abcd', [[1, 5]]],
  ['a beginning alone', ['abcdef'], 'abcde', []],
  [
    'several times',
    ['abcd'],
    'abcdabcd abcd',
    [
      [0, 4],
      [4, 8],
      [9, 13],
    ],
  ],
  ['the longest of two that begin alike', ['abcd', 'abcdef'], 'abcdefg', [[0, 6]]],
  ['the shorter when the longer does not fit', ['abcd', 'abcdef'], 'abcdxx', [[0, 4]]],
  ['the first of two that overlap', ['abcd', 'cdef'], 'abcdef', [[0, 4]]],
  ['bytes, not characters', ['öäüß'], 'xöäüß', [[1, 9]]],
  ['after a false start', ['aaab'], 'aaaaab', [[2, 6]]],
])('%s', (_what, patterns, text, expected) => {
  expect(find(patterns, text)).toEqual(expected);
});

test('finds what a plain search finds', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 7 });
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 1, maxLength: 6 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c') }),
      (patterns, text) => {
        const plain: [number, number][] = [];
        const longestFirst = patterns.toSorted((a, b) => b.length - a.length);
        for (let at = 0; at < text.length; ) {
          const hit = longestFirst.find((each) => text.startsWith(each, at));
          if (hit) plain.push([at, at + hit.length]);
          at += hit?.length ?? 1;
        }
        expect(find(patterns, text)).toEqual(plain);
      },
    ),
    { numRuns: 2_000 },
  );
});
