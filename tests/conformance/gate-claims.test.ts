import { type Db, openDb } from '../../adapters/postgres/db.js';
import { GateClaims, type GateKey } from '../../adapters/postgres/gate-claims.js';
import { Gates } from '../../adapters/postgres/gates.js';
import { cloneDatabase } from '../support/e2e.js';

/** Claims of gates: one at a time, and when they end by themselves. */
let db: Db;
let claims: GateClaims;
beforeAll(async () => {
  db = openDb(await cloneDatabase(`gate_claims_${process.pid}`), 6);
  claims = new GateClaims(db);
});
afterAll(() => db.$disconnect());

let count = 0;
async function gate(): Promise<GateKey> {
  const run = `run_${count++}`;
  await db.gate.create({
    data: { runId: run, nodeKey: 'g[1]', orgId: 'org', title: 'Go?', showJson: {}, role: 'approver' },
  });
  return { orgId: 'org', run, node: 'g[1]' };
}
const HOUR = { ms: 3_600_000, takeOver: false };
const holder = async ({ run, node }: GateKey) => (await new Gates(db).find('org', run, node))?.claim?.holder;
const ended = async (key: GateKey) =>
  (await claims.of(key)).map((claim) => [claim.holder, claim.ended, claim.ended_by]);

test('of twenty at once one has it, and the others are told who', async () => {
  const key = await gate();
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => claims.claim(key, `user:${i}`, HOUR)));
  expect(new Set(all.map((each) => each!.holder)).size).toBe(1);
  expect(await holder(key)).toBe(all[0]!.holder);
  expect(await claims.of(key)).toHaveLength(1);
});

test('one that has expired makes room', async () => {
  const key = await gate();
  await claims.claim(key, 'user:ann', HOUR);
  await db.gateClaim.updateMany({ where: { runId: key.run }, data: { expiresAt: new Date(Date.now() - 1) } });
  expect(await holder(key)).toBeUndefined();
  expect((await claims.claim(key, 'user:bob', HOUR))!.holder).toBe('user:bob');
  expect(await ended(key)).toEqual([
    ['user:ann', 'expired', null],
    ['user:bob', null, null],
  ]);
});

test('a gate that is asked again is claimed by nobody, and a closed one can not be', async () => {
  const key = await gate();
  await claims.claim(key, 'user:ann', HOUR);
  await db.gate.updateMany({ where: { runId: key.run }, data: { round: 1 } });
  expect(await holder(key)).toBeUndefined();
  expect((await claims.claim(key, 'user:bob', HOUR))!.holder).toBe('user:bob');
  await db.gate.updateMany({ where: { runId: key.run }, data: { status: 'decided' } });
  expect(await holder(key)).toBeUndefined();
  expect(await claims.claim(key, 'user:bob', HOUR)).toBeUndefined();
  expect(await claims.claim({ ...key, orgId: 'other' }, 'user:bob', HOUR)).toBeUndefined();
});

test('released by whoever has it, taken over by whoever says so', async () => {
  const key = await gate();
  await claims.claim(key, 'user:ann', HOUR);
  const release = { how: 'released', takeOver: false } as const;
  expect((await claims.end(key, ['user:bob'], release))!.holder).toBe('user:ann');
  expect((await claims.claim(key, 'user:bob', { ...HOUR, takeOver: true }))!.holder).toBe('user:bob');
  expect(await claims.end(key, ['user:tom', 'user:bob'], { how: 'decided', takeOver: false })).toBeUndefined();
  expect(await claims.end(key, ['user:tom'], release)).toBeUndefined();
  expect(await ended(key)).toEqual([
    ['user:ann', 'taken_over', 'user:bob'],
    ['user:bob', 'decided', 'user:tom'],
  ]);
});
