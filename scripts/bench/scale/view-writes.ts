import type { Db } from '../../../adapters/postgres/db.js';
import { type Progress, writeProgress } from '../../../adapters/postgres/progress.js';
import { Runs } from '../../../adapters/postgres/runs.js';
import { sealRun } from '../../../adapters/postgres/seal.js';
import { TemporalEngine } from '../../../adapters/temporal/engine.js';
import type { NodeStatus } from '../../../core/engine/outcome.js';
import type { NodeView, RunView } from '../../../core/events/view.js';
import { clock, fan } from '../graphs.js';
import { headerOf, planOf } from '../heddle.js';
import { median } from '../stats.js';
import { FILLED } from './fill-runs.js';
import type { Figure, Stage } from './section.js';

/** What the projector writes of a run: twice as it goes on (every node queued, every node done), and once when it is sealed. */
export async function writeCosts(stage: Stage, db: Db, nodes: number, times: number): Promise<Figure[]> {
  const engine = new TemporalEngine({ client: stage.client, taskQueue: 'views' });
  const graph = fan(nodes - 2);
  const header = {
    ...headerOf(`run_views_${nodes}`, graph.name),
    org_id: FILLED.big,
    workflow_id: `wf_${FILLED.big}1.1`,
  };
  const fresh = { header, plan: planOf(graph, 'never'), input: {} };
  await engine.start(fresh);
  await stage.client.workflow.getHandle(header.id).result();
  const follower = engine.follow(header, { keep: true });
  await follower.catchUp();
  const [view, history] = [follower.view(), await engine.readable(follower)];
  const rounds: Record<string, Written[]> = { 'written as it goes on': [], sealed: [] };
  for (let i = 0; i < times; i++) {
    await db.workflowRun.deleteMany({ where: { id: header.id } });
    await new Runs(db).accept(fresh);
    const goes = await written(db, async () => {
      for (const status of ['queued', 'completed'] as const) await writeProgress(db, [progressOf(view, status)]);
    });
    rounds['written as it goes on']!.push(goes);
    rounds['sealed']!.push(await written(db, () => sealRun(db, view, follower.events, history)));
  }
  return Object.entries(rounds).flatMap(([what, each]) => figuresOf(`a run of ${nodes} nodes, ${what}`, each, nodes));
}

function progressOf({ id, nodes }: RunView, status: NodeStatus): Progress {
  const entry = ({ key, type }: NodeView, seq: number) =>
    [key, { change: { node: key, type, status, seq }, attempt: 1, at: new Date().toISOString() }] as const;
  return { runId: id, status: 'running', startedAt: new Date().toISOString(), nodes: new Map(nodes.map(entry)) };
}

interface Written {
  ms: number;
  rows: number;
  walBytes: number;
}

/** The database must have one connection: what others write would count, and only its own statistics can be asked for at once. */
async function written(db: Db, work: () => Promise<void>): Promise<Written> {
  const before = await countersOf(db);
  const began = clock();
  await work();
  const ms = clock() - began;
  const after = await countersOf(db);
  return { ms, rows: after.rows - before.rows, walBytes: after.wal - before.wal };
}

async function countersOf(db: Db): Promise<{ rows: number; wal: number }> {
  await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
  await db.$queryRaw`SELECT pg_stat_clear_snapshot()::text`;
  const [row] = await db.$queryRaw<{ rows: number; wal: number }[]>`
    SELECT (tup_inserted + tup_updated + tup_deleted)::float AS rows,
      pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float AS wal
    FROM pg_stat_database WHERE datname = current_database()`;
  return row!;
}

function figuresOf(of: string, rounds: Written[], nodes: number): Figure[] {
  const mid = (part: keyof Written) => median(rounds.map((round) => round[part]));
  return [
    { of, what: 'time a node', value: mid('ms') / nodes, unit: 'ms' },
    { of, what: 'rows written a node', value: mid('rows') / nodes, unit: 'count' },
    { of, what: 'WAL a node', value: mid('walBytes') / nodes / 1024, unit: 'KiB' },
  ];
}
