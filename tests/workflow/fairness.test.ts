import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { openTemporal } from '../../adapters/temporal/client.js';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import { readConfig } from '../../adapters/config.js';
import type { EngineActivities } from '../../core/contract/work.js';
import { headerOf, planOf } from '../../scripts/bench/heddle.js';
import { diamond } from '../../scripts/bench/graphs.js';
import { tuning } from '../../workers/engine/tuning.js';
import { EngineWorker } from '../../workers/engine/worker.js';
import { quietRuntime, silentSinks, until } from '../support/workflow.js';

/**
 * One org has queued many runs before another starts one. In which order the server hands them out is a fact of their histories: that it
 * goes in turns rests on the fairness keys of runs and activities and on the settings of temporal-dev.yaml.
 */
const QUEUED = 60;
/** What one worker takes before the other org's turn can come: its places, and a poll or two of each queue. */
const AHEAD = 20;

let client: Client;
let engine: TemporalEngine;
let connection: NativeConnection;
let taskQueue: string;
const address = process.env['TEST_TEMPORAL_ADDRESS']!;

beforeEach(async () => {
  quietRuntime();
  taskQueue = `fair-${randomUUID()}`;
  client = openTemporal({ temporal: { address, namespace: 'default', taskQueue } });
  engine = new TemporalEngine({ client, taskQueue });
  connection = await NativeConnection.connect({ address });
});
afterEach(async () => {
  await client.connection.close();
  await connection.close();
});

/** Sized as in production, so that what it takes at once is tested, too. */
async function worker(part: 'workflows' | 'activities' | 'both'): Promise<{ stop: () => Promise<void> }> {
  const { worker: sizes } = readConfig('worker', {
    ...{ TEMPORAL_ADDRESS: address, DATABASE_URL: process.env['TEST_DATABASE_URL']!, ARTIFACTS_URL: 'file:///unused' },
    ...{ WORKER_WORKFLOW_TASKS: '8', WORKER_ACTIVITIES: '8' },
  });
  const activities: Partial<EngineActivities> = { tool_call: async () => ({ output: { hop: 0 } }) };
  const started = await EngineWorker.create({
    ...{ connection, taskQueue, dataConverter: dataConverterOf(), sinks: silentSinks, ...tuning({ worker: sizes }) },
    ...(part === 'activities' ? {} : { workflowBundle: { codePath: process.env['TEST_WORKFLOW_BUNDLE']! } }),
    ...(part === 'workflows' ? {} : { activities }),
    shutdownGraceTime: '1s',
  });
  const running = started.run();
  return {
    async stop() {
      started.shutdown();
      await running;
    },
  };
}

const plan = planOf(diamond(), 'never');
async function start(org: string, priority?: number): Promise<string> {
  const header = { ...headerOf(`${taskQueue}-${randomUUID()}`, 'diamond'), org_id: org };
  await engine.start({ header, plan, input: {}, ...(priority === undefined ? {} : { priority }) });
  return header.id;
}

/** All that the flooding org has, and then one of another. */
async function flooded(): Promise<{ all: string[]; last: string }> {
  const flood = await Promise.all(Array.from({ length: QUEUED }, () => start('flood')));
  const last = await start('other');
  return { all: [...flood, last], last };
}

type Happened = 'workflowTaskStarted' | 'activityTaskScheduled' | 'activityTaskStarted';
/** When that happened to a run for the first time; undefined when it has not. In nanoseconds. */
async function firstAt(run: string, what: Happened): Promise<bigint | undefined> {
  const { events } = await client.workflow.getHandle(run).fetchHistory();
  const time = events!.find((event) => event[`${what}EventAttributes`])?.eventTime;
  return time ? BigInt(time.seconds!.toString()) * 1_000_000_000n + BigInt(time.nanos!) : undefined;
}

/** How many runs had that before this one had. */
async function ahead(all: string[], last: string, what: Happened): Promise<number> {
  const times = await Promise.all(all.map(async (run) => [run, (await firstAt(run, what))!] as const));
  const own = times.find(([run]) => run === last)![1];
  return times.filter(([, at]) => at < own).length;
}
const ended = (all: string[]) => Promise.all(all.map((run) => client.workflow.getHandle(run).result()));

test('a run of another org is begun among the first', async () => {
  const { all, last } = await flooded();
  const both = await worker('both');
  await ended(all);
  expect(await ahead(all, last, 'workflowTaskStarted')).toBeLessThan(AHEAD);
  await both.stop();
});

test('so are its activities', async () => {
  const { all, last } = await flooded();
  const workflows = await worker('workflows');
  await until(async () => {
    const times = await Promise.all(all.map((run) => firstAt(run, 'activityTaskScheduled')));
    return times.every((at) => at !== undefined);
  });
  const activities = await worker('activities');
  await ended(all);
  expect(await ahead(all, last, 'activityTaskStarted')).toBeLessThan(AHEAD);
  await Promise.all([workflows.stop(), activities.stop()]);
});

test('within an org a run of higher priority goes ahead, and so do its activities', async () => {
  const flood = await Promise.all(Array.from({ length: QUEUED }, () => start('one', 5)));
  const last = await start('one', 1);
  const all = [...flood, last];
  const workflows = await worker('workflows');
  await until(async () => {
    const times = await Promise.all(all.map((run) => firstAt(run, 'activityTaskScheduled')));
    return times.every((at) => at !== undefined);
  });
  const activities = await worker('activities');
  await ended(all);
  expect(await ahead(all, last, 'workflowTaskStarted')).toBeLessThan(AHEAD);
  expect(await ahead(all, last, 'activityTaskStarted')).toBeLessThan(AHEAD);
  const { events } = await client.workflow.getHandle(last).fetchHistory();
  const scheduled = events!.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  expect(scheduled.map(({ priority }) => [priority?.priorityKey, priority?.fairnessKey])).toContainEqual([1, 'one']);
  await Promise.all([workflows.stop(), activities.stop()]);
});
