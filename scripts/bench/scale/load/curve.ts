import { clock } from '../../graphs.js';
import { cpuMsOf, startWorker, type WorkerProcess } from '../../process.js';
import type { Figure, Stage } from '../section.js';
import { diamonds, inLanes } from './lanes.js';

const IN_FLIGHT = 200;
const WORKERS = [1, 2, 4];

/** Runs a second with more and more workers on one task queue, beside the limit: a workflow that does nothing, with as many. */
export async function curve(stage: Stage): Promise<Figure[]> {
  const total = stage.quick ? 100 : 1_000;
  const workers: Record<'heddle' | 'hand', WorkerProcess[]> = { heddle: [], hand: [] };
  const { whole } = diamonds(stage, 'curve-heddle');
  let started = 0;
  const nothing = async (): Promise<void> => {
    const workflowId = `nothing-${started++}`;
    await stage.client.workflow.execute('nothing', { workflowId, taskQueue: 'curve-hand' });
  };
  const kinds = [
    { kind: 'heddle', of: 'diamonds', run: () => whole('curve') },
    { kind: 'hand', of: 'a workflow that does nothing', run: nothing },
  ] as const;

  const figures: Figure[] = [];
  try {
    for (const count of WORKERS) {
      for (const { kind, of, run } of kinds) {
        while (workers[kind].length < count) workers[kind].push(await another(stage, kind, workers[kind].length));
        await inLanes(total / 5, IN_FLIGHT, run); // warm up
        const measured = await rate(stage, workers[kind], total, run);
        const what = `${count} worker${count === 1 ? '' : 's'}`;
        stage.say(`${of}, ${what}: ${measured.perSecond.toFixed(1)} runs/s`);
        figures.push(
          { of, what: `${what}, ${IN_FLIGHT} in flight`, value: measured.perSecond, unit: '1/s' },
          { of, what: `${what}: Temporal’s CPU`, value: measured.server, unit: '%' },
          { of, what: `${what}: theirs`, value: measured.workers, unit: '%' },
        );
      }
    }
  } finally {
    await Promise.all(workers.hand.map((worker) => worker.stop()));
  }
  return figures;
}

const another = (stage: Stage, kind: 'heddle' | 'hand', i: number): Promise<WorkerProcess> => {
  const queue = { TEMPORAL_TASK_QUEUE: `curve-${kind}` };
  return kind === 'heddle'
    ? stage.worker(`curve-heddle-${i}`, queue)
    : startWorker(`curve-hand-${i}`, 'hand-worker.ts', { logs: stage.folder, env: { ...stage.servers.env, ...queue } });
};

/** CPU in percent of one core. */
async function rate(
  { servers }: Stage,
  workers: WorkerProcess[],
  total: number,
  run: () => Promise<unknown>,
): Promise<{ perSecond: number; server: number; workers: number }> {
  const cpu = async () => ({
    server: cpuMsOf(servers.temporal.pid) ?? Number.NaN,
    workers: (await Promise.all(workers.map((worker) => worker.sample()))).reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  });
  const before = await cpu();
  const began = clock();
  await inLanes(total, IN_FLIGHT, run);
  const ms = clock() - began;
  const after = await cpu();
  const share = (of: keyof typeof after): number => (100 * (after[of] - before[of])) / ms;
  return { perSecond: (1000 * total) / ms, server: share('server'), workers: share('workers') };
}
