import fc from 'fast-check';
import { FAULTS } from '../fault.js';
import { nearest, PROBLEMS, speller } from './problems.js';

const FIELDS = ['retry', 'timeout', 'condition', 'to', 'from', 'key', 'on_error', 'output'];

test.each([
  ['retrys', 'retry'],
  ['retyr', 'retry'], // neighbours swapped
  ['timeuot', 'timeout'],
  ['conditon', 'condition'],
  ['Key', 'key'],
  ['too', 'to'],
  ['form', 'from'],
  ['onerror', 'on_error'],
  ['outptu', 'output'],
  ['zzz', undefined],
  ['x', undefined],
  ['retryPolicyOfTheNode', undefined],
  ['', undefined],
])('%j is meant for %s', (word, expected) => expect(nearest(word, FIELDS)).toBe(expected));

test('a word that is right is its own nearest, and nothing nearer is passed over', () => {
  const word = fc.stringMatching(/^[a-d]{1,6}$/);
  fc.assert(
    fc.property(word, fc.array(word, { minLength: 1 }), (text, candidates) => {
      const found = nearest(text, candidates);
      if (candidates.includes(text)) expect(found).toBe(text);
      if (found === undefined) return;
      for (const candidate of candidates) expect(distance(text, found)).toBeLessThanOrEqual(distance(text, candidate));
    }),
  );
});

/** Optimal string alignment, the slow way. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const same = a.at(-1) === b.at(-1) ? 0 : 1;
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  return Math.min(
    distance(a.slice(0, -1), b) + 1,
    distance(a, b.slice(0, -1)) + 1,
    distance(a.slice(0, -1), b.slice(0, -1)) + same,
    swapped ? distance(a.slice(0, -2), b.slice(0, -2)) + 1 : Number.POSITIVE_INFINITY,
  );
}

test('a speller says the same as nearest, until it has looked long enough', () => {
  const spell = speller(FIELDS);
  for (const word of ['retrys', 'zzz', 'retrys']) expect(spell(word)).toBe(nearest(word, FIELDS));
  const names = Array.from({ length: 5_000 }, (_, i) => `node_${i}`);
  const many = speller(names);
  const found = names.map((name) => many(`${name}x`));
  expect(found[0]).toBe('node_0');
  expect(found.at(-1)).toBeUndefined();
});

test('a code means one thing', () => {
  expect(Object.keys(PROBLEMS).filter((code) => code in FAULTS)).toEqual([]);
});
