import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { machineWith, type Report } from '../bench/report.js';
import { check } from './check.js';
import { startMix } from './mix.js';
import { type Sample, sample } from './sample.js';
import { openStack, type Stack } from './stack.js';
import { leaks, type Verdict } from './verdict.js';
import { openWorld } from './world.js';

export interface SoakReport extends Pick<Report, 'at' | 'machine'> {
  minutes: number;
  runs: number;
  /** Which part was killed, in order. */
  kills: string[];
  verdicts: Verdict[];
  samples: Sample[];
}

interface Wish {
  folder: string;
  minutes: number;
  perSecond: number;
  /** Seconds from kill to kill. */
  every: number;
  stopped: Promise<never>;
  say: (line: string) => void;
}

const SAMPLE_MS = 10_000;
const DRAIN_S = 300;
/** Pools close what was idle for 10 s. */
const QUIET_MS = 20_000;
/** A projector keeps its claims' connection, and asks every 5 s for what there is to do. */
const QUIET_CONNECTIONS = 6;
/**
 * In turn. One process of each role is left alone, so that a leak has time to show, one by each outage of a server, too; servers are early
 * in the list, since what an outage loads for the first time is no leak.
 */
const VICTIMS = [
  'worker-1',
  'postgres',
  'api-1',
  'temporal',
  'projector-1',
  'redis',
  'worker-1',
  'api-1',
  'projector-1',
];

/** A steady mix of runs on a whole stack whose processes are killed in turn; then everything must drain, and all promises hold. */
export async function soak({ folder, minutes, perSecond, every, stopped, say }: Wish): Promise<SoakReport> {
  await mkdir(folder, { recursive: true });
  const world = await openWorld();
  const stack = await openStack(folder, { egress: new URL(world.url).host, say });
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const client = new Client({ connection });
  const over = new AbortController();
  const work = async (): Promise<SoakReport> => {
    const { serverVersion } = await client.workflowService.getSystemInfo({});
    const mix = await startMix(stack, { worldUrl: world.url, perSecond });
    const samples: Sample[] = [];
    const kills: string[] = [];
    const sampling = repeat(SAMPLE_MS, over.signal, async () => {
      const taken = await sample(stack, client);
      samples.push(taken);
      if (samples.length % 6 === 0)
        say(`${mix.intents.length} runs accepted, ${taken.openRuns ?? '?'} open, ${kills.length} kills`);
    });
    const killing = repeat(every * 1000, over.signal, async (i) => {
      const victim = VICTIMS[i % VICTIMS.length]!;
      say(`kill -9 ${victim}`);
      kills.push(victim);
      await stack.kill(victim);
    });
    await sleep(minutes * 60_000);
    over.abort();
    await Promise.all([sampling, killing]);
    await mix.stop();
    say('nothing more is started or killed: it drains');
    const drained = await drain(stack, client);
    await mix.close(30_000);
    say('it is quiet: idle connections are given back');
    await sleep(QUIET_MS);
    const verdicts = [drained, await quiet(stack, client), ...(await check(stack, mix, world)), ...leaks(samples)];
    const machine = machineWith(serverVersion ?? 'unknown');
    return { at: new Date().toISOString(), machine, minutes, runs: mix.intents.length, kills, verdicts, samples };
  };
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    over.abort();
    await connection.close();
    await stack.stop();
    await world.stop();
  }
}

/** Again and again, the first time after that long; one at a time. */
async function repeat(ms: number, signal: AbortSignal, work: (i: number) => Promise<void>): Promise<void> {
  for (let i = 0; ; i++) {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await work(i);
  }
}

/** Under load their number goes up and down with the pools; what stays when nobody needs any is what leaked, and a few of each process. */
async function quiet(stack: Stack, client: Client): Promise<Verdict> {
  const { postgresConnections: value = Number.MAX_SAFE_INTEGER } = await sample(stack, client);
  return { name: 'connections to PostgreSQL when it is quiet', value, bound: QUIET_CONNECTIONS, unit: '', note: '' };
}

/** Until no run is open and no task waits. */
async function drain(stack: Stack, client: Client): Promise<Verdict> {
  const began = Date.now();
  const seconds = () => (Date.now() - began) / 1000;
  let left: Sample;
  do {
    left = await sample(stack, client);
    if (left.openRuns === 0 && left.queuedTasks === 0) break;
    await sleep(1_000);
  } while (seconds() <= DRAIN_S);
  const note = `${left.openRuns ?? '?'} runs open, ${left.queuedTasks ?? '?'} tasks queued`;
  const value = left.openRuns === 0 && left.queuedTasks === 0 ? Math.min(seconds(), DRAIN_S) : Number.MAX_SAFE_INTEGER;
  return { name: 'drained after', value, bound: DRAIN_S, unit: 's', note };
}
