/** @jest-environment node */
import { shortCondition } from './condition.js';

test.each([
  ['nodes.load.output.n > 3', 'output.n > 3'],
  ['size(nodes.load.output) >\n  size(nodes.other.output)', 'size(output) > size(nodes.other.output)'],
  ['  ', '…'],
])('%j of an edge from load is %j', (condition, short) => {
  expect(shortCondition(condition, 'load')).toBe(short);
});
