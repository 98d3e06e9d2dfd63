import { type Db, openDb } from '../../adapters/postgres/db.js';
import { archiveLogs } from '../../adapters/postgres/log-archive.js';
import { Logs } from '../../adapters/postgres/logs.js';
import { writeProgress } from '../../adapters/postgres/progress.js';
import { Retention } from '../../adapters/postgres/retention.js';
import type { RetentionPolicy } from '../../core/contract/retention.js';
import { Cleaner } from '../../workers/projector/cleaner.js';
import { cloneDatabase } from '../support/e2e.js';
import { planOf, remembering, seenBy } from '../support/plans-of-queries.js';
import { logLine, storedOrg, storedRun } from '../support/stored-runs.js';

/** What is removed when its time is over, and what never is. */
let url: string;
let db: Db;
let retention: Retention;
const NOW = new Date('2026-06-30T12:00:00Z');
const ago = (days: number, ms = 0): Date => new Date(NOW.getTime() - days * 86_400_000 + ms);
const FOREVER: RetentionPolicy = { runs_days: null, archives_days: null, logs_days: null };

beforeAll(async () => {
  url = await cloneDatabase(`retention_${process.pid}`);
  db = openDb(url, 6);
  retention = new Retention(db);
});
afterAll(() => db.$disconnect());

let orgs = 0;
async function newOrg(policy?: Parameters<Retention['set']>[1]): Promise<string> {
  const id = `org_r${orgs++}`;
  await storedOrg(db, id);
  if (policy) await retention.set(id, policy);
  return id;
}
const sweep = (configured = FOREVER) => new Cleaner(db, { configured, idempotencyDays: 7 }).sweep(NOW);
const kept = async (orgId: string): Promise<string[]> =>
  (await db.workflowRun.findMany({ where: { orgId }, select: { id: true }, orderBy: { id: 'asc' } })).map(
    ({ id }) => id,
  );

const PAGE = { order: 'asc', limit: 10 } as const;

test('a run goes with all that belongs to it, a millisecond after its time', async () => {
  const org = await newOrg({ runs_days: 30 });
  const other = await newOrg();
  await storedRun(db, { id: 'late', orgId: org, sealedAt: ago(30, -1) });
  await storedRun(db, { id: 'timely', orgId: org, sealedAt: ago(30) });
  await storedRun(db, { id: 'others', orgId: other, sealedAt: ago(3_000) });
  const logs = new Logs(db);
  for (const id of ['late', 'timely']) {
    await db.gate.create({
      data: {
        ...{ runId: id, nodeKey: 'g', orgId: org, status: 'decided', title: '', showJson: {}, role: 'admin' },
        voters: { create: { person: 'user:ann', orgId: org, openedAt: NOW, dueKey: NOW } },
        claims: {
          create: { id: `clm_${id}`, orgId: org, round: 0, holder: 'user:ann', claimedAt: NOW, expiresAt: NOW },
        },
        comments: { create: { id: `cmt_${id}`, orgId: org, author: 'user:ann', text: 'yes', createdAt: NOW } },
      },
    });
    await logs.append([logLine(id, 0)]);
    await archiveLogs(db, id);
    await logs.append([logLine(id, 1)]);
  }
  expect(await sweep()).toBe(1);
  const rows = async (runId: string) => [
    await db.workflowRun.count({ where: { id: runId } }),
    await db.nodeRun.count({ where: { workflowRunId: runId } }),
    await db.eventArchive.count({ where: { runId } }),
    await db.logArchive.count({ where: { runId } }),
    await db.nodeLog.count({ where: { runId } }),
    await db.gate.count({ where: { runId } }),
    await db.gateVoter.count({ where: { runId } }),
    await db.gateClaim.count({ where: { runId } }),
    await db.gateComment.count({ where: { runId } }),
  ];
  expect(await rows('late')).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(await rows('timely')).toEqual([1, 2, 1, 2, 0, 1, 1, 1, 1]); // the line that came late was archived, too
  expect(await kept(other)).toEqual(['others']);
});

test('nothing goes of an open run, or of one with an open gate; children stay as long as the run that started them', async () => {
  const org = await newOrg({ runs_days: 1, archives_days: 1, logs_days: 1 });
  const old = { orgId: org, sealedAt: ago(9) };
  await storedRun(db, { id: 'k-open', orgId: org });
  await storedRun(db, { ...old, id: 'k-child', parent: 'k-open' });
  await storedRun(db, { ...old, id: 'k-grandchild', parent: 'k-child' });
  await storedRun(db, { ...old, id: 'k-gated' });
  await db.gate.create({
    data: { runId: 'k-gated', nodeKey: 'g', orgId: org, title: '', showJson: {}, role: 'admin' },
  });
  await storedRun(db, { ...old, id: 'x-root' });
  await storedRun(db, { ...old, id: 'x-child', parent: 'x-root' });
  await storedRun(db, { ...old, id: 'x-grandchild', parent: 'x-child' });
  for (const id of ['k-open', 'k-child', 'k-gated']) await new Logs(db).append([logLine(id, 0)]);
  expect(await sweep()).toBe(3);
  expect(await kept(org)).toEqual(['k-child', 'k-gated', 'k-grandchild', 'k-open']);
  for (const runId of ['k-child', 'k-gated']) {
    expect(await db.eventArchive.count({ where: { runId } })).toBe(1);
    expect((await new Logs(db).list(runId, PAGE)).lines).toEqual([logLine(runId, 0)]);
  }
  expect((await new Logs(db).list('k-open', PAGE)).lines).toEqual([logLine('k-open', 0)]);

  // Once it is over, the others have no reason to stay.
  await db.workflowRun.update({ where: { id: 'k-open' }, data: { sealedAt: ago(2) } });
  await db.gate.updateMany({ where: { runId: 'k-gated' }, data: { status: 'closed' } });
  expect(await sweep()).toBe(4);
  expect(await kept(org)).toEqual([]);
});

test('events and logs may go before their run does; what an org says counts more than the configuration', async () => {
  const configured = { ...FOREVER, archives_days: 10, logs_days: 5 };
  const [plain, own] = [await newOrg(), await newOrg({ archives_days: null, logs_days: 1 })];
  for (const [orgId, id, days] of [
    [plain, 'p-11', 11],
    [plain, 'p-9', 9],
    [own, 'o-11', 11],
  ] as const) {
    await storedRun(db, { id, orgId, sealedAt: ago(days) });
    await new Logs(db).append([logLine(id, 0)]);
    await archiveLogs(db, id);
    await db.logArchive.updateMany({ where: { runId: id }, data: { createdAt: ago(4) } });
  }
  await sweep(configured);
  const archives = await db.eventArchive.findMany({ where: { orgId: { in: [plain, own] } }, select: { runId: true } });
  expect(archives.map(({ runId }) => runId).toSorted()).toEqual(['o-11', 'p-9']);
  const logs = await db.logArchive.findMany({ where: { orgId: { in: [plain, own] } }, select: { runId: true } });
  expect(logs.map(({ runId }) => runId).toSorted()).toEqual(['p-11', 'p-9']);
  expect([...(await kept(plain)), ...(await kept(own))]).toEqual(['p-11', 'p-9', 'o-11']);
});

test('idempotency keys go when they are old, answered or not', async () => {
  const key = (name: string, createdAt: Date, status: number | null) => ({
    orgId: 'org_k',
    key: name,
    requestHash: '',
    resourceId: '',
    createdAt,
    status,
  });
  await db.idempotencyKey.createMany({
    data: [key('old', ago(7, -1), 202), key('died', ago(8), null), key('new', ago(7), 202)],
  });
  await sweep();
  expect((await db.idempotencyKey.findMany({ where: { orgId: 'org_k' } })).map(({ key: name }) => name)).toEqual([
    'new',
  ]);
});

test('beside those who write: no write waits or is lost, and what is locked is passed by', async () => {
  const org = await newOrg({ runs_days: 1 });
  await storedRun(db, { id: 'w-open', orgId: org });
  await storedRun(db, { id: 'w-held', orgId: org, sealedAt: ago(5) });
  await db.$executeRaw`
    INSERT INTO workflow_runs (id, workflow_id, org_id, status, input_json, starter, sealed_at)
    SELECT 'w-' || i, ${`wf_${org}`}, ${org}, 'completed', '{}', 'x', ${ago(3)}::timestamptz + i * interval '1 ms' FROM generate_series(1, 1500) i`;
  let swept = false;
  let beats = 0;
  await db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM workflow_runs WHERE id = 'w-held' FOR UPDATE`;
      const sweeping = sweep().finally(() => (swept = true));
      do {
        await storedRun(db, { id: `w-new-${beats}`, orgId: org });
        const change = { node: 'n', status: 'running', type: 'transform', seq: beats } as const;
        await writeProgress(db, [
          {
            runId: 'w-open',
            status: 'waiting',
            startedAt: undefined,
            nodes: new Map([['n', { change, attempt: 1, at: NOW.toISOString() }]]),
          },
        ]);
        beats++;
      } while (!swept);
      expect(await sweeping).toBe(1_500);
    },
    { timeout: 60_000 },
  );
  expect(await kept(org)).toEqual(
    ['w-held', ...Array.from({ length: beats }, (_, i) => `w-new-${i}`), 'w-open'].toSorted(),
  );
  expect(await sweep()).toBe(1); // the one that was held
});

test('a sweep that is told to stop ends after its batch, and two at once remove each run once', async () => {
  const org = await newOrg({ runs_days: 1 });
  const fill = () => db.$executeRaw`
    INSERT INTO workflow_runs (id, workflow_id, org_id, status, input_json, starter, sealed_at)
    SELECT 's-' || i, ${`wf_${org}`}, ${org}, 'completed', '{}', 'x', ${ago(3)}::timestamptz FROM generate_series(1, 1000) i`;
  await fill();
  const cleaner = new Cleaner(db, { configured: FOREVER, idempotencyDays: 7 });
  const stopped = cleaner.sweep(NOW);
  cleaner.stop();
  expect(await stopped).toBeLessThan(1_000);
  const counts = await Promise.all([sweep(), sweep()]);
  expect((await stopped) + counts[0]! + counts[1]!).toBe(1_000);
  expect(await kept(org)).toEqual([]);
});

test('a batch is found by an index, and looks at no more than it takes', async () => {
  const org = await newOrg();
  await db.$executeRaw`
    INSERT INTO workflow_runs (id, workflow_id, org_id, status, input_json, starter, sealed_at)
    SELECT 'i-' || i, ${`wf_${org}`}, ${org}, 'completed', '{}', 'x', CASE WHEN i % 10 > 0 THEN ${ago(3)}::timestamptz + i * interval '1 s' END
    FROM generate_series(1, 20000) i`;
  await db.$executeRaw`ANALYZE`;
  const { db: watched, queries } = remembering(db);
  const place = { sealedAt: ago(3), id: '' };
  await new Retention(watched).removeRuns({ orgId: org, before: NOW, limit: 50 }, place);
  const steps = await planOf(url, queries[0]!);
  expect(steps.map((step) => step['Index Name'])).toContain('workflow_runs_sealed');
  for (const step of steps.filter((each) => each['Relation Name'] === 'workflow_runs')) {
    expect(step['Node Type']).not.toBe('Seq Scan');
    expect(seenBy(step)).toBeLessThanOrEqual(100);
  }
});
