import { Client } from '@temporalio/client';
import { runParts } from '../adapters/process.js';
import { dataConverterOf } from '../adapters/temporal/codec.js';
import { apiPart } from '../api/part.js';
import { type EnginePart, enginePart } from './engine/part.js';
import { projectorPart } from './projector/part.js';

/**
 * All of Heddle in one process, for a small machine. Its API starts runs over the connection of its own worker, so that Temporal hands their
 * first workflow task over with its answer: the first node runs sooner than by way of a task queue.
 */
/** Places that the worker's polls hold, up to 13 as it seems: the server hands a first task over only to a worker that has one more. */
const POLLS_HOLD = 8;

let engine: EnginePart;
await runParts('all', [
  async (config, log) => {
    const worker = { ...config.worker, workflowTasks: config.worker.workflowTasks + POLLS_HOLD };
    return (engine = await enginePart({ ...config, worker }, log));
  },
  projectorPart,
  (config, log) => {
    const { namespace, payloads } = config.temporal;
    return apiPart(
      config,
      log,
      new Client({ connection: engine.connection, namespace, dataConverter: dataConverterOf(payloads) }),
    );
  },
]);
