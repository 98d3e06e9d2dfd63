import { ApiKeys } from '../../adapters/postgres/api-keys.js';
import { type Db, openDb } from '../../adapters/postgres/db.js';
import { Sessions } from '../../adapters/postgres/sessions.js';
import { SESSION_IDLE_MS, SESSION_MS } from '../../core/limits.js';
import { Cleaner } from '../../workers/projector/cleaner.js';
import { cloneDatabase } from '../support/e2e.js';
import { storedOrg } from '../support/stored-runs.js';

/** Sessions of browsers, and when they are over. */
let db: Db;
let keys: ApiKeys;
let sessions: Sessions;
const NOW = new Date();
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const key = async (org: string) => (await keys.create(org, { name: 'k', roles: ['viewer'] })).key.id;
const byKey = async (org: string) => ({ memberships: [{ org, key: await key(org) }] });
const person = { subject: 'user:ann@example.org', name: 'Ann' };
const orgsOf = async (secret: string, now = NOW) =>
  (await sessions.use(secret, now))?.callers.map(({ orgId }) => orgId);

beforeAll(async () => {
  db = openDb(await cloneDatabase(`sessions_${process.pid}`), 2);
  keys = new ApiKeys(db);
  sessions = new Sessions(db, keys);
  for (const org of ['org_a', 'org_b']) await storedOrg(db, org);
});
afterAll(() => db.$disconnect());

test('it is over when it was not used for long enough, and a week after sign-in whatever is done', async () => {
  const idle = await sessions.begin(await byKey('org_a'), NOW);
  expect(await sessions.find(idle, later(SESSION_IDLE_MS - 2))).toBeDefined(); // to look is not to use
  expect(await sessions.find(idle, later(SESSION_IDLE_MS))).toBeUndefined();
  expect(await orgsOf(idle, later(SESSION_IDLE_MS - 1))).toEqual(['org_a']);
  expect(await orgsOf(idle, later(2 * SESSION_IDLE_MS - 2))).toEqual(['org_a']);
  expect(await orgsOf(idle, later(3 * SESSION_IDLE_MS))).toBeUndefined();

  const used = await sessions.begin(await byKey('org_a'), NOW);
  for (let at = 0; at < SESSION_MS; at += SESSION_IDLE_MS / 2) expect(await orgsOf(used, later(at))).toEqual(['org_a']);
  expect(await orgsOf(used, later(SESSION_MS))).toBeUndefined();
});

test('each sign-in has a new secret; what keys gave goes along, and ends when it would have', async () => {
  const first = await sessions.begin(await byKey('org_a'), NOW);
  const { id: before } = (await sessions.find(first, NOW))!;
  const second = await sessions.begin({ ...(await byKey('org_b')), before }, later(SESSION_IDLE_MS - 1));
  expect(await orgsOf(first)).toBeUndefined();
  expect(await sessions.find(second, later(SESSION_IDLE_MS))).toMatchObject({ orgId: 'org_b' });
  for (let at = SESSION_IDLE_MS; at < SESSION_MS; at += SESSION_IDLE_MS / 2)
    expect(await orgsOf(second, later(at))).toEqual(['org_b', 'org_a']);
  expect(await orgsOf(second, later(SESSION_MS))).toEqual(['org_b']);
  expect(await db.session.count({ where: { id: before } })).toBe(0);
});

test('of two people that the provider vouches for, none has what the other had', async () => {
  const ofAnn = { memberships: [{ org: 'org_a', roles: ['admin' as const], groups: ['legal'] }], person };
  const first = await sessions.begin(ofAnn, NOW);
  expect((await sessions.find(first, NOW))!.callers).toEqual([
    { orgId: 'org_a', ...person, roles: ['admin'], groups: ['legal'] },
  ]);
  const { id: before } = (await sessions.find(first, NOW))!;
  const bob = { subject: 'user:bob@example.org', name: 'Bob' };
  const second = await sessions.begin(
    { memberships: [{ org: 'org_b', roles: ['viewer'], groups: [] }], person: bob, before },
    NOW,
  );
  expect((await sessions.find(second, NOW))!.callers).toEqual([
    { orgId: 'org_b', ...bob, roles: ['viewer'], groups: [] },
  ]);
});

test('a key that is revoked or has expired ends what it gave, at once', async () => {
  const { memberships } = await byKey('org_a');
  const secret = await sessions.begin({ memberships }, NOW);
  await db.apiKey.update({ where: { id: memberships[0]!.key }, data: { expiresAt: later(1_000) } });
  expect(await orgsOf(secret)).toEqual(['org_a']);
  expect(await orgsOf(secret, later(1_000))).toBeUndefined();
});

test('what is over is removed, and nothing else; nothing that is stored signs anybody in', async () => {
  await db.session.deleteMany();
  const secrets = [
    await sessions.begin(await byKey('org_a'), NOW),
    await sessions.begin(await byKey('org_a'), later(5)),
  ];
  const stored = JSON.stringify(await db.session.findMany());
  for (const secret of secrets) expect(stored).not.toContain(secret);
  for (const { id } of await db.session.findMany()) expect(await sessions.find(id)).toBeUndefined();
  const configured = { runs_days: null, archives_days: null, logs_days: null };
  await new Cleaner(db, { configured, idempotencyDays: 7 }).sweep(later(SESSION_IDLE_MS));
  expect(await db.session.count()).toBe(1);
  expect(await orgsOf(secrets[1]!)).toEqual(['org_a']);
});
