import { type Db, openDb } from '../../adapters/postgres/db.js';
import type { RunFilter } from '../../adapters/postgres/run-list.js';
import { Runs } from '../../adapters/postgres/runs.js';
import { FILLED, fillRuns } from '../../scripts/bench/scale/fill-runs.js';
import { cloneDatabase } from '../support/e2e.js';
import { planOf, remembering, seenBy } from '../support/plans-of-queries.js';

/** Counts of runs by status: no filter makes them look at more runs when there are more. What they count, tests/conformance/run-list.test.ts compares. */
let url: string;
let db: Db;
const RUNS = 60_000;
/** Of each of five closed statuses 2,000 are looked at; of open runs, of which there are some 1,600, all. */
const MOST_SEEN = 10_000;

beforeAll(async () => {
  url = await cloneDatabase(`run_counts_${process.pid}`);
  db = openDb(url, 2);
  await fillRuns(db, RUNS);
  await db.$executeRaw`UPDATE workflow_runs SET fields = '{"region":"eu"}'`;
  await db.$executeRaw`
    INSERT INTO run_fields (run_id, org_id, name, value, created_at) SELECT id, org_id, 'region', 'eu', created_at FROM workflow_runs`;
  await db.$executeRaw`VACUUM ANALYZE workflow_runs, run_fields`;
});
afterAll(() => db.$disconnect());

const FILTERS: [string, Omit<RunFilter, 'status'>][] = [
  ['all', {}],
  ['a workflow', { workflow: 'flow-1' }],
  ['a version', { workflow: 'flow-1', version: 2 }],
  ['a time', { since: new Date(Date.now() - 86_400_000) }],
  ['a search', { q: 'flow-1' }],
  ['what nothing is', { q: 'nobody at all' }],
  ['a field that all have', { fields: [['region', 'eu']] }],
  ['a field that none has', { fields: [['region', 'moon']] }],
  ['children', { parent: 'run_none' }],
];

test.each(FILTERS)('%s', async (_name, filter) => {
  for (const orgId of [FILLED.big, FILLED.small]) {
    const { db: watched, queries } = remembering(db);
    await new Runs(watched).count(orgId, filter);
    const asked = queries.filter(({ text }) => /workflow_runs|run_fields/.test(text));
    const steps = (await Promise.all(asked.map((query) => planOf(url, query)))).flat();
    const those = steps.filter((step) => ['workflow_runs', 'run_fields'].includes(step['Relation Name'] ?? ''));
    expect(those.length).toBeGreaterThan(0);
    expect(those.filter((step) => step['Node Type'] === 'Seq Scan')).toEqual([]);
    expect(those.map(seenBy).filter((seen) => seen > MOST_SEEN)).toEqual([]);
  }
});

test('open statuses are exact, closed ones stop, and what stopped says so', async () => {
  const exact = await db.workflowRun.groupBy({ by: ['status'], where: { orgId: FILLED.big }, _count: true });
  const of = Object.fromEntries(exact.map(({ status, _count }) => [status, _count]));
  expect(of['completed']).toBeGreaterThan(1_000);
  expect(of['failed']).toBeLessThan(1_000);
  const { counts, more } = await new Runs(db).count(FILLED.big, {});
  expect(counts).toMatchObject({ running: of['running'], waiting: of['waiting'], failed: of['failed'], held: 0 });
  expect([counts.completed, more]).toEqual([1_000, ['completed']]);
});

test('a search counts what it finds among the newest, and says that there may be more', async () => {
  const { counts, more } = await new Runs(db).count(FILLED.big, { q: 'flow-1' });
  expect(more).toEqual(['completed']);
  expect(counts.completed).toBeGreaterThan(0);
  expect(counts.completed).toBeLessThanOrEqual(2_001);
});
