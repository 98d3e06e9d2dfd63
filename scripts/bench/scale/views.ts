import { type Db, openDb } from '../../../adapters/postgres/db.js';
import { Retention } from '../../../adapters/postgres/retention.js';
import { Cleaner } from '../../../workers/projector/cleaner.js';
import { clock } from '../graphs.js';
import { FILLED, fillRuns } from './fill-runs.js';
import type { Figure, Section, Stage } from './section.js';
import { listTimes } from './view-lists.js';
import { writeCosts } from './view-writes.js';

const DAY_MS = 86_400_000;
const NODES = 10;

/** The stored view with a million runs in it: its list, what a run writes into it, and how fast retention empties it. */
export const views: Section = async (stage) => {
  const db = openDb(stage.servers.env['DATABASE_URL']!, 1);
  try {
    return await measured(stage, db);
  } finally {
    await db.$disconnect();
  }
};

async function measured(stage: Stage, db: Db): Promise<Figure[]> {
  const { quick } = stage;
  const runs = quick ? 20_000 : 1_000_000;
  const began = clock();
  await fillRuns(db, runs);
  stage.say(`${runs} runs are stored after ${((clock() - began) / 1_000).toFixed(0)} s`);
  const lists = await listTimes(db, quick ? 20 : 200);
  await stage.worker('views');
  const writes: Figure[] = [];
  for (const nodes of [100, 1_000]) writes.push(...(await writeCosts(stage, db, nodes, quick ? 3 : 9)));
  return [
    { of: 'runs stored', what: 'runs', value: runs, unit: 'count' },
    ...lists,
    ...writes,
    ...(await removal(db, quick ? 500 : 10_000)),
  ];
}

/** The oldest runs of an org, with nodes, archive and log as if they had run, are removed as the projector does. */
async function removal(db: Db, count: number): Promise<Figure[]> {
  const orgId = FILLED.mid;
  await db.$executeRaw`
    CREATE TEMPORARY TABLE oldest AS SELECT id, sealed_at FROM workflow_runs WHERE org_id = ${orgId} AND sealed_at IS NOT NULL
    ORDER BY sealed_at, id LIMIT ${count}`;
  await db.$executeRaw`
    INSERT INTO node_runs (workflow_run_id, seq, node_key, type, status, input_json, output_json)
    SELECT id, n, 'node' || n, 'tool_call', 'completed', '{}', '{}' FROM oldest, generate_series(1, ${NODES}::int) n`;
  await db.$executeRaw`
    INSERT INTO event_archives (run_id, org_id, events, history, count, created_at)
    SELECT id, ${orgId}, decode(repeat(md5(id), 64), 'hex'), decode(repeat(md5(id), 128), 'hex'), 1, sealed_at FROM oldest`;
  await db.$executeRaw`
    INSERT INTO log_archives (run_id, part, org_id, first_at, last_at, nodes, lines, count, created_at)
    SELECT id, 0, ${orgId}, sealed_at, sealed_at, '{}', decode(repeat(md5(id), 64), 'hex'), 1, sealed_at FROM oldest`;
  const [last] = await db.$queryRaw<{ at: Date }[]>`SELECT max(sealed_at) AS at FROM oldest`;
  await new Retention(db).set(orgId, { runs_days: 1 });
  const configured = { runs_days: null, archives_days: null, logs_days: null };
  const began = clock();
  const removed = await new Cleaner(db, { configured, idempotencyDays: 7 }).sweep(
    new Date(last!.at.getTime() + DAY_MS + 1),
  );
  const s = (clock() - began) / 1_000;
  return [
    { of: `retention, runs of ${NODES} nodes`, what: 'removed, with its rests', value: removed / s, unit: '1/s' },
  ];
}
