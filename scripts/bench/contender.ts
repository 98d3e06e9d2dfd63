import type { Json } from '../../core/json.js';
import type { Graph } from './graphs.js';
import type { WorkerProcess } from './process.js';

/**
 * One way to run a graph. The clock runs from `start` to `wait`; a contender that can only be reached from outside has just the
 * first three.
 */
export interface Contender {
  readonly name: string;
  /** Starts runs through an API: only in workloads that are about that. */
  readonly byHttp?: boolean;
  /** Makes a graph known, before any clock runs. */
  create(graph: Graph): Promise<void>;
  /** Resolves with the run's id when the engine has taken it. */
  start(graph: Graph): Promise<string>;
  /** Resolves with the run's output when it has completed; rejects when it ended otherwise. */
  wait(run: string): Promise<Json>;
  /** What a run left in Temporal's history. */
  history?(run: string): Promise<{ events: number; bytes: number }>;
  /** The process whose CPU and memory are read. */
  readonly worker?: WorkerProcess;
  close(): Promise<void>;
}
