import { Client, Connection } from '@temporalio/client';
import path from 'node:path';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { api } from './api.js';
import { compileCosts, foldCosts } from './costs.js';
import type { Contender } from './contender.js';
import { hand } from './hand.js';
import { heddle } from './heddle.js';
import { measure, type Measured, type Watched } from './measure.js';
import { outside } from './outside/contender.js';
import { startWorker } from './process.js';
import { machineWith, type Report } from './report.js';
import { startServers } from './servers.js';
import { quick, type Workload, WORKLOADS } from './workloads.js';

interface Wish {
  folder: string;
  rounds: number;
  quick: boolean;
  /** Where the workers leave CPU profiles. */
  profiles?: string;
  wanted: (name: string) => boolean;
  /** Engines that are reached by HTTP alone, by name. */
  outside: Record<string, string>;
  /** Rejects when it is to stop; everything that was started is ended then, too. */
  stopped: Promise<never>;
  say: (line: string) => void;
}

/** Of workflow tasks at once, for all workers: Heddle's own default keeps other orgs' latency small at the price of throughput (bench:scale, load). */
const SDK_DEFAULT = '40';

/** Runs every wanted workload on every contender, in turn, in as many rounds as asked for. */
export async function bench({ folder, profiles, say, stopped, ...wish }: Wish): Promise<Report> {
  const servers = await startServers(folder, say);
  const { temporal, env } = servers;
  const client = new Client({
    connection: await Connection.connect({ address: temporal.address }),
    dataConverter: dataConverterOf(),
  });
  const contenders: Contender[] = [];
  const worker = (name: string, file: string) =>
    startWorker(name, file, {
      logs: folder,
      env: { ...env, TEMPORAL_TASK_QUEUE: name, WORKER_WORKFLOW_TASKS: SDK_DEFAULT },
      flags: profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', path.join(profiles, name)],
    });
  const all = async (): Promise<Report> => {
    contenders.push(hand(client, 'hand', await worker('hand', 'hand-worker.ts')));
    const own = await worker('heddle', 'heddle-worker.ts');
    const interpreter = heddle(client, 'heddle', own, { name: 'heddle', fuse: 'auto' });
    contenders.push(interpreter, heddle(client, 'heddle', own, { name: 'heddle, fuse: never', fuse: 'never' }));
    const apiEnv = { ...env, TEMPORAL_TASK_QUEUE: 'heddle' };
    contenders.push(await api(client, own, { env: apiEnv, logs: folder }));
    contenders.push(await api(client, undefined, { env: { ...env, TEMPORAL_TASK_QUEUE: 'all' }, logs: folder }));
    contenders.push(...Object.entries(wish.outside).map(([name, url]) => outside(name, url)));
    const chosen = WORKLOADS.filter(({ name }) => wish.wanted(name)).map((each) => (wish.quick ? quick(each) : each));
    const workloads = await inTurn(chosen, contenders, { servers, say, ...wish });
    const costs = wish.wanted('costs') ? [...(await compileCosts()), ...(await foldCosts(client, interpreter))] : [];
    const { serverVersion } = await client.workflowService.getSystemInfo({});
    const machine = machineWith(serverVersion ?? 'unknown');
    return { at: new Date().toISOString(), machine, quick: wish.quick, workloads, costs };
  };
  try {
    return await Promise.race([all(), stopped]);
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()));
    await client.connection.close();
    await servers.stop();
  }
}

async function inTurn(
  workloads: Workload[],
  contenders: Contender[],
  { servers, rounds, quick: cold, say }: Pick<Wish, 'rounds' | 'quick' | 'say'> & { servers: Watched },
): Promise<Report['workloads']> {
  const figures = workloads.map(({ name, says, runs }): Report['workloads'][number] => ({
    name,
    says,
    runs,
    rounds: [],
  }));
  const entered = (workload: Workload) => contenders.filter(({ byHttp }) => workload.byHttp || !byHttp);
  for (const workload of workloads) {
    for (const contender of entered(workload)) await contender.create(workload.graph);
    if (!cold) await round(entered(workload), workload, servers);
  }
  for (let i = 0; i < rounds; i++) {
    for (const [at, workload] of workloads.entries()) {
      const order = i % 2 === 0 ? entered(workload) : entered(workload).toReversed();
      const measured = await round(order, workload, servers);
      figures[at]!.rounds.push(measured);
      say(`round ${i + 1} of ${rounds}: ${workload.says}: ${walls(measured)}`);
    }
  }
  return figures;
}

/** Not at the same time: each has the machine for itself. */
async function round(order: Contender[], workload: Workload, servers: Watched): Promise<Record<string, Measured>> {
  const measured: Record<string, Measured> = {};
  for (const contender of order) measured[contender.name] = await measure(contender, workload, servers);
  // The same order of names in every round, whoever ran first.
  return Object.fromEntries(Object.entries(measured).sort(([a], [b]) => a.localeCompare(b)));
}

const walls = (measured: Record<string, Measured>): string =>
  Object.entries(measured)
    .map(([name, { wallMs }]) => `${name} ${wallMs.toFixed(1)} ms`)
    .join(', ');
