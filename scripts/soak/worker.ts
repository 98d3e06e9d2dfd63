import { EngineWorker } from '../../workers/engine/worker.js';

/** Heddle's own worker as it is; besides, it answers over its channel how many runs its sticky cache holds. */
const create = EngineWorker.create.bind(EngineWorker);
let worker: EngineWorker | undefined;
EngineWorker.create = async (options) => (worker = await create(options));
process.on('message', (message: { cached?: number }) => {
  if (message.cached !== undefined)
    process.send!({ cached: message.cached, runs: worker?.getStatus().numCachedWorkflows ?? 0 });
});
await import('../../workers/engine.js');
