import { type Db, openDb } from '../../adapters/postgres/db.js';
import { Runs } from '../../adapters/postgres/runs.js';
import { sealRun, storedView } from '../../adapters/postgres/seal.js';
import { TakeUps } from '../../adapters/postgres/take-ups.js';
import type { RunStart } from '../../core/engine/state.js';
import type { RunView } from '../../core/events/view.js';
import { cloneDatabase } from '../support/e2e.js';
import { planOf } from '../support/plans.js';
import { storedOrg, storedRun } from '../support/stored-runs.js';
import { startOf } from '../support/walks.js';

/** The row of a run that is redriven: unsealed once, started once, and sealed with what belongs to it. */
let db: Db;
let takeUps: TakeUps;
const ORG = 'org_redriven';
const SEALED = new Date('2026-01-01T00:00:00Z');
let count = 0;

beforeAll(async () => {
  db = openDb(await cloneDatabase(`take_ups_${process.pid}`), 6);
  takeUps = new TakeUps(db);
  await storedOrg(db, ORG);
});
afterAll(() => db.$disconnect());

async function sealed(parent?: string): Promise<string> {
  const id = `run_${count++}`;
  await storedRun(db, { id, orgId: ORG, sealedAt: SEALED, ...(parent === undefined ? {} : { parent }) });
  return id;
}
const redrive = (n: number, at = new Date()): RunStart => ({
  ...startOf(planOf([{ key: 'a' }], [])),
  takes_up: { is: 'redrive', n, actor: 'user:ann', reason: 'x', at: at.toISOString(), begins: ['a'] },
});
const header = async (id: string) => (await new Runs(db).header(undefined, id))!;
const unstarted = async () =>
  (await takeUps.unstarted(new Date(0), new Date(Date.now() + 60_000), 100)).map(({ runId }) => runId);

test('of many at once one unseals the run; the next redrive needs a sealed run again', async () => {
  const id = await sealed();
  const tries = await Promise.allSettled([1, 2, 3, 4].map(() => takeUps.redrive({ runId: id, start: redrive(1) })));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const each of tries)
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'RUN_STATE', details: { redrive: 1 } });
  expect(await header(id)).toMatchObject({ sealed: false, redriven: 1 });
  expect(await storedView(db, id)).toBeUndefined();
  expect(await takeUps.start(id, 1)).toMatchObject({ takes_up: { n: 1 } });
  await expect(takeUps.redrive({ runId: id, start: redrive(2) })).rejects.toMatchObject({ code: 'RUN_STATE' });
});

test('whoever starts it, it is started once; one that failed to is tried again', async () => {
  const id = await sealed();
  await takeUps.redrive({ runId: id, start: redrive(1) });
  expect(await unstarted()).toContain(id);
  let started = 0;
  const down = () => Promise.reject(new Error('Temporal is down'));
  await expect(takeUps.startOnce(id, 1, down)).rejects.toThrow('Temporal is down');
  const start = async () => void started++;
  await Promise.all([takeUps.startOnce(id, 1, start), takeUps.startOnce(id, 1, start)]);
  expect(started).toBe(1);
  expect(await unstarted()).not.toContain(id);
});

test('a seal of the attempt before comes too late, and changes nothing', async () => {
  const id = await sealed();
  await takeUps.redrive({ runId: id, start: redrive(1) });
  const { sealed: _sealed, ...of } = await header(id);
  const view: RunView = {
    ...{ ...of, status: 'failed', input: null, output: null, error: null },
    ...{ started_at: null, finished_at: null, nodes: [], cursor: '0000.000009.000000' },
  };
  const { redriven: _redriven, ...before } = view;
  await expect(sealRun(db, before, [], [])).rejects.toMatchObject({ code: 'P2025' }); // no such row
  expect(await header(id)).toMatchObject({ sealed: false, redriven: 1 });
  await sealRun(db, { ...view, status: 'completed' }, [], []);
  expect(await storedView(db, id)).toMatchObject({ status: 'completed', redriven: 1 });
});

test('a redrive that nobody will start is taken back: the run is sealed as it was', async () => {
  const id = await sealed('run_parent');
  const before = await storedView(db, id);
  await takeUps.redrive({ runId: id, start: redrive(1), key: '0.1' });
  expect(await takeUps.last(id)).toEqual({ n: 1, key: '0.1', sealed: false });
  await takeUps.undo(id, 1);
  expect(await storedView(db, id)).toEqual(before);
  await takeUps.redrive({ runId: id, start: redrive(1), key: '0.2' });
  await takeUps.startOnce(id, 1, async () => undefined);
  await takeUps.undo(id, 1); // it was started: nothing is taken back
  expect(await header(id)).toMatchObject({ sealed: false, redriven: 1 });
});
