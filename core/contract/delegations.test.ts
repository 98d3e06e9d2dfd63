import { type DelegatedSeats, seatsOf, stateOf } from './delegations.js';

const times = { from: '2026-01-02T00:00:00.000Z', until: '2026-01-03T00:00:00.000Z', revoked_at: null };

test.each([
  ['2026-01-01T23:59:59.999Z', 'planned'],
  ['2026-01-02T00:00:00.000Z', 'in_force'],
  ['2026-01-02T23:59:59.999Z', 'in_force'],
  ['2026-01-03T00:00:00.000Z', 'over'],
])('at %s it is %s', (now, state) => {
  expect(stateOf(times, new Date(now))).toBe(state);
  expect(stateOf({ ...times, revoked_at: now }, new Date(now))).toBe('revoked');
});

test('several delegations of one person add up, each for its workflows', () => {
  const of = (more: Partial<DelegatedSeats>): DelegatedSeats => ({
    ...{ person: 'user:ann', groups: ['finance'], roles: [], groupsOnly: true, ...more },
  });
  const all = [of({}), of({ groups: ['legal'], roles: ['approver'], groupsOnly: false, workflows: ['pay'] })];
  expect(seatsOf(all, 'user:ann', 'other')).toMatchObject({ groups: ['finance'], roles: [], groupsOnly: true });
  expect(seatsOf(all, 'user:ann', 'pay')).toMatchObject({
    groups: ['finance', 'legal'],
    roles: ['approver'],
    groupsOnly: false,
  });
  expect(seatsOf(all, 'user:bob', 'pay')).toBeUndefined();
});
