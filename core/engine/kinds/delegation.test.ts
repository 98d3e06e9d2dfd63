import fc from 'fast-check';
import { planOf } from '../../../tests/support/plans.js';
import { startOf } from '../../../tests/support/walks.js';
import type { Decision } from '../../contract/work.js';
import type { Fact } from '../facts.js';
import { Walk } from '../walk.js';

/**
 * Deciding in somebody's place: whose seat it takes, who is left out, and that nobody takes two.
 */
const SHOWN = 'sha256:shown';
const vote = (actor: string, groups: string[], more: Partial<Decision> = {}): Decision => ({
  ...{ node: 'g', decision: 'approve', actor: `user:${actor}`, roles: ['approver'], groups },
  ...{ evidence: SHOWN, at: '2026-01-01T00:00:00.000Z', ...more },
});
/** `groups` are those of `whose`. */
const inPlaceOf = (whose: string, actor: string, groups: string[], more: Partial<Decision> = {}): Decision =>
  vote(actor, groups, { on_behalf_of: `user:${whose}`, ...more });
const decided = (decision: Decision): Fact => ({ is: 'decided', via: 'update', decision });

function opened(config: object, { starter = 'key:test', author = 'user:eve' } = {}): Walk {
  const gate = { key: 'g', type: 'human_gate' as const, config: { title: 'Pay?', ...config } };
  const start = startOf(planOf([gate, { key: 'after' }], [{ from: 'g', to: 'after' }]));
  const walk = new Walk({ ...start, author, scope: { ...start.scope, starter } });
  walk.step([], 1_000);
  walk.step([{ is: 'completed', task: 'g~open', value: { evidence: SHOWN } }], 1_001);
  return walk;
}
const twoAndOne = {
  policy: {
    quorum: [
      { group: 'finance', count: 2 },
      { group: 'legal', count: 1 },
    ],
    exclude: ['starter', 'author', 'earlier_approvers'],
  },
};

test('it takes the seat of whose place it is in, and the output says both', () => {
  const walk = opened(twoAndOne);
  walk.step([decided(vote('ann', ['finance']))], 2_000);
  walk.step([decided(inPlaceOf('kim', 'tom', ['finance']))], 2_001);
  walk.step([decided(inPlaceOf('lea', 'max', ['legal']))], 2_002);
  expect(walk.nodes[0]).toMatchObject({
    status: 'completed',
    output: { decided_by: 'user:max', on_behalf_of: 'user:lea', votes: [{}, { on_behalf_of: 'user:kim' }, {}] },
  });
});

test('a denial says who denied it for whom', () => {
  const walk = opened(twoAndOne);
  walk.step([decided(inPlaceOf('lea', 'max', ['legal'], { decision: 'deny', comment: 'no' }))], 2_000);
  expect(walk.nodes[0]!.error).toMatchObject({ message: 'user:max for user:lea denied it: no' });
});

test.each([
  ['the starter, through a delegate', inPlaceOf('sam', 'bob', ['finance']), 'FORBIDDEN'],
  ['a delegate who is the starter', inPlaceOf('bob', 'sam', ['finance']), 'FORBIDDEN'],
  ['the author, through a delegate', inPlaceOf('eve', 'bob', ['finance']), 'FORBIDDEN'],
  ['a delegate who is the author', inPlaceOf('bob', 'eve', ['finance']), 'FORBIDDEN'],
  ['somebody whose place has no seat', inPlaceOf('tom', 'bob', ['sales']), 'FORBIDDEN'],
  ['a delegate who saw something else', inPlaceOf('kim', 'bob', ['finance'], { evidence: 'x' }), 'EVIDENCE_CHANGED'],
])('%s is refused', (_who, decision, code) => {
  expect(opened(twoAndOne, { starter: 'user:sam' }).refuse(decision)?.code).toBe(code);
});

test.each([
  ['who decided for another decides in person', inPlaceOf('ann', 'bob', ['finance']), vote('bob', ['finance'])],
  ['whose seat was taken decides in person', inPlaceOf('ann', 'bob', ['finance']), vote('ann', ['finance'])],
  ['who decided in person decides for another', vote('bob', ['finance']), inPlaceOf('ann', 'bob', ['finance'])],
  ['one person decides for two', inPlaceOf('ann', 'bob', ['finance']), inPlaceOf('lea', 'bob', ['legal'])],
  ['two decide for one', inPlaceOf('ann', 'bob', ['finance']), inPlaceOf('ann', 'tom', ['finance'])],
  ['a third decides for who decided', inPlaceOf('ann', 'bob', ['finance']), inPlaceOf('bob', 'tom', ['finance'])],
])('nobody has two seats: %s', (_what, first, second) => {
  const walk = opened(twoAndOne);
  walk.step([decided(first)], 2_000);
  expect(walk.refuse(second)?.code).toBe('GATE_CLOSED');
});

test('both have a part in an earlier approval', () => {
  const gate = (key: string) => ({ key, type: 'human_gate' as const, config: { title: key, ...twoAndOne } });
  const first = { ...gate('first'), config: { title: 'first' } };
  const walk = new Walk(startOf(planOf([first, gate('g')], [{ from: 'first', to: 'g' }])));
  walk.step([], 1);
  walk.step([{ is: 'completed', task: 'first~open', value: { evidence: SHOWN } }], 1);
  walk.step([decided({ ...inPlaceOf('ann', 'bob', []), node: 'first' })], 2);
  walk.step([{ is: 'completed', task: 'g~open', value: { evidence: SHOWN } }], 3);
  for (const who of [vote('ann', ['finance']), vote('bob', ['finance']), inPlaceOf('ann', 'tom', ['finance'])])
    expect(walk.refuse(who)).toMatchObject({ code: 'FORBIDDEN', details: { excluded: 'earlier_approvers' } });
});

test('a seat by name is taken in that person’s place, unless groups alone were delegated', () => {
  const named = { policy: { quorum: [{ people: ['user:ann'], count: 1 }], exclude: [] } };
  expect(opened(named).refuse(inPlaceOf('ann', 'bob', []))).toBeUndefined();
  expect(opened(named).refuse(inPlaceOf('ann', 'bob', ['finance'], { groups_only: true }))?.code).toBe('FORBIDDEN');
  expect(opened(named).refuse(inPlaceOf('tom', 'ann', []))?.code).toBe('FORBIDDEN');
});

test('a gate without a policy goes by the roles of whose place it is', () => {
  const max = { ...inPlaceOf('ann', 'max', []), roles: [] };
  expect(opened({}).refuse(max)?.code).toBe('FORBIDDEN');
  expect(opened({}).refuse({ ...max, roles: ['approver'] })).toBeUndefined();
});

test('an escalation to a person reaches whoever decides in their place', () => {
  const deadline = {
    after_ms: 100,
    remind_ms: [],
    escalate: { after_ms: 50, to: 'user:max' },
    then: 'deny',
  };
  const walk = opened({ ...twoAndOne, deadline });
  walk.step([{ is: 'fired', task: 'g~escalate' }], 1_050);
  walk.step([decided(inPlaceOf('max', 'bob', []))], 1_060);
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: { on_behalf_of: 'user:max' } });
});

// A thousand quorums against trying everything.

const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f'];
const GROUPS = ['x', 'y', 'z'];
const seats = fc.array(
  fc.oneof(
    fc.record({ group: fc.constantFrom(...GROUPS), count: fc.integer({ min: 1, max: 2 }) }),
    fc.record({
      people: fc.uniqueArray(fc.constantFrom(...PEOPLE.map((name) => `user:${name}`)), { minLength: 1, maxLength: 2 }),
      count: fc.constant(1),
    }),
  ),
  { minLength: 1, maxLength: 3 },
);
const membership = fc.tuple(...PEOPLE.map(() => fc.uniqueArray(fc.constantFrom(...GROUPS), { maxLength: 2 })));
const decisions = fc.array(
  fc.record({
    actor: fc.constantFrom(...PEOPLE),
    whose: fc.option(fc.constantFrom(...PEOPLE), { nil: undefined }),
    groups_only: fc.boolean(),
  }),
  { maxLength: 10 },
);
type Seats = typeof seats extends fc.Arbitrary<infer S> ? S : never;

test('of any decisions, in person or for others, just those are taken that a slow model takes, and the gate ends just when it does', () => {
  let ended = 0;
  let refused = 0;
  fc.assert(
    fc.property(seats, membership, decisions, fc.boolean(), (quorum, groupsOf, tried, exclude) => {
      const walk = opened({ policy: { quorum, exclude: exclude ? ['starter'] : [] } }, { starter: 'user:a' });
      const taken: { sits: (seat: Seats[number]) => boolean }[] = [];
      const seen = new Set<string>();
      for (const { actor, whose, groups_only } of tried) {
        const holder = whose ?? actor;
        const groups = groupsOf[PEOPLE.indexOf(holder)]!;
        const named = whose === undefined || !groups_only;
        const sits = (seat: Seats[number]): boolean =>
          'group' in seat ? groups.includes(seat.group) : named && seat.people.includes(`user:${holder}`);
        const done = fewestLeft(expand(quorum), taken) === 0;
        const may =
          !done &&
          quorum.some(sits) &&
          !seen.has(actor) &&
          !seen.has(holder) &&
          !(exclude && (actor === 'a' || holder === 'a'));
        const decision =
          whose === undefined
            ? vote(actor, groups)
            : inPlaceOf(whose, actor, groups, groups_only ? { groups_only: true } : {});
        expect(walk.refuse(decision) === undefined).toBe(may);
        walk.step([decided(decision)], 2_000);
        if (!may) {
          refused++;
          continue;
        }
        taken.push({ sits });
        seen.add(actor).add(holder);
        const over = fewestLeft(expand(quorum), taken) === 0;
        expect(walk.nodes[0]!.status).toBe(over ? 'completed' : 'waiting');
        if (over) ended++;
      }
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(ended, refused)).toBeGreaterThan(100);
});

const expand = (quorum: Seats): Seats =>
  quorum.flatMap((seat) => Array.from({ length: seat.count }, () => ({ ...seat, count: 1 })));

/** Seats that stay empty at best, by trying everything. */
function fewestLeft(empty: Seats, people: { sits: (seat: Seats[number]) => boolean }[]): number {
  const [seat, ...rest] = empty;
  if (seat === undefined) return 0;
  const without = (i: number) => people.filter((_, at) => at !== i);
  const taken = people.flatMap((person, i) => (person.sits(seat) ? [fewestLeft(rest, without(i))] : []));
  return Math.min(1 + fewestLeft(rest, people), ...taken);
}
