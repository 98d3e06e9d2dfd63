import fc from 'fast-check';
import { planOf } from '../../tests/support/plans.js';
import { Tally } from '../../tests/support/tally.js';
import { startOf } from '../../tests/support/walks.js';
import type { NamedEvent } from '../contract/named-events.js';
import type { Json } from '../json.js';
import { fateOf } from './deliver.js';
import type { Fact } from './facts.js';
import type { RunStart } from './state.js';
import { Walk } from './walk.js';

const came = (event: NamedEvent, via: 'update' | 'signal'): Fact => ({ is: 'event', event, via });
const done = (task: string, value: Json = { output: null }): Fact => ({ is: 'completed', task, value });
const wait = (key: string, config: object) => ({ key, type: 'wait' as const, config: config as Json });

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
const some = fc.array(sent, { minLength: 1, maxLength: 3, size: 'max' });
const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constant('send' as const), events: some }),
  fc.record({
    do: fc.constant('begin' as const),
    wait: fc.nat(WAITS - 1),
    with: fc.array(sent, { maxLength: 2 }),
  }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 120 }) }),
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

const tally = new Tally();

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
      tally.note(move.do);
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
      tally.note(outcome);
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
      tally.note('late');
      this.model.waits[Number(/\d+/.exec(task)![0])] = 'late';
    }
    if (fired.length > 0) this.step(fired.map((task) => ({ is: 'fired', task })));
  }

  private answer(brings: Sent | undefined): void {
    const task = [...this.out].find((each) => each.endsWith('~await'));
    if (task === undefined) return;
    this.out.delete(task);
    tally.note(brings ? 'brings' : 'brings nothing');
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
  return { name, key, data: null, id: `evt-${id}`, sent_at: '2026-01-01T00:00:00.000Z' };
};

test('early, repeated, expired and late events, over segments: the walk does what a simple model says, and foretells it', () => {
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60, size: 'max' }), (course) => new Course().follow(course)),
    { numRuns: 200 },
  );
  const [often, seldom] = [100, 5];
  tally.expectEach({
    ...{ send: often, begin: often, pass: often, answer: often, segment: often },
    ...{ kept: often, repeated: often, delivered: 20, brings: 20, 'brings nothing': seldom, late: seldom },
  });
});
