import { type CompiledWorkerOptions, Worker } from '@temporalio/worker';
import type { WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import { WorkflowThreads } from './workflow-threads.js';

/** The SDK's worker, with workflows in threads of our own. */
export class EngineWorker extends Worker {
  protected static override createWorkflowCreator(
    bundle: object,
    { activities, isolateExecutionTimeoutMs, workflowThreadPoolSize }: CompiledWorkerOptions,
  ): Promise<WorkflowCreator> {
    const sandbox = { bundle, activities: new Set(activities.keys()), limitMs: isolateExecutionTimeoutMs };
    return WorkflowThreads.create(sandbox, workflowThreadPoolSize);
  }
}
