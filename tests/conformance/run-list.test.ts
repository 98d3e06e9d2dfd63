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
const LIMIT = 51;
const MOST = LIMIT * LIMIT;

beforeAll(async () => {
  url = await cloneDatabase(`run_list_${process.pid}`);
  db = openDb(url, 2);
  await fillRuns(db, RUNS);
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
    ['a parent and all else', { parent: 'run_none', q: 'x', status: ['failed'], workflow: 'flow-1' }, ['parent']],
  ])('%s', async (_name, filter, expected) => {
    const middle = { createdAt: new Date(Date.now() - (RUNS / 2) * 8_000), id: '' };
    for (const orgId of [FILLED.big, FILLED.small])
      for (const before of [undefined, middle]) {
        const { db: watched, queries } = remembering(db);
        await new Runs(watched).list(orgId, versionIn(filter, orgId), LIMIT, before);
        const lists = queries.filter(({ text }) => text.includes('workflow_runs'));
        const steps = (await Promise.all(lists.map((query) => planOf(url, query)))).flat();
        const used = new Set(
          steps.flatMap((step) => (step['Index Name']?.startsWith('workflow_runs') ? [step['Index Name']] : [])),
        );
        if (orgId === FILLED.big) {
          const wanted = expected.map((name) => INDEX[name]);
          // The rows of a page are read by their ids.
          expect([...used].filter((index) => index !== INDEX.id).toSorted()).toEqual(
            wanted.filter((index) => index !== INDEX.id).toSorted(),
          );
        }
        expect(
          steps.filter((step) => step['Node Type'] === 'Seq Scan' && step['Relation Name'] === 'workflow_runs'),
        ).toEqual([]);
        // 2,000 that a search looks through, and a page out of each of a page of groups.
        const far = steps.filter((step) => step['Relation Name'] === 'workflow_runs' && seenBy(step) > MOST);
        expect(far.map((step) => [step['Index Name'], step['Actual Rows'], step['Actual Loops']])).toEqual([]);
        for (const sort of steps.filter((step) => step['Node Type'].includes('Sort')))
          expect(seenBy(sort.Plans![0]!)).toBeLessThanOrEqual(MOST);
      }
  });

  const versionIn = (filter: RunFilter, orgId: string): RunFilter =>
    filter.workflow?.startsWith('wf_') ? { ...filter, workflow: `wf_${orgId}1.2` } : filter;
});

describe('what it shows', () => {
  const ORG = 'org_shown';
  const NAMES = ['alpha', 'Beta', 'be%ta', 'a_b'];
  const STARTERS = ['key:one', 'key:two', 'user:Ann', 'user:%'];
  const PARENTS = [null, null, 'run_p1', 'run_p2'];
  let all: (RunSummary & { parent_run_id: string | null })[];

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
      }));
  });

  const naive = ({ status, workflow, q, parent }: RunFilter): string[] =>
    all
      .filter(
        (run) =>
          (!status || status.includes(run.status)) &&
          (workflow === undefined || run.workflow === workflow || run.workflow_id === workflow) &&
          (parent === undefined || run.parent_run_id === parent) &&
          (q === undefined ||
            run.workflow.toLowerCase().includes(q.toLowerCase()) ||
            run.starter.includes(q) ||
            (/^(run_)?[0-9a-f]{8}/.test(q) && (run.id.startsWith(q) || run.id.startsWith(`run_${q}`)))),
      )
      .map(({ id }) => id);

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
    },
    { requiredKeys: [] },
  );

  test('what a look at every run would, page by page, with no gap and no repeat', async () => {
    const runs = new Runs(db);
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 60 }), async (filter, limit) => {
        const expected = naive(filter);
        const shown: string[] = [];
        for (let place: Place | undefined; ; ) {
          const page = await runs.list(ORG, filter, limit, place);
          shown.push(...page.map(({ id }) => id));
          if (page.length < limit) break;
          const { created_at, id } = page.at(-1)!;
          place = { createdAt: new Date(created_at), id };
        }
        expect(shown).toEqual(expected);
      }),
      { numRuns: 250 },
    );
  });

  test('what a run is, as its own view says', async () => {
    const [run] = await new Runs(db).list(ORG, {}, 1);
    const { sealed: _sealed, ...header } = (await new Runs(db).header(ORG, run!.id))!;
    expect(run).toEqual({ ...header, status: run!.status, started_at: null, finished_at: null });
  });
});
