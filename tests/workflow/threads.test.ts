import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection } from '@temporalio/worker';
import { openTemporal } from '../../adapters/temporal/client.js';
import { EngineWorker } from '../../workers/engine/worker.js';
import { quietRuntime, until } from '../support/workflow.js';

const address = process.env['TEST_TEMPORAL_ADDRESS']!;

test('a workflow that never gives its thread back fails its task and says why; the others are tried again and go on', async () => {
  quietRuntime();
  const taskQueue = `threads-${randomUUID()}`;
  const connection = await NativeConnection.connect({ address });
  const worker = await EngineWorker.create({
    ...{ connection, taskQueue, isolateExecutionTimeout: '1s' },
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../support/hung-workflows.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    }),
  });
  const running = worker.run();
  const client = openTemporal({ temporal: { address, namespace: 'default', taskQueue } });
  const start = (type: string) =>
    client.workflow.start(type, { taskQueue, workflowId: `${type}-${randomUUID()}`, args: [] });
  const eventsOf = async ({ workflowId }: { workflowId: string }) =>
    (await client.workflow.getHandle(workflowId).fetchHistory()).events!;

  const waiting = await start('waits');
  await until(async () => (await eventsOf(waiting)).some(({ workflowTaskCompletedEventAttributes: done }) => done));
  const hung = await start('hangs');
  const failures = async () =>
    (await eventsOf(hung)).flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? []);
  await until(async () => (await failures()).length > 0);
  expect((await failures())[0]).toMatch(/^the workflow of Temporal run \S+ was at work for more than 1000 ms at once$/);

  await hung.terminate();
  // All of these find the thread ended, and get the one that takes its place.
  const many = await Promise.all(Array.from({ length: 8 }, () => start('waits')));
  for (const each of [waiting, ...many]) await each.signal('go');
  for (const each of [waiting, ...many]) expect(await each.result()).toBe('gone on');
  expect(worker.getState()).toBe('RUNNING');

  worker.shutdown();
  await running;
  await client.connection.close();
  await connection.close();
});
