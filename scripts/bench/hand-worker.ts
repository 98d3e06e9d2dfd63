import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { readConfig } from '../../adapters/config.js';
import { connectionOptions } from '../../adapters/temporal/client.js';
import type { Json } from '../../core/json.js';
import { tuning } from '../../workers/engine/tuning.js';
import { clock } from './graphs.js';

const activities = {
  step: async ({ input }: { node: string; effect: string; input: Json }): Promise<Json> => input,
  clock: async (): Promise<number> => clock(),
  pause: async ({ ms }: { node: string; effect: string; ms: number }): Promise<null> => (await sleep(ms), null),
};
export type HandActivities = typeof activities;

/** The worker of the workflows written by hand, with the options of Heddle's own. */
async function main(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  const config = readConfig('worker');
  const connection = await NativeConnection.connect(connectionOptions(config));
  const worker = await Worker.create({
    ...{ connection, dataConverter: dataConverterOf(config.temporal.payloads), activities },
    ...{ namespace: config.temporal.namespace, taskQueue: config.temporal.taskQueue },
    workflowsPath: fileURLToPath(new URL('hand-workflows.ts', import.meta.url)),
    ...tuning(config),
  });
  process.once('SIGTERM', () => worker.shutdown());
  const running = worker.run();
  process.send!('ready');
  await running;
  await connection.close();
  process.exit();
}

await main();
