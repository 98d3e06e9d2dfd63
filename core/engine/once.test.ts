import fc from 'fast-check';
import { planOf } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import type { Act } from '../contract/work.js';
import type { PlanNode } from '../spec/plan.js';
import type { Command, Fact } from './facts.js';
import { refuseAct } from './repair.js';
import { Walk } from './walk.js';

const config = { tool: 'function', name: 'pay', input: {}, idempotent: false };
const retry = { max_attempts: 3, initial_interval_ms: 100, backoff: 2, max_interval_ms: 1000, non_retryable: [] };
const pay = (more: Partial<PlanNode> = {}) =>
  new Walk(startOf(planOf([{ key: 'pay', config, retry, ...more }], []), {}, 3));
const failed = (code: string, details?: object): Fact => ({
  ...{ is: 'failed', task: 'pay' },
  error: { code, message: 'no', ...(details ? { details: details as never } : {}) },
});
const asks = (commands: Command[]) =>
  commands.map((command) =>
    command.do === 'activity'
      ? { task: command.task, most: command.retry.max_attempts }
      : command.do === 'timer'
        ? { task: command.task, ms: command.ms }
        : command.do,
  );

test('Temporal gets one attempt, outside of any region; what did not go out is tried again by the walk, with the same key', () => {
  const walk = pay();
  const [first] = walk.step([], 1).commands;
  expect(first).toMatchObject({
    ...{ do: 'activity', task: 'pay', retry: { max_attempts: 1 } },
    input: { once: true, effect: 'run_1/pay/0' },
  });
  expect(asks(walk.step([failed('HTTP_CONNECT')], 2).commands)).toEqual([{ task: 'pay~again', ms: 100 }]);
  const [second] = walk.step([{ is: 'fired', task: 'pay~again' }], 3).commands;
  expect(second).toMatchObject({ input: { effect: 'run_1/pay/0', attempts_before: 1 }, retry: { max_attempts: 1 } });
  expect(asks(walk.step([failed('HTTP_5XX', { status: 503, retry_after_ms: 700 })], 4).commands)).toEqual([
    { task: 'pay~again', ms: 700 },
  ]);
  walk.step([{ is: 'fired', task: 'pay~again' }], 5);
  walk.step([failed('HTTP_CONNECT')], 6);
  expect(walk.end).toMatchObject({ status: 'failed', error: { code: 'HTTP_CONNECT' } });
});

test.each(['NODE_TIMEOUT', 'WORKER_LOST', 'INTERNAL', 'WorkerShutdown', 'EFFECT_UNKNOWN'])(
  '%s is held as unknown, whatever on_error says, and nothing is asked for',
  (code) => {
    for (const on_error of ['fail_run', 'continue'] as const) {
      const walk = pay({ on_error });
      walk.step([], 1);
      expect(asks(walk.step([failed(code)], 2).commands)).toEqual(['status']);
      expect(walk.nodes[0]).toMatchObject({ status: 'held', error: { code: 'EFFECT_UNKNOWN' } });
      expect(walk.status).toBe('held');
    }
  },
);

test('what is refused fails as ever, and so does what the spec does not want to be tried again', () => {
  for (const [code, more] of [
    ['HTTP_4XX', {}],
    ['HTTP_CONNECT', { retry: { ...retry, non_retryable: ['HTTP_CONNECT'] } }],
    ['HTTP_CONNECT', { timeout: { attempt_ms: 10, heartbeat_ms: 10, total_ms: 50 } }],
  ] as const) {
    const walk = pay(more as never);
    walk.step([], 1);
    walk.step([failed(code)], 2);
    expect(walk.end).toMatchObject({ error: { code } });
  }
});

test('cancelled, the run does not wait for a person', () => {
  const walk = pay();
  walk.step([], 1);
  walk.step([{ is: 'cancel_requested' }], 2);
  expect(walk.end).toMatchObject({ status: 'cancelled' });
});

test('P3: whatever comes, a call that may have gone out is made again by a person only', () => {
  const codes = ['HTTP_CONNECT', 'HTTP_429', 'HTTP_4XX', 'WORKER_LOST', 'NODE_TIMEOUT', 'EFFECT_UNKNOWN', 'INTERNAL'];
  const course = fc.array(fc.oneof(fc.constantFrom(...codes), fc.constantFrom('again', 'afresh', 'done')), {
    maxLength: 30,
    size: 'max',
  });
  const by = { actor: 'user:ann', reason: 'looked', at: '2026-01-01T00:00:00.000Z' };
  fc.assert(
    fc.property(course, fc.integer({ min: 1, max: 5 }), (steps, max_attempts) => {
      const walk = pay({ on_error: 'hold', retry: { ...retry, max_attempts } });
      let [at, out, doubt] = [1, 0, false];
      const step = (facts: Fact[], byPerson = false): void => {
        for (const command of walk.step(facts, at++).commands) {
          if (command.do === 'timer') step([{ is: 'fired', task: command.task }]);
          if (command.do !== 'activity') continue;
          expect([out, doubt && !byPerson]).toEqual([0, false]);
          [out, doubt] = [1, false];
        }
      };
      step([]);
      for (const what of steps) {
        if (walk.end) break;
        if (what === 'again' || what === 'afresh') {
          const act: Act = { ...by, act: 'retry_node', node: 'pay', fresh: what === 'afresh' };
          if (!refuseAct(walk, act)) step([{ is: 'acted', act }], true);
        } else if (out === 1) {
          out = 0;
          doubt = ['WORKER_LOST', 'NODE_TIMEOUT', 'EFFECT_UNKNOWN', 'INTERNAL'].includes(what);
          step([what === 'done' ? { is: 'completed', task: 'pay', value: { output: 1 } } : failed(what)]);
          if (doubt) expect(walk.nodes[0]).toMatchObject({ status: 'held', error: { code: 'EFFECT_UNKNOWN' } });
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
