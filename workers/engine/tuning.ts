import type { WorkerOptions } from '@temporalio/worker';
import type { Config } from '../../adapters/config.js';

/** Activities that a workflow task may start on this very worker without asking the server's queue: a fan-out of 100 takes 0.7 of the time. */
const EAGER = 20;
/** What is under way gets this long to end when the worker is asked to stop; the rest is tried again elsewhere. */
const GRACE = '10s';

/** How a worker is sized. Kept apart for the benchmark, whose hand-written workflows run on a worker of the same size. */
export const tuning = ({ worker }: Pick<Config, 'worker'>) =>
  ({
    maxCachedWorkflows: worker.cachedRuns,
    maxConcurrentWorkflowTaskExecutions: worker.workflowTasks,
    maxConcurrentWorkflowTaskPolls: Math.ceil(worker.workflowTasks / 2),
    maxConcurrentActivityTaskExecutions: worker.activities,
    maxEagerActivityReservationsPerWorkflowTask: EAGER,
    maxHeartbeatThrottleInterval: '1s', // a cancellation is heard at a heartbeat
    shutdownGraceTime: GRACE,
  }) satisfies Partial<WorkerOptions>;
