import { planOf } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import { namedEvent, type NamedEvent } from '../contract/named-events.js';
import type { Json } from '../json.js';
import { EVENT_TTL_MS, MAX_EVENT_BYTES, MAX_KEPT_EVENTS, MAX_REMEMBERED_EVENTS } from '../limits.js';
import type { Act } from '../contract/work.js';
import { fateOf, refuseEvent } from './deliver.js';
import type { Fact } from './facts.js';
import { nodeViews } from './view.js';
import { Walk } from './walk.js';

const payment = (more: Partial<NamedEvent> = {}): NamedEvent => ({
  ...{ name: 'payment', key: '42', data: { amount: 7 }, id: 'evt_1', sent_at: '2026-01-01T00:00:00.000Z' },
  ...more,
});
const came = (event: NamedEvent, via: 'update' | 'signal' = 'update'): Fact => ({ is: 'event', event, via });
const done = (task: string, value: Json = { output: null }): Fact => ({ is: 'completed', task, value });
const wait = (key: string, config: object = {}, more: object = {}) => ({
  ...{ key, type: 'wait' as const, config: { event: 'payment', key: '42', then: 'fail', ...config } as Json, ...more },
});
const walkOf = (...args: Parameters<typeof planOf>) => new Walk(startOf(planOf(...args)));
const statuses = (walk: Walk) => walk.nodes.map(({ status }) => status);

/** A node of work, and a wait that begins after it. */
const later = (config: object = {}, run: object = {}) =>
  walkOf([{ key: 'a' }, wait('w', config)], [{ from: 'a', to: 'w' }], run);

test('an event that comes while the node waits is its output; whoever waits elsewhere hears of it by a row, and why says for what it waits', () => {
  const walk = walkOf([wait('w', { timeout_ms: 60_000 })], []);
  const { commands } = walk.step([], 1_000);
  expect(commands).toMatchObject([
    { do: 'timer', task: 'w~due', ms: 60_000 },
    { activity: 'await_event', task: 'w~await', input: { node: 'w', name: 'payment', key: '42' } },
  ]);
  walk.step([done('w~await', { event: null })], 1_001);
  expect([walk.status, nodeViews(walk)[0]!.why]).toEqual([
    'waiting',
    'waits for event payment with key 42, until 1970-01-01T00:01:01.000Z',
  ]);
  const { commands: after, changes } = walk.step([came(payment())], 2_000);
  expect(after).toContainEqual({ do: 'cancel', task: 'w~due' });
  expect(changes[0]).toMatchObject({ received: { name: 'payment', id: 'evt_1', outcome: 'delivered', nodes: ['w'] } });
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: { received: true, event: 'payment', key: '42' } });
  expect(walk.nodes[0]!.output).toMatchObject({
    ...{ data: { amount: 7 }, id: 'evt_1', sent_at: '2026-01-01T00:00:00.000Z' },
    received_at: '1970-01-01T00:00:02.000Z',
  });
});

test('an early event is kept for the first wait that begins; repeated, it counts once; of several the oldest is taken', () => {
  const walk = walkOf(
    [{ key: 'a' }, wait('v'), wait('w'), wait('x')],
    [
      { from: 'a', to: 'v' },
      { from: 'v', to: 'w' },
      { from: 'w', to: 'x' },
    ],
  );
  walk.step([], 1_000);
  const first = payment({ id: 'one' });
  expect(fateOf(walk, first, 1_001)).toEqual({ outcome: 'kept', nodes: [] });
  walk.step([came(first)], 1_001);
  expect(fateOf(walk, first, 1_002)).toEqual({ outcome: 'repeated', nodes: [] });
  walk.step([came(first), came(payment({ id: 'two' }))], 1_002);
  walk.step([came(payment({ id: 'other', key: '43' }))], 1_003);
  walk.step([done('a')], 2_000);
  expect(statuses(walk)).toEqual(['completed', 'completed', 'completed', 'waiting']);
  expect(walk.nodes.slice(1, 3).map(({ output }) => (output as { id: string }).id)).toEqual(['one', 'two']);
});

test('one event wakes every node that waits for it at that moment', () => {
  const walk = walkOf([wait('v'), wait('w'), wait('other', { key: '43' })], []);
  walk.step([], 1_000);
  expect(fateOf(walk, payment(), 1_001)).toEqual({ outcome: 'delivered', nodes: ['v', 'w'] });
  walk.step([came(payment())], 1_001);
  expect(statuses(walk)).toEqual(['completed', 'completed', 'waiting']);
});

test('what is older than its time to live is not taken, and its id may come again', () => {
  const walk = later({}, { mailbox: { ttl_ms: 1_000 } });
  walk.step([], 1_000);
  walk.step([came(payment())], 2_000);
  expect(fateOf(walk, payment(), 2_999).outcome).toBe('repeated');
  expect(fateOf(walk, payment(), 3_000).outcome).toBe('kept');
  walk.step([done('a')], 3_000);
  expect(walk.nodes[1]!.status).toBe('waiting');
});

test.each([
  ['fail', 'failed', { received: false }],
  ['continue', 'completed', { received: false, event: 'payment', key: '42' }],
])('when time is up: %s', (then, status, output) => {
  const walk = walkOf(
    [wait('w', { timeout_ms: 5, then }, { on_error: 'continue' }), { key: 'mend' }],
    [{ from: 'w', to: 'mend', on: 'failure' }],
  );
  walk.step([], 1_000);
  walk.step([{ is: 'fired', task: 'w~due' }], 1_005);
  expect(walk.nodes[0]!.status).toBe(status);
  if (status === 'completed') expect(walk.nodes[0]!.output).toEqual(output);
  else {
    expect(walk.nodes[0]!.error).toMatchObject({ code: 'EVENT_TIMED_OUT', details: { event: 'payment', key: '42' } });
    expect(walk.nodes[1]!.status).toBe('queued');
  }
});

test.each<[string, Partial<NamedEvent>, string]>([
  ['a name that no wait has', { name: 'paymnet' }, 'NOT_FOUND'],
  ['only for who waits, and nobody does', { only_waiting: true }, 'NODE_STATE'],
])('%s is refused', (_what, given, code) => {
  const walk = later();
  walk.step([], 1_000);
  const fault = refuseEvent(walk, payment(given), 1_001);
  expect(fault?.code).toBe(code);
  if (code === 'NOT_FOUND') expect(fault!.message).toContain('did you mean payment?');
  walk.step([came(payment(given), 'signal')], 1_001);
  expect(walk.mailbox.isUnused).toBe(true);
});

test('a full mailbox and a run that is over take nothing more; ids are forgotten, the oldest first', () => {
  const walk = later();
  walk.step([], 1_000);
  const many = Array.from({ length: MAX_KEPT_EVENTS }, (_, i) => payment({ id: `evt-${i}`, key: String(i) }));
  expect(refuseEvent(walk, payment({ id: 'late' }), 1_001, many)?.code).toBe('RUN_STATE');
  walk.step(
    many.map((event) => came(event)),
    1_001,
  );
  expect(refuseEvent(walk, payment({ id: 'late' }), 1_002)?.code).toBe('RUN_STATE');
  expect(refuseEvent(walk, many[0]!, 1_002)).toBeUndefined();
  expect(refuseEvent(walk, payment({ id: 'late' }), 1_001 + EVENT_TTL_MS)).toBeUndefined();
  walk.step([{ is: 'cancel_requested' }], 1_003);
  expect(refuseEvent(walk, payment(), 1_004)?.code).toBe('RUN_CLOSED');
  const waiting = walkOf([wait('w')], []);
  for (let i = 0; i <= MAX_REMEMBERED_EVENTS; i++) waiting.mailbox.receive(payment({ id: String(i) }), i);
  expect([waiting.mailbox.knows(payment({ id: '0' }), 600), waiting.mailbox.knows(payment({ id: '1' }), 600)]).toEqual([
    false,
    true,
  ]);
});

test('a signal is read as an Update is: without id and time it gets some, and what is no event changes nothing', () => {
  const walk = later();
  walk.step([], 1_000);
  for (const given of [
    null,
    'x',
    { name: 7 },
    { name: 'A B' },
    { name: 'payment', sent_at: 'yesterday' },
    payment({ data: 'x'.repeat(MAX_EVENT_BYTES) }) as unknown,
  ])
    expect(namedEvent(given)).toBeUndefined();
  const bare = namedEvent({ name: 'payment', key: '42' })!;
  walk.step([came(bare, 'signal'), came(bare, 'signal')], 1_001);
  walk.step([done('a')], 1_002);
  expect(walk.nodes[1]!.output).toMatchObject({ id: 'unnamed-1', data: null, sent_at: '1970-01-01T00:00:01.001Z' });
  expect(walk.mailbox.carried()).toMatchObject({ kept: [{ id: 'unnamed-2' }], known: [], unnamed: 2 });
});

test('an event that the registration brings is taken as any other; had the run had it, it asks once more, under another name', () => {
  const walk = walkOf([wait('v'), wait('w', { key: '1' })], []);
  walk.step([], 1_000);
  walk.step([came(payment({ key: '1' }))], 1_001); // w has it
  expect(statuses(walk)).toEqual(['waiting', 'completed']);
  const { commands } = walk.step([done('v~await', { event: payment() as unknown as Json })], 1_002);
  expect(commands).toContainEqual(
    expect.objectContaining({ task: 'v~1~await', input: expect.objectContaining({ round: 1 }) }),
  );
  walk.step([done('v~1~await', { event: payment({ id: 'evt_2' }) as unknown as Json })], 1_003);
  expect(walk.nodes[0]!.output).toMatchObject({ id: 'evt_2' });
});

test('what the registration brings for a wait that has ended lies in the mailbox', () => {
  const walk = walkOf([wait('v'), wait('w')], [{ from: 'v', to: 'w' }]);
  walk.step([], 1_000);
  const skip: Act = { act: 'skip_node', node: 'v', actor: 'user:ann', reason: 'no', at: '2026-01-01T00:00:00.000Z' };
  const { commands } = walk.step([came(payment()), { is: 'acted', act: skip }], 1_001);
  expect(commands).not.toContainEqual({ do: 'cancel', task: 'v~await' });
  walk.step([done('v~await', { event: payment({ id: 'evt_2' }) as unknown as Json })], 1_002);
  expect(walk.nodes[1]).toMatchObject({ status: 'completed', output: { id: 'evt_2' } });
});

test('held after its time was up and tried again, it waits anew, under names of its own', () => {
  const walk = walkOf([wait('w', { timeout_ms: 5 }, { on_error: 'hold' })], []);
  walk.step([], 1_000);
  walk.step([{ is: 'fired', task: 'w~due' }], 1_005);
  expect(walk.nodes[0]).toMatchObject({ status: 'held', error: { code: 'EVENT_TIMED_OUT' } });
  const by = { actor: 'user:ann', reason: 'it is late', at: '2026-01-01T00:00:00.000Z' };
  const { commands } = walk.step([{ is: 'acted', act: { ...by, act: 'retry_node', node: 'w' } }], 2_000);
  expect(commands).toMatchObject([{ task: 'w~1~due' }, { task: 'w~1~await' }, { status: 'running' }]);
  walk.step([came(payment())], 2_001);
  expect(walk.nodes[0]!.status).toBe('completed');
});

test('what came by a signal is held against the schema by a worker; unfit, the wait goes on with the next', () => {
  const schema = { type: 'object' };
  const walk = walkOf([wait('w', { schema, timeout_ms: 9_000 })], []);
  walk.step([], 1_000);
  walk.step([done('w~await', { event: null })], 1_001);
  const bad = payment({ id: 'bad', data: 'text' });
  const { commands } = walk.step([came(bad, 'signal')], 1_002);
  expect(commands).toContainEqual(
    expect.objectContaining({
      task: 'w~fits',
      activity: 'check_event',
      input: expect.objectContaining({ schema, data: 'text' }),
    }),
  );
  expect(fateOf(walk, payment({ id: 'next' }), 1_003).outcome).toBe('kept');
  walk.step([came(payment({ id: 'next' }))], 1_003);
  const { changes } = walk.step([done('w~fits', { fits: false })], 1_004);
  expect(changes[0]).toMatchObject({ received: { id: 'bad', outcome: 'unfit', nodes: ['w'] } });
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: { id: 'next' } });
});

test('an early signal is checked when its wait begins, over segments, and is the output when it fits', () => {
  const walk = later({ schema: { type: 'object' } });
  walk.step([], 1_000);
  walk.step([came(payment(), 'signal')], 1_001);
  walk.step([done('a')], 1_002);
  const next = new Walk({ ...walk.start, carried: JSON.parse(JSON.stringify(walk.continueWalk())) as never });
  const { commands } = next.step([], 1_003);
  expect(commands.map((command) => ('task' in command ? command.task : command.do))).toEqual(['w~fits', 'w~await']);
  next.step([done('w~fits', { fits: true })], 1_004);
  expect(next.nodes[1]).toMatchObject({ status: 'completed', output: { id: 'evt_1', data: { amount: 7 } } });
});

test('time is up while a worker looks: what had come lies in the mailbox', () => {
  const walk = walkOf(
    [wait('v', { schema: {}, timeout_ms: 5, then: 'continue' }), wait('w')],
    [{ from: 'v', to: 'w' }],
  );
  walk.step([], 1_000);
  walk.step([came(payment(), 'signal')], 1_001);
  walk.step([{ is: 'fired', task: 'v~due' }], 1_005);
  expect(walk.nodes.map(({ output }) => output)).toMatchObject([{ received: false }, { received: true, id: 'evt_1' }]);
});
