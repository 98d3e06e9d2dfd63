import type { Client } from '@temporalio/client';
import type { Json } from '../../core/json.js';
import type { Contender } from './contender.js';
import type { Graph } from './graphs.js';
import { type WorkerProcess } from './process.js';
import { historyOf } from './history.js';

/** Workflows written by hand on Temporal's SDK (hand-workflows.ts). */
export function hand(client: Client, taskQueue: string, worker: WorkerProcess): Contender {
  let started = 0;
  return {
    name: 'hand',
    worker,
    create: async () => undefined,
    async start({ name, hand: { workflow, args } }: Graph) {
      const workflowId = `hand-${name}-${process.pid}-${started++}`;
      await client.workflow.start(workflow, { workflowId, taskQueue, args });
      return workflowId;
    },
    wait: (run) => client.workflow.getHandle(run).result() as Promise<Json>,
    history: (run) => historyOf(client, run),
    close: () => worker.stop(),
  };
}
