import fc from 'fast-check';
import { planOf } from '../../../tests/support/plans.js';
import { startOf } from '../../../tests/support/walks.js';
import type { Decision } from '../../contract/work.js';
import type { Fact } from '../facts.js';
import { nodeViews } from '../view.js';
import { Walk } from '../walk.js';
import { missing, type Seat } from './quorum.js';

const SHOWN = 'sha256:shown';
const vote = (actor: string, groups: string[], more: Partial<Decision> = {}): Decision => ({
  ...{ node: 'g', decision: 'approve', actor: `user:${actor}`, roles: ['approver'], groups },
  ...{ evidence: SHOWN, at: '2026-01-01T00:00:00.000Z', ...more },
});
const decided = (decision: Decision): Fact => ({ is: 'decided', via: 'update', decision });

function opened(config: object): Walk {
  const gate = { key: 'g', type: 'human_gate' as const, config: { title: 'Pay?', ...config } };
  const walk = new Walk({
    ...startOf(planOf([gate, { key: 'after' }], [{ from: 'g', to: 'after' }])),
    author: 'user:eve',
  });
  walk.step([], 1_000);
  walk.step([{ is: 'completed', task: 'g~open', value: { evidence: SHOWN } }], 1_001);
  return walk;
}
const policy = (quorum: object[], exclude: string[] = []) => ({ policy: { quorum, exclude } });
const twoAndOne = policy(
  [
    { group: 'finance', count: 2 },
    { group: 'legal', count: 1 },
  ],
  ['starter', 'author', 'earlier_approvers'],
);

test('2 of finance and 1 of legal: it waits for those that are missing, and says for whom', () => {
  const walk = opened(twoAndOne);
  expect(nodeViews(walk)[0]!.why).toBe('waits for 2 of group finance and 1 of group legal');
  walk.step([decided(vote('ann', ['finance']))], 2_000);
  walk.step([decided(vote('bob', ['finance']))], 2_001);
  expect(nodeViews(walk)[0]!.why).toBe('waits for 1 of group legal');
  walk.step([decided(vote('lea', ['legal']))], 2_002);
  expect(walk.nodes[0]).toMatchObject({
    status: 'completed',
    output: { approved: true, decided_by: 'user:lea', votes: [{}, {}, {}] },
  });
});

test('one denial settles it', () => {
  const walk = opened(twoAndOne);
  walk.step(
    [decided(vote('ann', ['finance'])), decided(vote('lea', ['legal'], { decision: 'deny', comment: 'no' }))],
    2_000,
  );
  expect(walk.nodes[0]).toMatchObject({
    status: 'failed',
    error: { code: 'GATE_DENIED', message: 'user:lea denied it: no' },
  });
});

test.each([
  ['somebody of no group that is asked', vote('tom', ['sales']), 'FORBIDDEN'],
  ['who started the run', vote('ann', ['finance'], { actor: 'key:test' }), 'FORBIDDEN'],
  ['who registered the workflow', vote('eve', ['finance']), 'FORBIDDEN'],
  ['who saw something else', vote('ann', ['finance'], { evidence: 'sha256:other' }), 'EVIDENCE_CHANGED'],
  ['who does not say what was seen', { ...vote('ann', ['finance']), evidence: undefined as never }, 'EVIDENCE_CHANGED'],
])('%s is refused', (_who, decision, code) => {
  expect(opened(twoAndOne).refuse(decision)?.code).toBe(code);
});

test('nobody decides twice, and an approver of an earlier gate is left out', () => {
  const walk = opened(twoAndOne);
  walk.step([decided(vote('ann', ['finance']))], 2_000);
  expect(walk.refuse(vote('ann', ['finance', 'legal']))?.code).toBe('GATE_CLOSED');
  const gate = (key: string) => ({ key, type: 'human_gate' as const, config: { title: key, ...twoAndOne } });
  const first = { ...gate('first'), config: { title: 'first' } };
  const two = new Walk(startOf(planOf([first, gate('g')], [{ from: 'first', to: 'g' }])));
  two.step([], 1);
  two.step([{ is: 'completed', task: 'first~open', value: { evidence: SHOWN } }], 1);
  two.step([decided({ ...vote('ann', ['finance']), node: 'first' })], 2);
  two.step([{ is: 'completed', task: 'g~open', value: { evidence: SHOWN } }], 3);
  expect(two.refuse(vote('ann', ['finance']))).toMatchObject({
    code: 'FORBIDDEN',
    details: { excluded: 'earlier_approvers' },
  });
  expect(two.refuse(vote('bob', ['finance']))).toBeUndefined();
});

test('a deadline denies; reminders and an escalation come before it', () => {
  const deadline = { after_ms: 100, remind_ms: [20], escalate: { after_ms: 50, to: 'board' }, then: 'deny' };
  const walk = opened({ ...twoAndOne, deadline });
  expect([...walk.agenda.tasks.keys()].sort()).toEqual(['g~due', 'g~escalate', 'g~remind0']);
  const { changes } = walk.step([{ is: 'fired', task: 'g~remind0' }], 1_020);
  expect(changes).toContainEqual(
    expect.objectContaining({ gate: 'g', reminded: expect.objectContaining({ escalated: false }) }),
  );
  expect(walk.refuse(vote('max', ['board']))?.code).toBe('FORBIDDEN');
  walk.step([{ is: 'fired', task: 'g~escalate' }], 1_050);
  expect(nodeViews(walk)[0]!.why).toMatch(/ or board, due at /);
  const other = new Walk({ ...walk.start, carried: structuredClone(walk.continueWalk()) });
  other.step([], 1_060);
  expect([...other.agenda.tasks.keys()]).toEqual(['g~due']);
  other.step([decided(vote('max', ['board']))], 1_070);
  expect(other.nodes[0]!.status).toBe('completed');
  expect(other.agenda.tasks.has('g~due')).toBe(false);
});

test('a gate without a policy can be escalated, too', () => {
  const walk = opened({
    deadline: { after_ms: 100, remind_ms: [], escalate: { after_ms: 50, to: 'user:max' }, then: 'deny' },
  });
  const max = { ...vote('max', []), roles: [] };
  expect(walk.refuse(max)?.code).toBe('FORBIDDEN');
  walk.step([{ is: 'fired', task: 'g~escalate' }], 1_050);
  walk.step([decided(max)], 1_060);
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: { decided_by: 'user:max' } });
});

test.each([
  ['deny', { status: 'failed', error: { code: 'GATE_DENIED', details: { decided_by: 'deadline' } } }],
  ['fail', { status: 'failed', error: { code: 'GATE_EXPIRED' } }],
  ['approve', { status: 'completed', output: { approved: true, decided_by: 'deadline' } }],
])('when time is up, then: %s', (then, state) => {
  const walk = opened({ deadline: { after_ms: 100, remind_ms: [], then } });
  walk.step([{ is: 'fired', task: 'g~due' }], 1_100);
  expect(walk.nodes[0]).toMatchObject(state);
});

test('a quorum is met just when everybody can be given a seat', () => {
  const names = fc.constantFrom('a', 'b', 'c');
  const seats: fc.Arbitrary<Seat[]> = fc.array(fc.record({ group: names, count: fc.integer({ min: 1, max: 2 }) }), {
    minLength: 1,
    maxLength: 3,
  });
  const people = fc.array(fc.uniqueArray(names, { maxLength: 3 }), { maxLength: 5 });
  fc.assert(
    fc.property(seats, people, (quorum, groups) => {
      const yes = groups.map((each, i) => vote(`p${i}`, each));
      const left = missing(quorum, yes).reduce((sum, { count }) => sum + count, 0);
      expect(left).toBe(
        fewestLeft(
          quorum.flatMap(({ count, ...seat }) =>
            Array.from({ length: count }, () => (seat as { group: string }).group),
          ),
          groups,
        ),
      );
    }),
    { numRuns: 1_000 },
  );
});

/** By trying everything. */
function fewestLeft(seats: string[], people: string[][]): number {
  const [seat, ...rest] = seats;
  if (seat === undefined) return 0;
  const without = (i: number) => people.filter((_, at) => at !== i);
  const taken = people.flatMap((groups, i) => (groups.includes(seat) ? [fewestLeft(rest, without(i))] : []));
  return Math.min(1 + fewestLeft(rest, people), ...taken);
}
