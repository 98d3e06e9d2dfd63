import { Aliases } from '../../adapters/postgres/aliases.js';
import { type Db, openDb } from '../../adapters/postgres/db.js';
import { type AcceptedRun, Runs } from '../../adapters/postgres/runs.js';
import { Workflows } from '../../adapters/postgres/workflows.js';
import type { Plan } from '../../core/spec/plan.js';
import { cloneDatabase } from '../support/e2e.js';
import { planOf, remembering, seenBy } from '../support/plans-of-queries.js';

/** Aliases in a database with many versions: what a start of a run reads, and that what was accepted first holds. */
let url: string;
let db: Db;
const VERSIONS = 300;
const place = { orgId: 'org', workflow: 'flow7', alias: 'canary' };
const change = { ...place, actor: 'key:x', expect: () => undefined };
const routes = [
  { version: 299, weight: 60 },
  { version: 300, weight: 40 },
];

beforeAll(async () => {
  url = await cloneDatabase(`aliases_${process.pid}`);
  db = openDb(url, 4);
  await db.org.create({ data: { id: 'org', name: 'org' } });
  await db.$executeRaw`
    INSERT INTO workflows (id, lineage_id, org_id, name, version, spec_text, spec_hash, spec_json, plan_json, created_by)
    SELECT 'wf_' || md5(f || ' ' || v), 'l' || f, 'org', 'flow' || f, v, '', '', '{}', json_build_object('name', 'flow' || f, 'v', v), 'x'
    FROM generate_series(1, 20) f, generate_series(1, ${VERSIONS}::int) v`;
  await db.$executeRaw`
    INSERT INTO workflow_aliases (org_id, workflow, alias, routes, revision, updated_by, updated_at)
    SELECT 'org', 'flow' || f, 'a' || a, '[{"version": 1, "weight": 100}]', 0, 'x', now() FROM generate_series(1, 20) f, generate_series(1, 50) a`;
  await new Aliases(db).set({ ...change, routes });
  await db.$executeRaw`ANALYZE workflows, workflow_aliases`;
});
afterAll(() => db.$disconnect());

test('an alias is resolved in one statement that looks at its own routes alone', async () => {
  const { db: watched, queries } = remembering(db);
  const workflows = new Workflows(watched);
  const found = await workflows.find('org', 'flow7@canary', { run: 'run_1' });
  expect(routes.map(({ version }) => version)).toContain(found?.version);
  expect(queries).toHaveLength(1);
  const steps = await planOf(url, queries[0]!);
  const seen = steps.filter((step) => step['Relation Name'] !== undefined).reduce((sum, step) => sum + seenBy(step), 0);
  expect(seen).toBe(1 + routes.length);
});

test('an alias of one org, of one workflow, of one name; and it is read each time', async () => {
  const workflows = new Workflows(db);
  for (const [org, name] of [
    ['other', 'flow7@canary'],
    ['org', 'flow8@canary'],
    ['org', 'flow7@stable'],
    ['org', 'flow7@'],
  ] as const)
    expect(await workflows.find(org, name, { run: 'run_1' })).toBeUndefined();
  const moving = { ...change, alias: 'moving' };
  for (const version of [1, 2, 1]) {
    await new Aliases(db).set({ ...moving, routes: [{ version, weight: 100 }] });
    expect(await workflows.find('org', 'flow7@moving')).toMatchObject({ version });
  }
});

test('an id and a version beside it are found only when they fit', async () => {
  const workflows = new Workflows(db);
  const { id } = (await workflows.find('org', 'flow7@5'))!;
  expect(await workflows.find('org', id, { version: 5 })).toMatchObject({ id });
  expect(await workflows.find('org', id, { version: 6 })).toBeUndefined();
  expect(await workflows.find('org', 'flow7', { version: 6 })).toMatchObject({ version: 6 });
});

test('history, page by page; also of an alias that was removed', async () => {
  const aliases = new Aliases(db);
  const paged = { ...change, alias: 'paged' };
  for (const version of [1, 2, 3]) await aliases.set({ ...paged, routes: [{ version, weight: 100 }] });
  await aliases.remove(paged);
  const first = await aliases.history(paged, 3);
  expect(first.map(({ to }) => to?.[0]?.version)).toEqual([undefined, 3, 2]);
  const rest = await aliases.history(paged, 3, first.at(-1)!.revision);
  expect(rest.map(({ from, to }) => [from, to?.[0]?.version])).toEqual([[null, 1]]);
});

test('of two that accept one run with two versions, both get the first', async () => {
  const [workflows, runs] = [new Workflows(db), new Runs(db)];
  const made = await Promise.all(
    [1, 2].map(async (version): Promise<AcceptedRun> => {
      const {
        id: workflow_id,
        name: workflow,
        created_by: author,
      } = (await workflows.find('org', `flow7@${version}`))!;
      const header = { id: 'run_twice', org_id: 'org', workflow_id, workflow, version, starter: 'key:x', metadata: {} };
      const plan = { name: workflow, v: version } as unknown as Plan;
      return {
        header: { ...header, created_at: new Date(0).toISOString(), alias: `a${version}` },
        plan,
        input: {},
        author,
      };
    }),
  );
  const [one, two] = await Promise.all(made.map((run) => runs.accept(run)));
  expect(two).toEqual(one);
  expect(await runs.accept(made[1]!)).toEqual(one);
  expect(made.map(({ header }) => header)).toContainEqual(one!.header);
  expect(one!.plan).toMatchObject({ v: one!.header.version });
});
