import { type Db, openDb } from '../../adapters/postgres/db.js';
import type { AcceptedRun } from '../../adapters/postgres/runs.js';
import { TriggerDeliveries } from '../../adapters/postgres/trigger-deliveries.js';
import { type StoredTrigger, Triggers } from '../../adapters/postgres/triggers.js';
import { keysOf } from '../../adapters/temporal/keys.js';
import { Vault } from '../../adapters/webhooks/vault.js';
import type { TriggerDefinition } from '../../core/contract/triggers.js';
import { MAX_REMEMBERED_DELIVERIES } from '../../core/limits.js';
import { Cleaner } from '../../workers/projector/cleaner.js';
import { cloneDatabase } from '../support/e2e.js';
import { storedOrg } from '../support/stored-runs.js';

/** What is taken, and what is remembered of it, by PostgreSQL itself. */
let db: Db;
let triggers: Triggers;
let deliveries: TriggerDeliveries;
const NOW = new Date('2026-06-30T12:00:00Z');
const LATER = new Date('2026-07-01T12:00:00Z');
const vault = new Vault(keysOf(`a:${Buffer.alloc(32, 1).toString('base64')}`)!);
const DEFINITION: TriggerDefinition = {
  ...{ name: 'x', signature: { scheme: 'github' }, headers: [] },
  dedupe: { from: 'header', name: 'x-github-delivery', ttl: '1d' },
  action: { kind: 'start_run', workflow: 'stored' },
};

beforeAll(async () => {
  db = openDb(await cloneDatabase(`triggers_${process.pid}`), 10);
  await storedOrg(db, 'org_t');
  [triggers, deliveries] = [new Triggers(db, vault), new TriggerDeliveries(db)];
});
afterAll(() => db.$disconnect());

let count = 0;
const newTrigger = (): Promise<StoredTrigger> =>
  triggers.create('org_t', { ...DEFINITION, name: `t${count++}` }, { secret: 'sixteen-letters-x', createdBy: 'key:x' });

const run = (id: string): AcceptedRun => ({
  plan: {} as AcceptedRun['plan'],
  input: { order: 1 },
  header: {
    ...{ id, org_id: 'org_t', workflow_id: 'wf_org_t', workflow: 'stored', version: 1 },
    ...{ starter: 'trigger:x', metadata: {}, created_at: NOW.toISOString() },
  },
});
const take = (triggerId: string, deliveryId: string, runId: string, now = NOW, until = LATER) =>
  deliveries.take({ triggerId, deliveryId }, run(runId), { now, until });
const stored = (id: string) => db.workflowRun.count({ where: { id } });

test('of thirty at once, one is taken, and its run alone has a row', async () => {
  const { id } = await newTrigger();
  const ids = Array.from({ length: 30 }, (_, i) => `run_at_once_${i}`);
  const taken = await Promise.all(ids.map((runId) => take(id, 'd', runId)));
  expect(taken.filter(Boolean)).toHaveLength(1);
  const winner = ids[taken.indexOf(true)]!;
  expect(await deliveries.runOf({ triggerId: id, deliveryId: 'd' }, NOW)).toBe(winner);
  expect(await Promise.all(ids.map(stored))).toEqual(ids.map((each) => (each === winner ? 1 : 0)));
});

test('the same id means another delivery for another trigger, and after its time', async () => {
  const [one, other] = [await newTrigger(), await newTrigger()];
  expect(await take(one.id, 'd', 'run_one')).toBe(true);
  expect(await take(other.id, 'd', 'run_other')).toBe(true);
  expect(await take(one.id, 'd', 'run_early', new Date(LATER.getTime() - 1))).toBe(false);
  expect(await deliveries.runOf({ triggerId: one.id, deliveryId: 'd' }, LATER)).toBeUndefined();
  expect(await take(one.id, 'd', 'run_late', LATER, new Date(LATER.getTime() + 1))).toBe(true);
  expect([await stored('run_early'), await stored('run_late')]).toEqual([0, 1]);
});

test('a run that can not be written leaves no receipt', async () => {
  const { id } = await newTrigger();
  await expect(take(id, 'd', 'run_one')).rejects.toThrow(/unique constraint/i); // the id is taken
  expect(await deliveries.runOf({ triggerId: id, deliveryId: 'd' }, NOW)).toBeUndefined();
});

test('of a trigger that was disabled or removed a moment ago nothing is taken or recorded', async () => {
  const trigger = await newTrigger();
  await triggers.enable(trigger, false);
  expect(await take(trigger.id, 'd', 'run_disabled')).toBe(false);
  await triggers.remove(trigger);
  expect(await take(trigger.id, 'd', 'run_removed')).toBe(false);
  await deliveries.record(trigger.id, {
    outcome: 'failed',
    status: 404,
    deliveryId: 'd',
    runId: null,
    code: 'NOT_FOUND',
  });
  expect([await stored('run_disabled'), await stored('run_removed')]).toEqual([0, 0]);
  expect(await deliveries.list(trigger.id, 10)).toEqual([]);
});

test('secrets that are rotated at once leave two, each of which opens', async () => {
  const trigger = await newTrigger();
  await Promise.all(Array.from({ length: 5 }, (_, i) => triggers.rotate(trigger, `secret-number-${i}`, LATER)));
  const found = (await triggers.find('org_t', trigger.id))!;
  const open = triggers.secretsOf(found, NOW);
  expect(open).toHaveLength(2);
  expect(new Set(open).size).toBe(2);
  expect(triggers.secretsOf(found, LATER)).toEqual(open.slice(0, 1));
});

test('receipts go when their time is over, records when there are newer ones enough', async () => {
  const [busy, quiet] = [await newTrigger(), await newTrigger()];
  await take(quiet.id, 'over', 'run_over', NOW, NOW);
  await take(quiet.id, 'good', 'run_good', NOW, LATER);
  const record = { outcome: 'started', status: 202, code: null, runId: null } as const;
  for (const { id } of [busy, quiet]) await deliveries.record(id, { ...record, deliveryId: 'first' });
  const many = Array.from({ length: MAX_REMEMBERED_DELIVERIES }, (_, i) => String(i));
  await db.triggerDelivery.createMany({
    data: many.map((deliveryId) => ({ ...record, deliveryId, triggerId: busy.id })),
  });
  await new Cleaner(db, {
    configured: { runs_days: null, archives_days: null, logs_days: null },
    idempotencyDays: 7,
  }).sweep(NOW);
  const receipts = await db.triggerReceipt.findMany({ where: { triggerId: quiet.id } });
  expect(receipts.map(({ deliveryId }) => deliveryId)).toEqual(['good']);
  const kept = await deliveries.list(busy.id, 1_000);
  expect(kept.map(({ deliveryId }) => deliveryId)).toEqual(many.toReversed());
  expect(await deliveries.list(quiet.id, 10)).toHaveLength(1);
});
