import {
  afterApproval,
  consequences,
  earlierApprovers,
  leftOut,
  refusalOf,
  type Seat,
  seatInWords,
  seatsOf,
  type Vote,
  votedAs,
  votesOf,
} from './policy.js';

test.each<[Seat, string]>([
  [{ count: 2, group: 'finance' }, '2 people of group finance'],
  [{ count: 1, role: 'approver' }, 'one person with the role approver'],
  [{ count: 1, people: ['user:ann'] }, 'ann'],
  [{ count: 1, people: ['user:ann', 'user:bob'] }, 'one of ann, bob'],
  [{ count: 2, people: ['user:ann', 'user:bob', 'user:cy'] }, '2 of ann, bob, cy'],
])('%j is told as %s', (seat, words) => expect(seatInWords(seat)).toBe(words));

const finance = { count: 2, group: 'finance' };
const legal = { count: 1, group: 'legal' };
test.each([
  ['open', [{ count: 1, group: 'finance' }, legal], [1, 0]],
  ['open', [legal], [2, 0]],
  ['decided', [], [2, 1]],
] as const)('of a gate that is %s and misses %j so many seats are taken: %j', (status, missing, taken) => {
  const seats = seatsOf({ status, quorum: [finance, legal], missing: [...missing] });
  expect(seats.map((seat) => seat.taken)).toEqual(taken);
});

test('two parts that ask for the same group are told apart', () => {
  const seats = seatsOf({ status: 'open', quorum: [legal, legal], missing: [legal] });
  expect(seats.map(({ taken }) => taken)).toEqual([0, 1]);
});

const vote = (actor: string, decision: Vote['decision'] = 'approve', on_behalf_of?: string): Vote => ({
  ...{ actor, decision, at: '2026-03-10T12:00:00Z' },
  ...(on_behalf_of ? { on_behalf_of } : {}),
});
const json = (value: unknown) => value as never;

test('the last decision is told once, whether the votes have it or not', () => {
  const last = vote('user:bob');
  expect(votesOf({ votes: json([vote('user:ann'), last]), decision: json(last) })).toHaveLength(2);
  expect(votesOf({ votes: json(null), decision: json(last) })).toEqual([last]);
  expect(votesOf({ votes: json(null), decision: null })).toEqual([]);
});

test.each([
  ['user:ann', 'approve'],
  ['user:bob', 'approve'],
  ['user:cy', undefined],
])('%s has said %s', (person, said) =>
  expect(votedAs({ votes: json([vote('user:ann', 'approve', 'user:bob')]), decision: null }, person)).toBe(said),
);

const known = { starter: 'user:ann', author: undefined, earlier: ['user:bob'] };
test('who is left out is named where it is known, each with why', () => {
  expect(leftOut(['starter', 'author', 'earlier_approvers'], known)).toEqual([
    { who: 'user:ann', why: 'started the run' },
    { who: 'Whoever', why: 'registered the workflow’s version' },
    { who: 'user:bob', why: 'approved an earlier gate of the run' },
  ]);
});

test.each([
  ['the starter', ['starter'], ['user:ann'], /^ann started the run/],
  ['through whom the starter decides', ['starter'], ['user:zed', 'user:ann'], /^ann started/],
  ['an earlier approver', ['earlier_approvers'], ['user:bob'], /approved an earlier gate/],
  ['who has voted', [], ['user:cy'], /has decided already/],
  ['in whose place somebody voted', [], ['user:dot'], /^dot has decided already/],
  ['the starter where they may', [], ['user:ann'], undefined],
  ['anybody else', ['starter', 'author', 'earlier_approvers'], ['user:zed'], undefined],
])('%s', (_, exclude, persons, why) => {
  const votes = json([vote('user:cy', 'approve', 'user:dot')]);
  const told = refusalOf({ exclude, votes }, persons, known);
  if (why) expect(told).toMatch(why);
  else expect(told).toBeUndefined();
});

test('earlier approvers are those of other gates, with those in whose place they were', () => {
  const gates = [
    { node_key: 'one', votes: json([vote('user:ann', 'approve', 'user:bob')]), decision: null },
    { node_key: 'two', votes: json(null), decision: json(vote('user:cy', 'deny')) },
    { node_key: 'this', votes: json([vote('user:dot')]), decision: null },
  ];
  expect(earlierApprovers(gates, 'this')).toEqual(['user:ann', 'user:bob']);
});

test('what happens in the end is told where there is a deadline', () => {
  const due_at = '2026-03-10T12:00:00Z';
  expect(consequences({ deadline: null, due_at: null }).then).toBeUndefined();
  const deadline = { then: 'approve', escalate_to: 'board', escalates_at: due_at } as const;
  expect(consequences({ deadline, due_at })).toEqual({
    then: 'it is approved without anybody’s decision',
    escalation: { to: 'board', at: due_at },
  });
});

test.each([
  [null, [{ count: 2, group: 'finance' }, legal], /2 more approvals are given/],
  [null, [{ count: 2, group: 'finance' }], /1 more approval is given/],
  [null, [legal], /The run goes on/],
  ['approver', [{ count: 1, role: 'approver' }], /The run goes on/],
])('an approval of a gate for role %s that misses %j', (role, missing, told) =>
  expect(afterApproval({ role, missing })).toMatch(told),
);
