import { runParts } from '../adapters/process.js';
import { openTemporal } from '../adapters/temporal/client.js';
import { apiPart } from '../api/part.js';
import { type EnginePart, enginePart } from './engine/part.js';
import { projectorPart } from './projector/part.js';

/** The server hands a first task over only to a worker that has a place which no poll holds: with 12 of them it never did, with 14 always. */
const ROOM = 8;

/**
 * All of Heddle in one process, for a small machine. Its API starts runs over the connection of its own worker, so that Temporal hands their
 * first workflow task over with its answer: the first node runs sooner than by way of a task queue.
 */
let engine: EnginePart;
await runParts('all', [
  async (config, log) => {
    const worker = { ...config.worker, workflowTasks: config.worker.workflowTasks + ROOM };
    return (engine = await enginePart({ ...config, worker }, log));
  },
  projectorPart,
  (config, log) => apiPart(config, log, openTemporal(config, engine.connection)),
]);
