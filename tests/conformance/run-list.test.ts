import fc from 'fast-check';
import { type Db, openDb } from '../../adapters/postgres/db.js';
import type { Place, RunFilter } from '../../adapters/postgres/run-list.js';
import { Runs, type RunSummary } from '../../adapters/postgres/runs.js';
import { runStatus } from '../../core/contract/views.js';
import { FILLED, fillRuns } from '../../scripts/bench/scale/fill-runs.js';
import { cloneDatabase } from '../support/e2e.js';
import { planOf, remembering, seenBy } from '../support/plans-of-queries.js';

/** The list of runs: what it shows, and that no filter makes it look at more runs when there are more. */
let url: string;
let db: Db;
const RUNS = 40_000;
const LIMIT = 50;
/** With the surplus row that tells whether there is more. */
const MOST = (LIMIT + 1) ** 2;
const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

beforeAll(async () => {
  url = await cloneDatabase(`run_list_${process.pid}`);
  db = openDb(url, 2);
  await fillRuns(db, RUNS);
  await fillFields(db);
});
afterAll(() => db.$disconnect());

describe('plans', () => {
  const STARTER = 'key:key_37693cfc748049e45d87b8c7d8b9aacd'; // md5 of 23 is none of them
  const NOBODY = 'nobody at all';
  const INDEX = {
    time: 'workflow_runs_org_id_created_at_id_idx',
    status: 'workflow_runs_org_id_status_created_at_id_idx',
    workflow: 'workflow_runs_by_workflow',
    both: 'workflow_runs_by_workflow_and_starter',
    starter: 'workflow_runs_by_starter',
    parent: 'workflow_runs_by_parent',
    field: 'run_fields_in_order',
    id: 'workflow_runs_pkey',
  } as const;

  test.each<[string, RunFilter, (keyof typeof INDEX)[]]>([
    ['all', {}, ['time']],
    ['one status', { status: ['completed'] }, ['status']],
    ['a rare status', { status: ['terminated'] }, ['status']],
    ['a status that no run has', { status: ['held'] }, ['status']],
    ['several statuses', { status: ['failed', 'terminated', 'held'] }, ['status']],
    ['a workflow', { workflow: 'flow-1' }, ['workflow']],
    ['a rare workflow', { workflow: 'flow-100' }, ['workflow']],
    ['a version', { workflow: `wf_${FILLED.big}1.2` }, ['workflow']],
    ['a workflow and statuses', { workflow: 'flow-1', status: ['failed', 'held'] }, ['workflow']],
    ['part of a name', { q: 'LOW-99' }, ['time', 'workflow', 'starter']],
    ['part of every name', { q: 'flow' }, ['time']],
    ['part of a starter', { q: 'key_37' }, ['time', 'starter']],
    ['nothing that is', { q: NOBODY }, ['time', 'starter']],
    ['nothing that is, of a status', { q: NOBODY, status: ['failed'] }, ['status', 'starter']],
    ['nothing that is, of statuses', { q: NOBODY, status: ['failed', 'held'] }, ['time', 'starter']],
    ['nothing that is, of a workflow', { q: NOBODY, workflow: 'flow-2' }, ['time', 'both']],
    ['a starter, in a workflow', { q: STARTER, workflow: 'flow-2', status: ['held'] }, ['status', 'both']],
    ['the beginning of an id', { q: 'run_00000000' }, ['time', 'starter', 'id']],
    ['a parent', { parent: 'run_none' }, ['parent']],
    ['a time', { since: daysAgo(2), until: daysAgo(1) }, ['time']],
    ['a time and a status', { since: daysAgo(2), status: ['failed'] }, ['status']],
    ['a time in a workflow', { workflow: 'flow-1', until: daysAgo(1) }, ['workflow']],
    ['a time when nothing was', { until: new Date(0) }, ['time']],
    ['a version by its number', { workflow: 'flow-1', version: 3 }, ['workflow']],
    ['a field that most have', { fields: [['region', 'eu']] }, ['field']],
    ['a field that few have', { fields: [['customer', 'c7']] }, ['field']],
    ['a field that none has', { fields: [['region', 'moon']] }, ['field']],
    ['a field since a time', { fields: [['region', 'eu']], since: daysAgo(1) }, ['field']],
    [
      'two fields',
      {
        fields: [
          ['region', 'eu'],
          ['customer', 'c7'],
        ],
      },
      ['field'],
    ],
    ['a field and a rare status', { fields: [['region', 'eu']], status: ['held'] }, ['field', 'status']],
    ['a field and a usual status', { fields: [['region', 'eu']], status: ['completed'] }, ['field', 'status']],
    ['a field and what nothing is', { fields: [['region', 'eu']], q: NOBODY }, ['field']],
    ['a field, in a workflow', { fields: [['region', 'eu']], workflow: 'flow-100' }, ['field']],
    ['a parent and all else', { parent: 'run_none', q: 'x', status: ['failed'], workflow: 'flow-1' }, ['parent']],
  ])('%s', async (_name, filter, expected) => {
    const middle = { createdAt: new Date(Date.now() - (RUNS / 2) * 8_000), id: '' };
    for (const orgId of [FILLED.big, FILLED.small])
      for (const before of [undefined, middle]) {
        const { db: watched, queries } = remembering(db);
        await new Runs(watched).list(orgId, versionIn(filter, orgId), LIMIT, before);
        const lists = queries.filter(({ text }) => /workflow_runs|run_fields/.test(text));
        const steps = (await Promise.all(lists.map((query) => planOf(url, query)))).flat();
        const used = new Set(
          steps.flatMap((step) =>
            /^(workflow_runs|run_fields)/.test(step['Index Name'] ?? '') ? [step['Index Name']!] : [],
          ),
        );
        if (orgId === FILLED.big) {
          const wanted = expected.map((name) => INDEX[name]);
          // The rows of a page are read by their ids.
          expect([...used].filter((index) => index !== INDEX.id).toSorted()).toEqual(
            wanted.filter((index) => index !== INDEX.id).toSorted(),
          );
        }
        expect(
          steps.filter((step) => step['Node Type'] === 'Seq Scan' && RUNS_OF.has(step['Relation Name'] ?? '')),
        ).toEqual([]);
        // 2,000 that a search looks through, and a page out of each of a page of groups.
        const far = steps.filter((step) => RUNS_OF.has(step['Relation Name'] ?? '') && seenBy(step) > MOST);
        expect(far.map((step) => [step['Index Name'], step['Actual Rows'], step['Actual Loops']])).toEqual([]);
        for (const sort of steps.filter((step) => step['Node Type'].includes('Sort')))
          expect(seenBy(sort.Plans![0]!)).toBeLessThanOrEqual(MOST);
      }
  });

  const RUNS_OF = new Set(['workflow_runs', 'run_fields']);
  const versionIn = (filter: RunFilter, orgId: string): RunFilter =>
    filter.workflow?.startsWith('wf_') ? { ...filter, workflow: `wf_${orgId}1.2` } : filter;
});

/** Runs that have been without fields so far: nine in ten are of a region, and each of one of 500 customers. */
async function fillFields(to: Db): Promise<void> {
  await to.$executeRaw`
    UPDATE workflow_runs SET fields = jsonb_build_object('region', CASE WHEN hashtext(id) % 10 = 0 THEN 'us' ELSE 'eu' END,
      'customer', 'c' || abs(hashtext(id) % 500))`;
  await to.$executeRaw`
    INSERT INTO run_fields (run_id, org_id, name, value, created_at)
    SELECT r.id, r.org_id, f.key, f.value, r.created_at FROM workflow_runs r, jsonb_each_text(r.fields) f`;
  await to.$executeRaw`VACUUM ANALYZE workflow_runs, run_fields`;
}

describe('what it shows', () => {
  const ORG = 'org_shown';
  const NAMES = ['alpha', 'Beta', 'be%ta', 'a_b'];
  const STARTERS = ['key:one', 'key:two', 'user:Ann', 'user:%'];
  const PARENTS = [null, null, 'run_p1', 'run_p2'];
  const REGIONS = ['eu', 'us', 5, true, null];
  let all: (RunSummary & { parent_run_id: string | null; fields: NonNullable<RunSummary['fields']> })[];

  beforeAll(async () => {
    await db.org.createMany({ data: [ORG, 'org_next'].map((id) => ({ id, name: id })) });
    const versions = NAMES.flatMap((name) =>
      [1, 2].flatMap((version) =>
        [ORG, 'org_next'].map((orgId) => ({ id: `wf_${orgId}_${name}_${version}`, orgId, name, version })),
      ),
    );
    await db.workflow.createMany({
      data: versions.map((each) => ({
        ...each,
        lineageId: each.id,
        specText: '',
        specHash: '',
        specJson: {},
        planJson: {},
        createdBy: 'x',
      })),
    });
    const pick = <T>(from: readonly T[], n: number): T => from[n % from.length]!;
    const rows = fc.sample(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.nat(8), fc.nat(15), fc.boolean()), {
      numRuns: 400,
      seed: 7,
    });
    await db.workflowRun.createMany({
      data: rows.map(([workflow, status, starter, parent, at, digit, other], i) => {
        const version = pick(
          versions.filter(({ orgId }) => orgId === (other ? 'org_next' : ORG)),
          workflow,
        );
        const region = pick(REGIONS, i);
        return {
          ...{
            id: `run_0123456${digit.toString(16)}${i.toString(16).padStart(24, '0')}`,
            orgId: version.orgId,
            workflowId: version.id,
          },
          ...{
            status: pick(runStatus.options, status),
            starter: pick(STARTERS, starter),
            parentRunId: pick(PARENTS, parent),
            parentNode: 'n',
          },
          ...{ createdAt: new Date(1.7e12 + at), inputJson: {}, metadata: { i } }, // many of the same millisecond
          ...(region === null ? {} : { fields: { region, half: i % 2 === 0 } }),
        };
      }),
    });
    const stored = await db.workflowRun.findMany({ where: { orgId: ORG }, include: { workflow: true } });
    all = stored
      .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
      .map((row) => ({
        ...({} as RunSummary),
        id: row.id,
        workflow: row.workflow.name,
        workflow_id: row.workflowId,
        status: row.status as never,
        starter: row.starter,
        parent_run_id: row.parentRunId,
        version: row.workflow.version,
        created_at: row.createdAt.toISOString(),
        fields: (row.fields ?? {}) as NonNullable<RunSummary['fields']>,
      }));
  });

  const naive = ({ status, workflow, version, since, until, fields, q, parent }: RunFilter): typeof all =>
    all.filter(
      (run) =>
        (version === undefined || run.version === version) &&
        (since === undefined || run.created_at >= since.toISOString()) &&
        (until === undefined || run.created_at < until.toISOString()) &&
        (fields ?? []).every(([name, value]) => name in run.fields && String(run.fields[name]) === value) &&
        (!status || status.includes(run.status)) &&
        (workflow === undefined || run.workflow === workflow || run.workflow_id === workflow) &&
        (parent === undefined || run.parent_run_id === parent) &&
        (q === undefined ||
          run.workflow.toLowerCase().includes(q.toLowerCase()) ||
          run.starter.includes(q) ||
          (/^(run_)?[0-9a-f]{8}/.test(q) && (run.id.startsWith(q) || run.id.startsWith(`run_${q}`)))),
    );

  const filters: fc.Arbitrary<RunFilter> = fc.record(
    {
      status: fc.array(fc.constantFrom(...runStatus.options), { minLength: 1, maxLength: 4 }),
      workflow: fc.constantFrom(...NAMES, 'gamma', `wf_${ORG}_Beta_2`, 'wf_org_next_Beta_2', 'wf_none'),
      q: fc.oneof(
        fc.constantFrom(
          'be',
          'BETA',
          '%',
          '_',
          'key:',
          'Ann',
          'ann',
          'run_',
          'run_0123456',
          '01234567',
          'run_01234569',
          '0123456f',
          'zzz',
        ),
        fc.nat(399).map((i) => `run_01234567${i.toString(16).padStart(24, '0')}`),
      ),
      parent: fc.constantFrom('run_p1', 'run_p2', 'run_p3'),
      since: fc.nat(8).map((at) => new Date(1.7e12 + at)),
      until: fc.nat(9).map((at) => new Date(1.7e12 + at)),
      fields: fc.array(
        fc.constantFrom<[string, string]>(
          ['region', 'eu'],
          ['region', '5'],
          ['half', 'true'],
          ['half', 'no'],
          ['none', 'x'],
        ),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  );
  /** A version is asked for beside its workflow alone. */
  const versioned = fc
    .tuple(filters, fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }))
    .map(
      ([filter, version]): RunFilter =>
        version === undefined || filter.workflow === undefined ? filter : { ...filter, version },
    );

  test('what a look at every run would, page by page, with no gap and no repeat', async () => {
    const runs = new Runs(db);
    await fc.assert(
      fc.asyncProperty(versioned, fc.integer({ min: 1, max: 60 }), async (filter, limit) => {
        const expected = naive(filter).map(({ id }) => id);
        const shown: string[] = [];
        for (let place: Place | undefined; ; ) {
          const { rows, next } = await runs.list(ORG, filter, limit, place);
          shown.push(...rows.map(({ id }) => id));
          if (!next) break;
          place = next;
        }
        expect(shown).toEqual(expected);
      }),
      { numRuns: 250 },
    );
  });

  test('and as many of each status', async () => {
    const runs = new Runs(db);
    await fc.assert(
      fc.asyncProperty(versioned, async ({ status: _status, ...filter }) => {
        const expected = Object.fromEntries(runStatus.options.map((status) => [status, 0]));
        for (const { status } of naive(filter)) expected[status]! += 1;
        expect(await runs.count(ORG, filter)).toEqual({ counts: expected, more: [] });
      }),
      { numRuns: 150 },
    );
  });

  test('what a run is, as its own view says', async () => {
    const [run] = (await new Runs(db).list(ORG, {}, 1)).rows;
    const { sealed: _sealed, ...header } = (await new Runs(db).header(ORG, run!.id))!;
    expect(run).toEqual({ ...header, status: run!.status, started_at: null, finished_at: null });
  });
});
