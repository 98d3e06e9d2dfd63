import { Fault } from '../core/fault.js';
import { asUnknown } from './unknown.js';

test.each([
  [new Fault('HTTP_4XX', 'no', { details: { status: 402 } }), 'HTTP_4XX'],
  [new Fault('HTTP_429', 'later', { details: { status: 429 } }), 'HTTP_429'],
  [new Fault('HTTP_5XX', 'later', { details: { status: 503 } }), 'HTTP_5XX'],
  [new Fault('HTTP_TIMEOUT', 'too slow', { details: { status: 408 } }), 'HTTP_TIMEOUT'],
  [new Fault('HTTP_5XX', 'broken', { details: { status: 500 } }), 'EFFECT_UNKNOWN'],
  [new Fault('HTTP_CONNECT', 'cut'), 'EFFECT_UNKNOWN'],
  [new Fault('OUTPUT_INVALID', 'not as it should be'), 'EFFECT_UNKNOWN'],
  [new Fault('AGENT_REJECTED', 'no'), 'AGENT_REJECTED'],
  [new Fault('AGENT_UNREACHABLE', 'gone'), 'EFFECT_UNKNOWN'],
  [new Error('a bug'), 'EFFECT_UNKNOWN'],
])('%s is %s once it has gone out', (err, code) => {
  expect(asUnknown(err)).toMatchObject({ code });
});
