import { createSecretKey } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { type InjectedSinks, NativeConnection, Runtime } from '@temporalio/worker';
import { DefaultLogger } from '@temporalio/worker';
import { walkRegion } from '../../activities/fuse.js';
import { SlowNodes } from '../../activities/slow-nodes.js';
import { violations } from '../../adapters/json-schema/validate.js';
import { ActorKeys } from '../../adapters/signing/actor-keys.js';
import { openTemporal } from '../../adapters/temporal/client.js';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import type { EngineActivities, Work } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import { EngineWorker } from '../../workers/engine/worker.js';
import type { StepSinks } from '../../workflows/tell.js';

/**
 * The real interpreter on the real test server, with activities that a test writes: for what the workflow does, not for what
 * a tool does.
 */
export interface Stage {
  engine: TemporalEngine;
  /** The same with a key: its runs take only what is signed. */
  signing: TemporalEngine;
  client: Client;
  taskQueue: string;
  /** Of the runs that were started here. */
  headers: Map<string, RunHeader>;
  start(plan: Plan, input?: Json, by?: TemporalEngine): Promise<RunHeader>;
  /** The two halves of `start`, for a test that must know the run's id before the run begins. */
  prepare(plan: Plan): RunHeader;
  begin(header: RunHeader, plan: Plan, input: Json): Promise<void>;
  close(): Promise<void>;
}

let counter = 0;
let runtime = false;

/** The SDK's own log lines, but for errors, are nobody's business in a test. */
export function quietRuntime(): void {
  if (runtime) return;
  runtime = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
  });
}

export async function openStage(activities: Partial<EngineActivities>): Promise<Stage> {
  quietRuntime();
  const address = required('TEST_TEMPORAL_ADDRESS');
  const taskQueue = `stage-${process.pid}-${counter++}`;
  const connection = await NativeConnection.connect({ address });
  const worker = await EngineWorker.create({
    connection,
    taskQueue,
    dataConverter: dataConverterOf(),
    workflowBundle: { codePath: required('TEST_WORKFLOW_BUNDLE') },
    activities: { ...quietActivities, ...activities, ...fusing({ ...quietActivities, ...activities }) },
    sinks: silentSinks,
    maxHeartbeatThrottleInterval: '200ms',
    shutdownGraceTime: '1s',
  });
  const running = worker.run();
  const client = openTemporal({ temporal: { address, namespace: 'default', taskQueue } });
  const engine = new TemporalEngine({ client, taskQueue });
  const actors = new ActorKeys([{ id: 'test', secret: createSecretKey(Buffer.alloc(32, 3)) }]);
  const signing = new TemporalEngine({ client, taskQueue, actors });
  const headers = new Map<string, RunHeader>();
  const prepare = (plan: Plan): RunHeader => {
    const header = headerOf(plan);
    headers.set(header.id, header);
    return header;
  };
  const begin = (header: RunHeader, plan: Plan, input: Json) => engine.start({ header, plan, input });
  return {
    ...{ headers, engine, signing, client, taskQueue, prepare, begin },
    async start(plan, input = {}, by = engine) {
      const header = prepare(plan);
      await by.start({ header, plan, input });
      return header;
    },
    async close() {
      worker.shutdown();
      await running;
      await client.connection.close();
      await connection.close();
    },
  };
}

export const headerOf = (plan: Plan): RunHeader => ({
  id: `run_test_${process.pid}_${Date.now().toString(36)}_${counter++}`,
  org_id: 'org_test',
  workflow_id: 'wf_test',
  workflow: plan.name,
  version: 1,
  starter: 'key:test',
  metadata: {},
  created_at: '2026-01-01T00:00:00.000Z',
});

/** For workers that tell nobody what a step changed. */
export const silentSinks: InjectedSinks<StepSinks> = {
  steps: { changed: { fn: () => undefined, callDuringReplay: false } },
};

const echo = (work: Work) => Promise.resolve({ output: { from: work.node, config: work.config } });

const quietActivities: Partial<EngineActivities> = {
  next_task: () => Promise.resolve(),
  tool_call: echo,
  agent_call: echo,
  open_gate: () => Promise.resolve({ evidence: 'sha256:shown' }),
  note_gate: () => Promise.resolve(),
  await_event: () => Promise.resolve({ event: null }),
  check_event: ({ schema, data }) => Promise.resolve({ fits: violations(schema, data).length === 0 }),
  close_gate: () => Promise.resolve(),
};

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests by npm test`);
  return value;
}

/** Polls until the condition holds; the test's own timeout bounds it. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Regions do what the test's own tool_call does. */
const fusing = ({ tool_call }: Partial<EngineActivities>): Partial<EngineActivities> =>
  tool_call === undefined
    ? {}
    : { fuse: (region) => walkRegion(region, new SlowNodes(), async (work) => tool_call(work)) };
