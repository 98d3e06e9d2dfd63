import { Client, Connection } from '@temporalio/client';
import path from 'node:path';
import { dataConverter } from '../../adapters/temporal/codec.js';
import { compileCosts, foldCosts } from './costs.js';
import type { Contender } from './contender.js';
import { hand } from './hand.js';
import { heddle } from './heddle.js';
import { measure, type Measured } from './measure.js';
import { startWorker } from './process.js';
import { machine, type Report } from './report.js';
import { startServers } from './servers.js';
import { quick, type Workload, WORKLOADS } from './workloads.js';

interface Wish {
  folder: string;
  rounds: number;
  quick: boolean;
  /** Where the workers leave CPU profiles. */
  profiles?: string;
  wanted: (name: string) => boolean;
  say: (line: string) => void;
}

/** Runs every wanted workload on every contender, in turn, in as many rounds as asked for. */
export async function bench({ folder, rounds, quick: fast, profiles, wanted, say }: Wish): Promise<Report> {
  const servers = await startServers(folder, say);
  const client = new Client({
    connection: await Connection.connect({ address: servers.temporal.address }),
    dataConverter,
  });
  const contenders: Contender[] = [];
  const worker = (name: string, file: string) =>
    startWorker(name, file, {
      logs: folder,
      env: { ...servers.env, TEMPORAL_TASK_QUEUE: name },
      flags: profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', path.join(profiles, name)],
    });
  try {
    contenders.push(hand(client, 'hand', await worker('hand', 'hand-worker.ts')));
    contenders.push(heddle(client, 'heddle', await worker('heddle', 'heddle-worker.ts')));
    const workloads = WORKLOADS.filter(({ name }) => wanted(name)).map((each) => (fast ? quick(each) : each));
    for (const { graph } of workloads) for (const contender of contenders) await contender.create(graph);
    const figures = workloads.map(({ name, says, runs }): Report['workloads'][number] => ({
      name,
      says,
      runs,
      rounds: [],
    }));
    if (!fast) for (const workload of workloads) await round(contenders, workload, servers); // warms up
    for (let i = 0; i < rounds; i++) {
      for (const [at, workload] of workloads.entries()) {
        const order = i % 2 === 0 ? contenders : contenders.toReversed();
        const measured = await round(order, workload, servers);
        figures[at]!.rounds.push(measured);
        say(`round ${i + 1} of ${rounds}: ${workload.says}: ${walls(measured)}`);
      }
    }
    const { serverVersion } = await client.workflowService.getSystemInfo({});
    return {
      at: new Date().toISOString(),
      machine: machine(serverVersion ?? 'unknown'),
      quick: fast,
      workloads: figures,
      costs: wanted('costs') ? [...(await compileCosts()), ...(await foldCosts(client, contenders.at(-1)!))] : [],
    };
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()));
    await client.connection.close();
    await servers.stop();
  }
}

async function round(
  order: Contender[],
  workload: Workload,
  servers: Parameters<typeof measure>[2],
): Promise<Record<string, Measured>> {
  const measured: Record<string, Measured> = {};
  for (const contender of order) measured[contender.name] = await measure(contender, workload, servers);
  // The same order of names in every round, whoever ran first.
  return Object.fromEntries(Object.entries(measured).sort(([a], [b]) => a.localeCompare(b)));
}

const walls = (measured: Record<string, Measured>): string =>
  Object.entries(measured)
    .map(([name, { wallMs }]) => `${name} ${wallMs.toFixed(1)} ms`)
    .join(', ');
