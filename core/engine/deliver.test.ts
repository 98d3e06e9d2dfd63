import fc from 'fast-check';
import { planOf } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import { namedEvent, type NamedEvent } from '../contract/named-events.js';
import type { Json } from '../json.js';
import { EVENT_TTL_MS, MAX_EVENT_BYTES, MAX_KEPT_EVENTS, MAX_REMEMBERED_EVENTS } from '../limits.js';
import type { Act } from '../contract/work.js';
import { fateOf, refuseEvent } from './deliver.js';
import type { Fact } from './facts.js';
import type { RunStart } from './state.js';
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

// The model: what is kept, what is known, and who waits. Times are in ms, the time to live is 100.

const TTL = 100;
const PAIRS = [
  ['payment', ''],
  ['payment', '42'],
  ['refund', '42'],
] as const;
const WAITS = 6;
interface Sent {
  pair: number;
  id: number;
  signal: boolean;
}
type Move =
  | { do: 'send'; events: Sent[] }
  | { do: 'begin'; wait: number; with: Sent[] }
  | { do: 'pass'; ms: number }
  | { do: 'answer'; brings: Sent | undefined }
  | { do: 'segment' };

const sent = fc.record({ pair: fc.nat(PAIRS.length - 1), id: fc.nat(9), signal: fc.boolean() });
const some = fc.array(sent, { minLength: 1, maxLength: 3 });
const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constant('send' as const), events: some }),
  fc.record({ do: fc.constant('send' as const), events: some }),
  fc.record({ do: fc.constant('begin' as const), wait: fc.nat(WAITS - 1), with: fc.array(sent, { maxLength: 2 }) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant('answer' as const), brings: fc.option(sent, { nil: undefined }) }),
  fc.record({ do: fc.constant('segment' as const) }),
);

class Model {
  kept: { pair: number; id: number; at: number }[] = [];
  readonly known = new Map<string, number>();
  /** By wait: not begun, since when it waits, or the id that it took; `late`: its time was up. */
  readonly waits: ({ since: number } | { took: number } | 'late' | undefined)[] = Array.from({ length: WAITS });

  send({ pair, id }: Sent, at: number): string {
    const of = `${PAIRS[pair]![0]} ${id}`;
    if ((this.known.get(of) ?? -Infinity) + TTL > at) return 'repeated';
    this.known.set(of, at);
    const woken = this.waits.flatMap((state, n) =>
      typeof state === 'object' && 'since' in state && pairOf(n) === pair ? [n] : [],
    );
    for (const n of woken) this.waits[n] = { took: id };
    if (woken.length === 0) this.kept.push({ pair, id, at });
    return woken.length > 0 ? `delivered ${woken.join()}` : 'kept';
  }

  begin(n: number, at: number): void {
    const found = this.kept.findIndex((each) => each.pair === pairOf(n) && each.at + TTL > at);
    this.waits[n] = found === -1 ? { since: at } : { took: this.kept.splice(found, 1)[0]!.id };
  }
}
const pairOf = (n: number): number => n % PAIRS.length;

/** The walk beside its model, over segments. */
class Course {
  private start: RunStart;
  private walk: Walk;
  private readonly model = new Model();
  private readonly out = new Set<string>();
  private readonly due = new Map<string, number>();
  private at = 1_000;

  constructor() {
    const nodes = Array.from({ length: WAITS }, (_, n) => {
      const [event, key] = PAIRS[pairOf(n)]!;
      return [
        { key: `a${n}`, fuse: 'never' as const },
        wait(`w${n}`, { event, key, then: 'continue', ...(n % 2 ? { timeout_ms: 150 } : {}) }),
      ];
    });
    const edges = nodes.map((_, n) => ({ from: `a${n}`, to: `w${n}` }));
    const outputs = nodes.map((_, n) => `\${ nodes.w${n}.output }`); // what somebody reads is carried
    this.start = startOf(
      planOf(
        [...nodes.flat(), { key: 'last', type: 'human_gate', config: { title: 'Go?' } }],
        edges,
        { mailbox: { ttl_ms: TTL } },
        outputs,
      ),
    );
    this.walk = new Walk(this.start);
    this.step([]);
  }

  follow(course: Move[]): void {
    for (const move of course) {
      if (move.do === 'send') this.send(move.events, []);
      else if (move.do === 'begin') this.send(move.with, this.model.waits[move.wait] === undefined ? [move.wait] : []);
      else if (move.do === 'pass') this.pass(move.ms);
      else if (move.do === 'answer') this.answer(move.brings);
      else this.segment();
      this.compare();
    }
  }

  /** Events in one workflow task, and waits that begin with it. Updates are applied first, and each is told what becomes of it. */
  private send(events: Sent[], begin: number[]): void {
    const facts = events.map((each) => came(eventOf(each), each.signal ? 'signal' : 'update'));
    const updates = events.filter(({ signal }) => !signal);
    for (const [i, update] of updates.entries()) {
      const before = updates.slice(0, i).map(eventOf);
      const { outcome, nodes } = fateOf(this.walk, eventOf(update), this.at, before);
      const told = outcome === 'delivered' ? `delivered ${nodes.map((key) => key.slice(1)).join()}` : outcome;
      expect(told).toBe(this.model.send(update, this.at));
    }
    for (const signal of events.filter(({ signal }) => signal)) this.model.send(signal, this.at);
    for (const n of begin) this.model.begin(n, this.at);
    for (const n of begin) this.out.delete(`a${n}`);
    this.step([...facts, ...begin.map((n) => done(`a${n}`))]);
  }

  private pass(ms: number): void {
    this.at += ms;
    const fired = [...this.due].flatMap(([task, at]) => (at <= this.at ? [task] : []));
    for (const task of fired) {
      this.due.delete(task);
      this.model.waits[Number(/\d+/.exec(task)![0])] = 'late';
    }
    if (fired.length > 0) this.step(fired.map((task) => ({ is: 'fired', task })));
  }

  private answer(brings: Sent | undefined): void {
    const task = [...this.out].find((each) => each.endsWith('~await'));
    if (task === undefined) return;
    this.out.delete(task);
    if (brings) this.model.send(brings, this.at);
    this.step([done(task, { event: brings ? (eventOf(brings) as unknown as Json) : null })]);
  }

  /** A worker dies, and the run goes on from what it carries. */
  private segment(): void {
    const { carried: _before, ...start } = this.start;
    this.start = { ...start, carried: JSON.parse(JSON.stringify(this.walk.continueWalk())) as never };
    this.walk = new Walk(this.start);
    this.out.clear();
    this.due.clear();
    this.step([]);
  }

  private step(facts: Fact[]): void {
    for (const command of this.walk.step(facts, this.at).commands) {
      if (command.do === 'cancel') this.due.delete(command.task);
      if (command.do === 'activity') this.out.add(command.task);
      if (command.do === 'timer') this.due.set(command.task, this.at + command.ms);
    }
  }

  private compare(): void {
    for (const [n, state] of this.model.waits.entries()) {
      const { status, output } = this.walk.nodes[2 * n + 1]!;
      if (state === undefined) expect(status).toBe('pending');
      else if (state === 'late')
        expect([status, output]).toEqual(['completed', expect.objectContaining({ received: false })]);
      else if ('since' in state) expect(status).toBe('waiting');
      else expect([status, (output as { id: string }).id]).toEqual(['completed', `evt-${state.took}`]);
    }
    const live = ({ at }: { at: number }) => at + TTL > this.at;
    const kept = this.walk.mailbox.carried().kept.filter(({ received_at }) => received_at + TTL > this.at);
    expect(kept.map(({ id }) => id)).toEqual(this.model.kept.filter(live).map(({ id }) => `evt-${id}`));
  }
}
const eventOf = ({ pair, id }: Sent): NamedEvent => {
  const [name, key] = PAIRS[pair]!;
  return payment({ name, key, id: `evt-${id}` });
};

test('early, repeated, expired and late events, over segments: the walk does what a simple model says, and foretells it', () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60 }), (course) => new Course().follow(course)),
    { numRuns: 1_000 },
  );
});
