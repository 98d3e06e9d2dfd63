import { type Action, actionsOf, can, type Role, ROLES } from './can.js';

test.each([
  // role       action             may
  ['viewer', 'read', true],
  ['viewer', 'runs:start', false],
  ['viewer', 'gates:decide', false],
  ['engineer', 'workflows:write', true],
  ['engineer', 'runs:cancel', true],
  ['engineer', 'runs:terminate', false],
  ['engineer', 'gates:decide', false],
  ['viewer', 'schedules:write', false],
  ['engineer', 'schedules:write', true],
  ['operator', 'schedules:write', true],
  ['approver', 'schedules:write', false],
  ['engineer', 'events:send', true],
  ['operator', 'events:send', true],
  ['approver', 'events:send', false],
  ['approver', 'gates:decide', true],
  ['approver', 'runs:start', false],
  ['operator', 'runs:terminate', true],
  ['operator', 'workflows:write', false],
  ['operator', 'aliases:write', true],
  ['engineer', 'aliases:write', true],
  ['approver', 'aliases:write', false],
  ['operator', 'keys:manage', false],
  ['billing', 'read', true],
  ['billing', 'runs:start', false],
  ['operator', 'retention:manage', false],
  ['admin', 'keys:manage', true],
  ['operator', 'people:manage', false],
  ['admin', 'people:manage', true],
  ['admin', 'retention:manage', true],
  ['engineer', 'triggers:manage', true],
  ['operator', 'triggers:manage', false],
  ['admin', 'triggers:manage', true],
  ['engineer', 'webhooks:manage', true],
  ['approver', 'webhooks:manage', false],
  ['admin', 'webhooks:manage', true],
  ['operator', 'payloads:read', false],
  ['admin', 'payloads:read', true],
] as [Role, Action, boolean][])('%s %s: %s', (role, action, may) => expect(can([role], action)).toBe(may));

test('roles add up, and unknown ones count for nothing', () => {
  expect(can(['viewer', 'approver'], 'gates:decide')).toBe(true);
  expect(can(['stranger' as Role], 'read')).toBe(false);
});

test('all that somebody may do is what they may do, one by one', () => {
  const everything = actionsOf(['admin']);
  for (const role of ROLES)
    expect(actionsOf([role])).toEqual(actionsOf([role]).filter((action) => can([role], action)));
  expect(actionsOf(['viewer', 'billing'])).toEqual(['read']);
  expect(new Set(actionsOf(['approver', 'engineer'])).size).toBe(actionsOf(['approver', 'engineer']).length);
  expect(actionsOf([...ROLES]).toSorted()).toEqual(everything.toSorted());
  expect(actionsOf([])).toEqual([]);
});
