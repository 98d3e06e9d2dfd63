import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { Redis } from 'ioredis';
import pg from 'pg';
import { ask } from '../bench/process.js';
import type { Stack } from './stack.js';

/** What a process held at one time. What could not be read is left out. */
export interface ProcessSample {
  pid: number;
  rssMiB?: number;
  files?: number;
  heapMiB?: number;
  /** Runs in the sticky cache of a worker. */
  cachedRuns?: number;
}
export interface Sample {
  at: number;
  processes: Record<string, ProcessSample>;
  postgresConnections?: number;
  openRuns?: number;
  /** Tasks that wait in the task queue, workflows and activities. */
  queuedTasks?: number;
  redisMiB?: number;
  redisEntries?: number;
}

const MIB = 1024 * 1024;
const PATIENCE_MS = 5_000;

/** Looks at everything at once; what is dead just now, or does not answer within 5 s, is left out. */
export async function sample(stack: Stack, client: Client): Promise<Sample> {
  const taken: Sample = { at: Date.now(), processes: {} };
  const looks = [
    ...Object.entries(stack.parts).map(async ([name, { pid, process: child }]) => {
      if (pid === undefined) return;
      taken.processes[name] = { pid, ...held(pid) };
      if (child?.connected) Object.assign(taken.processes[name], await within(told(child, name.startsWith('worker'))));
    }),
    within(inPostgres(stack.databaseUrl)).then((found) => Object.assign(taken, found)),
    within(inQueues(stack, client)).then((queuedTasks) => Object.assign(taken, { queuedTasks })),
    ...(stack.redisUrl === undefined
      ? []
      : [within(inRedis(stack.redisUrl)).then((found) => Object.assign(taken, found))]),
  ];
  await Promise.allSettled(looks); // one that fails is a server that was killed
  return taken;
}

const within = <T>(asked: Promise<T>): Promise<T> =>
  Promise.race([
    asked,
    new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('no answer')), PATIENCE_MS).unref()),
  ]);

/** Linux' own books. */
function held(pid: number): Pick<ProcessSample, 'rssMiB' | 'files'> {
  try {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { rssMiB: Number(kib) / 1024, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return {}; // it has just ended, or this is not Linux
  }
}

let asked = 0;
async function told(child: ChildProcess, isWorker: boolean): Promise<Pick<ProcessSample, 'heapMiB' | 'cachedRuns'>> {
  const { heapBytes } = await ask(child, asked++, true);
  return { heapMiB: heapBytes! / MIB, ...(isWorker ? { cachedRuns: await cachedRuns(child) } : {}) };
}

function cachedRuns(child: ChildProcess): Promise<number> {
  const cached = asked++;
  return new Promise((resolve) => {
    child.on('message', function hear(message: { cached?: number; runs: number }) {
      if (message.cached !== cached) return;
      child.off('message', hear);
      resolve(message.runs);
    });
    child.send({ cached });
  });
}

async function inPostgres(connectionString: string): Promise<Pick<Sample, 'postgresConnections' | 'openRuns'>> {
  const sql = new pg.Client({ connectionString, connectionTimeoutMillis: PATIENCE_MS });
  sql.on('error', () => undefined); // it was killed while we asked: the query says so
  await sql.connect();
  try {
    const count = async (query: string) => Number((await sql.query<{ n: string }>(query)).rows[0]!.n);
    return {
      postgresConnections: await count(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
      ),
      openRuns: await count('SELECT count(*) AS n FROM workflow_runs WHERE sealed_at IS NULL'),
    };
  } finally {
    await sql.end().catch(() => undefined);
  }
}

async function inQueues({ taskQueue }: Stack, client: Client): Promise<number> {
  const counts = await Promise.all(
    [1, 2].map(async (taskQueueType) => {
      const { stats } = await client.workflowService.describeTaskQueue({
        namespace: 'default',
        taskQueue: { name: taskQueue },
        taskQueueType,
        reportStats: true,
      });
      return Number(stats?.approximateBacklogCount ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function inRedis(url: string): Promise<Pick<Sample, 'redisMiB' | 'redisEntries'>> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined); // the call below says the same
  try {
    await redis.connect();
    const streams = await redis.keys('heddle:live:*');
    const lengths = await Promise.all(streams.map((stream) => redis.xlen(stream)));
    return {
      redisMiB: Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]) / MIB,
      redisEntries: lengths.reduce((sum, length) => sum + length, 0),
    };
  } finally {
    redis.disconnect();
  }
}
