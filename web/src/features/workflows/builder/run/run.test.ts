/** @jest-environment node */
import { choiceOf, choiceText, referenceOf } from './api.js';
import { routesInWords } from './choose.js';
import { costInWords, nodesInWords } from './forecast.js';
import { objectOf } from './more-options.js';

test.each([
  ['', { id: 'flow' }],
  ['3', { id: 'flow', version: 3 }],
  ['@stable', { id: 'flow@stable' }],
])('the choice %j', (text, expected) => {
  expect(referenceOf('flow', choiceOf(text))).toEqual(expected);
  expect(choiceText(choiceOf(text))).toBe(text);
});

test('in words', () => {
  expect(routesInWords([{ version: 3, weight: 100 }])).toBe('v3');
  expect(
    routesInWords([
      { version: 3, weight: 90 },
      { version: 4, weight: 10 },
    ]),
  ).toBe('v3 90 %, v4 10 %');
  expect(costInWords(null)).toBe('not known: there are no prices yet');
  expect(nodesInWords(1, 0, 1)).toBe('1 runs; 1 acts outside or asks a person');
  expect(nodesInWords(7, 2, 0)).toBe('7 run, 2 may; none acts outside');
});

test.each([
  ['', {}],
  ['{"a": 1}', { a: 1 }],
  ['[1]', undefined],
  ['{', undefined],
])('metadata %j', (text, expected) => {
  expect(objectOf(text)).toEqual(expected);
});
