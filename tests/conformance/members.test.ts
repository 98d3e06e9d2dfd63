import { ApiKeys } from '../../adapters/postgres/api-keys.js';
import { type Db, openDb } from '../../adapters/postgres/db.js';
import { Delegations } from '../../adapters/postgres/delegations.js';
import { Members, removeOldMembers } from '../../adapters/postgres/members.js';
import type { Role } from '../../core/auth/can.js';
import { MEMBER_MS } from '../../core/limits.js';
import { cloneDatabase } from '../support/e2e.js';
import { storedOrg } from '../support/stored-runs.js';

/** Who is in an org by a key or by having signed in, and what that means for what they have delegated. */
let db: Db;
let members: Members;
let delegations: Delegations;
const NOW = new Date();
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const ANN = 'user:ann@example.org';
const as = (org: string, roles: Role[], groups: string[] = []) => ({ org, roles, groups });
const standing = async (now = NOW, org = 'org_a', subject = ANN) =>
  (await members.standings(org, [subject], now)).get(subject);

beforeAll(async () => {
  db = openDb(await cloneDatabase(`members_${process.pid}`), 2);
  members = new Members(db);
  delegations = new Delegations(db, members);
  for (const org of ['org_a', 'org_b']) await storedOrg(db, org);
});
afterAll(() => db.$disconnect());
beforeEach(() => db.member.deleteMany());

test('what the provider said counts for 30 days, and what it says later instead of it', async () => {
  expect(await standing()).toBeUndefined();
  await members.remember(ANN, [as('org_a', ['approver'], ['legal']), as('org_b', ['viewer'])], NOW);
  expect(await standing(later(MEMBER_MS - 1))).toEqual({ roles: ['approver'], groups: ['legal'] });
  expect(await standing(later(MEMBER_MS))).toBeUndefined();
  expect(await standing(NOW, 'org_b')).toEqual({ roles: ['viewer'], groups: [] });
  await members.remember(ANN, [as('org_a', ['operator'])], NOW);
  expect(await standing()).toEqual({ roles: ['operator'], groups: [] });
  expect(await standing(NOW, 'org_b')).toBeUndefined();
  await members.remember(ANN, [], NOW);
  expect(await standing()).toBeUndefined();
});

test('a key of theirs counts beside it', async () => {
  const keys = new ApiKeys(db);
  const { key } = await keys.create('org_a', { name: 'k', roles: ['viewer'], groups: ['finance'], person: ANN });
  await members.remember(ANN, [as('org_a', ['approver'], ['legal'])], NOW);
  expect(await standing()).toEqual({ roles: ['viewer', 'approver'], groups: ['finance', 'legal'] });
  await keys.revoke('org_a', key.id);
  expect(await standing()).toEqual({ roles: ['approver'], groups: ['legal'] });
});

test('of what somebody delegated counts what the provider still says', async () => {
  await members.remember(ANN, [as('org_a', ['approver'], ['legal', 'finance'])], NOW);
  await delegations.create(
    'org_a',
    {
      ...{ giver: ANN, receiver: 'user:bob', from: NOW, until: later(2 * MEMBER_MS), reason: 'away' },
      ...{ groups: ['legal', 'finance'], roles: ['approver'], groupsOnly: false, workflows: [] },
    },
    undefined,
    NOW,
  );
  const seats = async (now: Date) => (await delegations.inForce('org_a', 'user:bob', now))[0];
  expect(await seats(later(1))).toMatchObject({ person: ANN, groups: ['legal', 'finance'], roles: ['approver'] });
  await members.remember(ANN, [as('org_a', ['viewer'], ['legal'])], NOW);
  expect(await seats(later(1))).toMatchObject({ groups: ['legal'], roles: [] });
  expect(await seats(later(MEMBER_MS))).toBeUndefined();
});

test('what counts no more is removed, in batches', async () => {
  for (const name of ['a', 'b', 'c']) await members.remember(`user:${name}`, [as('org_a', ['viewer'])], NOW);
  await members.remember('user:d', [as('org_a', ['viewer'])], later(1));
  expect(await removeOldMembers(db, later(MEMBER_MS), 2)).toBe(2);
  expect(await removeOldMembers(db, later(MEMBER_MS), 2)).toBe(1);
  expect((await db.member.findMany()).map(({ subject }) => subject)).toEqual(['user:d']);
});
