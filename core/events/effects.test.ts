import { planOf, undoOf } from '../../tests/support/plans.js';
import type { RunEvent } from './event.js';
import { effectsOf } from './effects.js';

const http = (method: string) => ({ tool: 'http', request: { method, url: 'https://example.org/' } });
const body = { type: 'tool_call', config: http('POST'), retry: {}, timeout: {} };
const plan = planOf(
  [
    { key: 'pay', config: http('POST'), compensate: undoOf() },
    { key: 'look', config: http('GET') },
    { key: 'count', config: { tool: 'function', code: 'export default () => 1' } },
    { key: 'ask', type: 'agent_call', config: {} },
    { key: 'm', type: 'map', config: { do: body } as never, compensate: undoOf() },
  ],
  [],
);
let clock = 0;
const event = (type: string, node_key: string, more: object = {}): RunEvent =>
  ({ cursor: '', type: `node.${type}`, at: `at ${clock}`, node_key, status: 'running', attempt: 1, ...more }) as never;
const acted = (node: string, data: object) => event('acted', node, { data: { actor: 'user:ann', ...data } });
const failed = (type: string, node: string, code: string) => event(type, node, { error: { code, message: 'no' } });
/** Each list of events a step, with its own time. */
const ledger = (...steps: RunEvent[][]) =>
  effectsOf('run_1', plan, steps.flat()).map(
    ({ key, state, attempts, by, undone_by }) =>
      `${key} ${state} ${attempts}${by === null ? '' : ` by ${by}`}${undone_by === null ? '' : ` by ${undone_by}`}`,
  );
const step = (...events: (() => RunEvent)[]): RunEvent[] => {
  clock++;
  return events.map((make) => make());
};

test('an effect is asked for, sent and confirmed; reads and code in the sandbox have none', () => {
  const queued = step(...['pay', 'look', 'count', 'ask'].map((key) => () => event('queued', key)));
  const running = step(...['pay', 'look', 'ask'].map((key) => () => event('running', key)));
  const completed = step(
    () => event('completed', 'pay'),
    () => event('completed', 'look'),
  );
  expect(ledger(queued)).toEqual(['run_1/pay/0 reserved 0', 'run_1/ask/0 reserved 0']);
  expect(ledger(queued, running)).toEqual(['run_1/pay/0 sent 1', 'run_1/ask/0 sent 1']);
  expect(ledger(queued, running, completed)).toEqual(['run_1/pay/0 confirmed 1', 'run_1/ask/0 sent 1']);
});

test.each([
  ['HTTP_4XX', 'refused'],
  ['HTTP_CONNECT', 'unknown'],
  ['NODE_TIMEOUT', 'unknown'],
  ['EFFECT_UNKNOWN', 'unknown'],
])('%s leaves it %s', (code, state) => {
  const steps = [step(() => event('queued', 'pay')), step(() => failed('failed', 'pay', code))];
  expect(ledger(...steps)).toEqual([`run_1/pay/0 ${state} 0`]);
});

test('people say what became of it: an output that is set confirms it; once more afresh is another', () => {
  const held = [
    step(() => event('queued', 'pay')),
    step(() => event('running', 'pay')),
    step(() => failed('held', 'pay', 'EFFECT_UNKNOWN')),
  ];
  const set = step(
    () => acted('pay', { act: 'set_output' }),
    () => event('completed', 'pay'),
  );
  expect(ledger(...held, set)).toEqual(['run_1/pay/0 confirmed 1 by user:ann']);
  const fresh = step(
    () => acted('pay', { act: 'retry_node', fresh: true }),
    () => event('queued', 'pay'),
  );
  const again = step(
    () => event('running', 'pay', { attempt: 2 }),
    () => event('completed', 'pay', { attempt: 2 }),
  );
  expect(ledger(...held, fresh, again)).toEqual(['run_1/pay/0 unknown 1', 'run_1/pay/1 confirmed 1']);
  const skipped = step(
    () => acted('pay', { act: 'skip_node' }),
    () => event('skipped', 'pay'),
  );
  expect(ledger(...held, skipped)).toEqual(['run_1/pay/0 unknown 1']);
});

test('what is undone says by which effect, or by whom', () => {
  const done = step(
    () => event('queued', 'pay'),
    () => event('completed', 'pay'),
  );
  const begins = step(() => event('compensating', 'pay', { attempt: 0 }));
  const held = step(() => event('compensation_held', 'pay', { data: { code: 'HTTP_4XX', message: 'no' } }));
  const undone = step(() => event('compensated', 'pay', { data: { output: null, by_hand: false } }));
  const byHand = step(
    () => acted('pay', { act: 'skip_node' }),
    () => event('compensated', 'pay', { data: { output: null, by_hand: true } }),
  );
  const afresh = step(
    () => acted('pay', { act: 'retry_node', fresh: true }),
    () => event('compensating', 'pay'),
  );
  expect(ledger(done, begins)).toEqual(['run_1/pay/0 confirmed 0', 'run_1/pay/0/undo sent 0']);
  expect(ledger(done, begins, undone)).toEqual([
    'run_1/pay/0 undone 0 by run_1/pay/0/undo',
    'run_1/pay/0/undo confirmed 1',
  ]);
  expect(ledger(done, begins, held, byHand)).toEqual([
    'run_1/pay/0 undone 0 by user:ann',
    'run_1/pay/0/undo refused 1',
  ]);
  expect(ledger(done, begins, held, afresh, undone)).toEqual([
    'run_1/pay/0 undone 0 by run_1/pay/0/undo/1',
    ...['run_1/pay/0/undo refused 1', 'run_1/pay/0/undo/1 confirmed 1'],
  ]);
});

test('a map’s items have their own; of one that is too large for the run there is one entry', () => {
  const items = step(
    () => event('queued', 'm[0]'),
    () => event('queued', 'm[1]'),
    () => event('completed', 'm[0]'),
    () => failed('failed', 'm[1]', 'HTTP_4XX'),
  );
  const undone = step(() => event('compensated', 'm', { data: { output: null, by_hand: false } }));
  expect(ledger(items, undone)).toEqual([
    'run_1/m[0]/0 undone 0 by run_1/m[0]/0/undo',
    ...['run_1/m[1]/0 refused 0', 'run_1/m[0]/0/undo confirmed 1'],
  ]);
  expect(ledger(step(() => event('completed', 'm', { output: { total: 5_000 } })))).toEqual([
    'run_1/m[*]/0 confirmed 0',
  ]);
});

test('of an open run the view knows what is at work', () => {
  const now = [{ key: 'pay', status: 'running', attempt: 2, started_at: 'now' }] as never;
  expect(effectsOf('run_1', plan, [event('queued', 'pay')], now)).toMatchObject([
    { key: 'run_1/pay/0', state: 'sent', attempts: 2, at: 'now' },
  ]);
});
