import { bodyOf, type Delegation, type DelegationForm, EMPTY_FORM, inOrder, scopeInWords } from './delegation.js';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const form = (part: Partial<DelegationForm>): DelegationForm => ({
  ...EMPTY_FORM,
  ...{ to: 'user:bob', until: '2026-03-20T08:00', reason: 'on holiday' },
  ...part,
});

test.each<[string, Partial<DelegationForm>, object]>([
  ['all of my seats, from now on', {}, {}],
  [
    'of a group, in runs of two workflows',
    { groups: ['legal'], workflows: 'pay, payout ' },
    { groups: ['legal'], workflows: ['pay', 'payout'] },
  ],
  ['from then on', { from: '2026-03-11T08:00' }, { from: '2026-03-11T08:00:00.000Z' }],
])('%s', (_, part, more) =>
  expect(bodyOf(form(part), 'utc', NOW)).toEqual({
    body: { to: 'user:bob', until: '2026-03-20T08:00:00.000Z', reason: 'on holiday', ...more },
  }),
);

test.each<[Partial<DelegationForm>, string]>([
  [{ to: 'bob' }, 'to'],
  [{ until: '' }, 'until'],
  [{ until: '2026-03-10T11:00' }, 'until'],
  [{ from: '2026-03-21T08:00' }, 'until'],
  [{ until: '2027-04-10T11:00' }, 'until'],
  [{ reason: ' ' }, 'reason'],
])('%j is refused at %s', (part, field) => {
  const told = bodyOf(form(part), 'utc', NOW);
  expect('wrong' in told && Object.keys(told.wrong)).toEqual([field]);
});

const delegation = (part: Partial<Delegation>) =>
  ({ state: 'in_force', groups: [], groups_only: false, workflows: [], created_at: '1', ...part }) as Delegation;
test.each([
  [{}, 'all seats'],
  [{ groups: ['legal', 'finance'], groups_only: true }, 'seats of legal, finance'],
  [{ groups: ['legal'], workflows: ['pay'] }, 'all seats, in runs of pay'],
])('%j is told as %s', (part, words) => expect(scopeInWords(delegation(part))).toBe(words));

test('what is over comes last', () => {
  const all = [
    delegation({ id: 'a', state: 'over', created_at: '9' }),
    delegation({ id: 'b', created_at: '1' }),
    delegation({ id: 'c', state: 'planned', created_at: '2' }),
    delegation({ id: 'd', state: 'revoked', created_at: '3' }),
  ];
  expect(inOrder(all).map(({ id }) => id)).toEqual(['c', 'b', 'a', 'd']);
});
