import { isStale } from './stale.js';

test.each([
  [new TypeError('Failed to fetch dynamically imported module: /assets/run-1.js'), true],
  [new TypeError('error loading dynamically imported module: /assets/run-1.js'), true],
  [new TypeError('Importing a module script failed.'), true],
  [new TypeError('x is not a function'), false],
  ['Failed to fetch dynamically imported module', false],
])('%s is of an old version: %s', (error, is) => expect(isStale(error)).toBe(is));
