import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from './contender.js';
import { clock } from './graphs.js';
import { cpuMsOf, peakBytesOf, resetPeakOf } from './process.js';
import { median } from './stats.js';
import type { Workload } from './workloads.js';

/** One contender on one workload, once. What could not be had is left out. */
export interface Measured {
  /** Of one run; of all of them when many are in flight. For `first`: to the step. */
  wallMs: number;
  workerMsPerNode?: number;
  serverMsPerNode?: number;
  /** PostgreSQL and Redis. */
  storesMsPerNode?: number;
  peakMiB?: number;
  heapMiB?: number;
  events?: number;
  historyKiB?: number;
}

export interface Watched {
  temporal: { pid: number };
  stores: number[];
}

const MIB = 1024 * 1024;

export async function measure(contender: Contender, workload: Workload, servers: Watched): Promise<Measured> {
  const { worker } = contender;
  await settled(servers.temporal.pid);
  if (worker) resetPeakOf(worker.pid);
  const cpu = async () => ({
    worker: (await worker?.sample())?.cpuMs,
    server: cpuMsOf(servers.temporal.pid),
    stores: servers.stores.reduce((sum, pid) => sum + (cpuMsOf(pid) ?? 0), 0),
  });
  const before = await cpu();
  const { walls, last } = await runs(contender, workload);
  const after = await cpu();
  const nodes = workload.graph.nodes * workload.runs;
  // The servers here do nothing for a contender that has none of our workers.
  const spent = (name: keyof typeof after) =>
    worker === undefined || after[name] === undefined ? undefined : (after[name] - before[name]!) / nodes;
  const peak = worker && peakBytesOf(worker.pid);
  const heap = (await worker?.sample(true))?.heapBytes;
  const history = await contender.history?.(last);
  return defined({
    wallMs: median(walls),
    workerMsPerNode: spent('worker'),
    serverMsPerNode: spent('server'),
    storesMsPerNode: spent('stores'),
    peakMiB: peak === undefined ? undefined : peak / MIB,
    heapMiB: heap === undefined ? undefined : heap / MIB,
    events: history?.events,
    historyKiB: history && history.bytes / 1024,
  });
}

/** The way to the first step is that of a run by itself: what one before it has left to do must not be in its way. */
const REST_MS = 100;

async function runs(
  contender: Contender,
  { graph, runs: total, inFlight, counts }: Workload,
): Promise<{ walls: number[]; last: string }> {
  const walls: number[] = [];
  let left = total;
  let last = '';
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      if (counts === 'step') await sleep(REST_MS);
      const began = clock();
      const run = await contender.start(graph);
      const output = await contender.wait(run);
      walls.push((counts === 'step' ? (output as number) : clock()) - began);
      last = run;
    }
  };
  const began = clock();
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { walls: inFlight === 1 ? walls : [clock() - began], last };
}

const LOOK_MS = 200;
const CALM = 0.15;
const PATIENCE_MS = 5_000;

/** The server goes on for a while after runs have ended (visibility, timers, deletions): the next one must not pay for it. */
async function settled(pid: number): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    const before = cpuMsOf(pid);
    await sleep(LOOK_MS);
    if (before === undefined || cpuMsOf(pid)! - before < CALM * LOOK_MS) return;
  }
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const defined = <T extends object>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
