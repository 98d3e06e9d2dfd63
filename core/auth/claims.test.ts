import { type Claims, membershipsOf, nameOf, subjectOf } from './claims.js';

test.each<[what: string, claims: Claims[], subject: string | undefined]>([
  ['a verified address', [{ sub: '1', email: 'Ann@Example.org', email_verified: true }], 'user:ann@example.org'],
  [
    'one that is verified as text',
    [{ sub: '1', email: 'ann@example.org', email_verified: 'true' }],
    'user:ann@example.org',
  ],
  [
    'of the userinfo',
    [{ sub: '1' }, { sub: '1', email: 'ann@example.org', email_verified: true }],
    'user:ann@example.org',
  ],
  ['an address that is not verified', [{ sub: '1', email: 'ann@example.org', email_verified: false }], 'user:1'],
  ['an address of which nothing is said', [{ sub: '1', email: 'ann@example.org' }], 'user:1'],
  ['verified in another document', [{ sub: '1', email: 'boss@example.org' }, { email_verified: true }], 'user:1'],
  ['a name that they chose', [{ sub: '1', preferred_username: 'ann@example.org' }], 'user:1'],
  ['no address', [{ sub: 'auth0|5f7c' }], 'user:auth0|5f7c'],
  ['an address with blanks', [{ sub: '1', email: 'ann @example.org', email_verified: true }], 'user:1'],
  ['a subject with blanks', [{ sub: 'a b' }], undefined],
  ['nothing', [{}], undefined],
])('by %s', (_what, claims, subject) => {
  expect(subjectOf(claims)).toBe(subject);
});

test.each<[groups: unknown, orgs: string[]]>([
  [['heddle:org_a:engineer', 'heddle:org_a:approver', 'heddle:org_a:group:legal'], ['org_a engineer,approver legal']],
  [
    ['heddle:org_a:viewer', 'heddle:org_b:admin'],
    ['org_a viewer ', 'org_b admin '],
  ],
  [['/heddle:org_a:viewer'], ['org_a viewer ']],
  ['heddle:org_a:viewer', ['org_a viewer ']],
  [['heddle:org_a:group:legal'], []],
  [['heddle:org_a:owner', 'heddle:org_a:ADMIN', 'heddle:org_a:constructor'], []],
  [['heddle:org_a:viewer:more', 'xheddle:org_a:viewer', 'heddle::viewer', 'heddle:org_a', 'admin', 7, null], []],
  [undefined, []],
  [{ 'heddle:org_a:admin': true }, []],
])('groups %j', (groups, orgs) => {
  const found = membershipsOf([{ sub: '1' }, groups === undefined ? {} : { teams: groups }], 'teams');
  expect(found.map(({ org, roles, groups: names }) => `${org} ${roles.join()} ${names.join()}`)).toEqual(orgs);
});

test('what they are called', () => {
  expect(nameOf([{ preferred_username: 'ann' }, { name: 'Ann Other' }], 'user:1')).toBe('Ann Other');
  expect(nameOf([{ preferred_username: 'ann', name: ' ' }], 'user:1')).toBe('ann');
  expect(nameOf([{}], 'user:ann@example.org')).toBe('ann@example.org');
});
