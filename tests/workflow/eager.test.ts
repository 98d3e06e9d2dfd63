import { randomUUID } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import { openTemporal } from '../../adapters/temporal/client.js';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import { EngineWorker } from '../../workers/engine/worker.js';
import { tunnel } from '../support/feed-server.js';
import { planOf } from '../support/plans.js';
import { headerOf, quietRuntime, silentSinks } from '../support/workflow.js';

const address = process.env['TEST_TEMPORAL_ADDRESS']!;
const plan = planOf([{ key: 'a', type: 'transform', config: { value: 1 } }], []);

test('over the connection of a worker with room, the first task comes with the answer to the start; an id that is taken is no error', async () => {
  quietRuntime();
  const taskQueue = `eager-${randomUUID()}`;
  const temporal = { address, namespace: 'default', taskQueue };
  const connection = await NativeConnection.connect({ address });
  const worker = await EngineWorker.create({
    ...{ connection, taskQueue, dataConverter: dataConverterOf(), sinks: silentSinks },
    workflowBundle: { codePath: process.env['TEST_WORKFLOW_BUNDLE']! },
    ...{ maxConcurrentWorkflowTaskExecutions: 16, maxConcurrentWorkflowTaskPolls: 2 },
  });
  const running = worker.run();
  const client = openTemporal({ temporal });
  const engine = new TemporalEngine({ client, taskQueue, eager: openTemporal({ temporal }, connection) });
  const header = headerOf(plan);
  await engine.start({ header, plan, input: {} });
  const handle = client.workflow.getHandle(header.id);
  await handle.result();
  const { events } = await handle.fetchHistory();
  expect(events![0]!.workflowExecutionStartedEventAttributes!.eagerExecutionAccepted).toBe(true);
  await engine.start({ header, plan, input: {} });

  worker.shutdown();
  await running;
  await client.connection.close();
  await connection.close();
});

test('while Temporal is away, a start over a worker’s connection says so', async () => {
  const between = await tunnel(Number(address.split(':')[1]));
  const temporal = { address, namespace: 'default', taskQueue: 'eager-away' };
  const own = openTemporal({ temporal });
  const connection = await NativeConnection.connect({
    address: `127.0.0.1:${between.port}`,
  });
  const engine = new TemporalEngine({
    client: own,
    taskQueue: 'eager-away',
    eager: openTemporal({ temporal }, connection),
  });
  between.close();
  await expect(engine.start({ header: headerOf(plan), plan, input: {} })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
  await connection.close();
  await own.connection.close();
});
