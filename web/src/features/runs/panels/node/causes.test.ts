import type { NodeError } from '../../../../../../core/engine/outcome.js';
import { causesOf } from './causes.js';

const told = (error: NodeError) =>
  causesOf(error).map(({ code, message, where }) => [where ?? '-', code, message ?? '-'].join(' | '));

test.each<[string, NodeError, string[]]>([
  ['an error alone', { code: 'HTTP_5XX', message: 'it failed' }, ['- | HTTP_5XX | it failed']],
  [
    'details that are no cause',
    { code: 'HTTP_5XX', message: 'it failed', details: { status: 503 } },
    ['- | HTTP_5XX | it failed'],
  ],
  [
    'a map and its first item',
    {
      code: 'MAP_FAILED',
      message: '2 of 3',
      details: { failed: 2, total: 3, first: { code: 'HTTP_4XX', message: 'no' } },
    },
    ['- | MAP_FAILED | 2 of 3', 'the first item that failed | HTTP_4XX | no'],
  ],
  [
    'an unknown outcome and its code',
    { code: 'EFFECT_UNKNOWN', message: 'nobody knows', details: { cause: 'HTTP_TIMEOUT' } },
    ['- | EFFECT_UNKNOWN | nobody knows', '- | HTTP_TIMEOUT | -'],
  ],
  [
    'a run, its node, and what that one’s details hold',
    {
      code: 'MAP_FAILED',
      message: '1 of 1',
      details: { node: 'each', details: { first: { code: 'HTTP_429', message: 'slow down' } } },
    },
    ['node each | MAP_FAILED | 1 of 1', 'the first item that failed | HTTP_429 | slow down'],
  ],
])('%s', (_, error, expected) => {
  expect(told(error)).toEqual(expected);
});
