import { type Db, openDb } from '../../adapters/postgres/db.js';
import { Fires } from '../../adapters/postgres/fires.js';
import { Runs } from '../../adapters/postgres/runs.js';
import { Redrives } from '../../adapters/redrives.js';
import { ScheduledRuns } from '../../adapters/postgres/scheduled-runs.js';
import { Schedules } from '../../adapters/postgres/schedules.js';
import { Workflows } from '../../adapters/postgres/workflows.js';
import { scheduleSpec } from '../../core/contract/schedules.js';
import type { Fire } from '../../core/contract/work.js';
import { MAX_FAILED_FIRES } from '../../core/limits.js';
import { Fault } from '../../core/fault.js';
import { Reconciler } from '../../workers/projector/reconciler.js';
import { cloneDatabase } from '../support/e2e.js';
import { planOf } from '../support/plans.js';
import { storedOrg } from '../support/stored-runs.js';

/** A fire starts one run, whoever carries it out, however often. */
let db: Db;
let fires: Fires;
let runs: ScheduledRuns;
const spec = scheduleSpec.parse({ cron: ['@daily'] });
const given = { name: 's', workflow: 'by-hand', version: null, input: { a: 1 }, metadata: {}, spec };

beforeAll(async () => {
  db = openDb(await cloneDatabase(`fires_${process.pid}`), 6);
  fires = new Fires(db);
  runs = new ScheduledRuns(db, { externalise: (_org, value) => Promise.resolve(value) });
  await storedOrg(db, 'org_f');
  const plan = planOf([{ key: 'a' }], []);
  await new Workflows(db).create({ orgId: 'org_f', text: '', spec: {}, plan, createdBy: 'key:k' });
  await new Schedules(db).create('sch_1', 'org_f', 'key:k', given);
});
afterAll(() => db.$disconnect());

const fire = (minute: number, workflow = 'w', execution = 'x'): Fire => ({
  ...{ schedule: 'sch_1', org: 'org_f', workflow, execution },
  due_at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});

test('the execution that accepts a fire starts its run, tried again as well; others leave it alone', async () => {
  const first = await runs.accept(fire(1));
  expect(first.launch?.start).toMatchObject({ input: { a: 1 }, scope: { starter: 'schedule:sch_1' } });
  expect(await runs.accept(fire(1))).toEqual(first);
  for (const other of [fire(1, 'w', 'y'), fire(1, 'v')])
    expect(await runs.accept(other)).toEqual({ run_id: first.run_id });
  const many = await Promise.all(Array.from({ length: 5 }, (_, i) => runs.accept(fire(2, `w${i}`))));
  expect(new Set(many.map(({ run_id }) => run_id)).size).toBe(1);
  expect(many.filter(({ launch }) => launch)).toHaveLength(1);
});

test('why a fire could not is kept until it can; the newest are enough', async () => {
  await runs.note(fire(3), new Fault('INPUT_INVALID', 'no', { details: { errors: [] } }));
  expect(await fires.lastError('sch_1')).toMatchObject({ code: 'INPUT_INVALID', details: { errors: [] } });
  expect((await runs.accept(fire(3))).launch).toBeDefined();
  await runs.note(fire(3), new Fault('INPUT_INVALID', 'late'));
  expect(await fires.lastError('sch_1')).toBeNull();
  for (let i = 0; i < MAX_FAILED_FIRES + 5; i++) await runs.note(fire(100 + i), new Fault('NOT_FOUND', `${i}`));
  expect(await db.scheduleFire.count({ where: { scheduleId: 'sch_1', runId: null } })).toBeLessThanOrEqual(
    MAX_FAILED_FIRES + 1,
  );
  expect(await fires.lastError('sch_1')).toMatchObject({ message: `${MAX_FAILED_FIRES + 4}` });
});

test('a request gets a time of its own, and the same again when it is repeated', async () => {
  const times = [10, 11, 12].map((minute) => new Date(fire(minute).due_at));
  await runs.accept(fire(10));
  expect(await fires.reserve('sch_1', 'r1', times)).toEqual({ due: times[1], state: 'new' });
  expect(await fires.reserve('sch_1', 'r1', times)).toEqual({ due: times[1], state: 'unsure' });
  expect(await fires.reserve('sch_1', 'r2', times)).toEqual({ due: times[2], state: 'new' });
  await fires.asked('sch_1', times[1]!);
  expect(await fires.reserve('sch_1', 'r1', times)).toEqual({ due: times[1], state: 'asked' });
});

test('a fire’s run that has not begun is left to its workflow; when that is over, it never begins', async () => {
  const { run_id } = await runs.accept(fire(20, 'theirs'));
  const started: string[] = [];
  let state: 'open' | 'closed' = 'open';
  const engine = {
    async *closedSince() {},
    async *heldOrPaused() {},
    stateOf: (id: string) => Promise.resolve(id === 'theirs' ? state : id === run_id ? 'unknown' : 'open'),
    start: ({ header }: { header: { id: string } }) => Promise.resolve(void started.push(header.id)),
  };
  const deps = {
    db,
    runs: new Runs(db),
    fires,
    engine,
    redrives: new Redrives(db, engine as never),
    log: { info: () => undefined },
  };
  const reconciler = new Reconciler(deps as never, { add: () => undefined } as never);
  const statusOf = async () => (await db.workflowRun.findUniqueOrThrow({ where: { id: run_id } })).status;
  const later = new Date(Date.now() + 60_000);
  await reconciler.sweep(later);
  expect(await statusOf()).toBe('queued');
  state = 'closed';
  await reconciler.sweep(later);
  expect([await statusOf(), started]).toEqual(['cancelled', []]);
});
