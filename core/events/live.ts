import type { NodeStatus, RunStatus } from '../engine/outcome.js';
import type { Json } from '../json.js';
import type { NodeType } from '../spec/plan.js';

/**
 * What history records late or not at all: an attempt just began or failed, a log line, progress. It travels beside the
 * durable events, marked ephemeral, and may be lost when a process dies. Nothing is decided by it.
 */
export type LiveEvent =
  | { type: 'node.running'; run_id: string; node_key: string; attempt: number; at: string }
  | {
      type: 'node.retrying';
      run_id: string;
      node_key: string;
      attempt: number;
      at: string;
      data: { code: string; message: string };
    }
  | {
      type: 'node.log';
      run_id: string;
      node_key: string;
      attempt: number;
      at: string;
      data: { seq: number; stream: LogStream; text: string };
    }
  | { type: 'node.progress'; run_id: string; node_key: string; attempt: number; at: string; data: Json }
  | RunStep;

/**
 * What one step of a run's workflow changed. For whoever keeps the stored view fresh, not for watchers: they get the same as durable
 * events, from history.
 */
export interface RunStep {
  type: 'run.step';
  run_id: string;
  at: string;
  changes: StepChange[];
}
/** `seq` is the node's place in the plan; of a map's item, that of its map. */
export type StepChange = { run: RunStatus } | { node: string; status: NodeStatus; type: NodeType; seq: number };

export type LogStream = 'stdout' | 'stderr' | 'system';

/** One line of a node's log. `seq` counts within the attempt, from 0. */
export interface LogLine {
  run_id: string;
  node_key: string;
  attempt: number;
  seq: number;
  at: string;
  stream: LogStream;
  text: string;
}

/** Carries live events between processes. Two adapters, one conformance suite. */
export interface LiveFeed {
  /**
   * Resolves when the events are on their way, or when the feed is found to be down. Never throws for a feed that is down: live events
   * may be lost, work may not stop for them.
   */
  publish(events: LiveEvent[]): Promise<void>;
  /**
   * Calls back for each event of the run published after the promise resolved, once and in order of one publisher. A feed that is down is
   * waited for a few seconds; then the promise resolves all the same, and events come when the feed is back. A listener may not throw.
   */
  subscribe(runId: string, listener: (event: LiveEvent) => void): Promise<() => Promise<void>>;
  /** Every event of every run, for whoever keeps the stored view fresh. */
  subscribeAll(listener: (event: LiveEvent) => void): Promise<() => Promise<void>>;
  /** Events published here that never left: the queue was full, they were too large, or the feed was closed while it was down. */
  readonly dropped: number;
  /** What is queued is sent first, if that is a matter of moments. */
  close(): Promise<void>;
}

/** Content-addressed store of large values. */
export interface ArtifactStore {
  /** Stores bytes of an org; returns `sha256:<hex>`. Storing the same again is a no-op. */
  put(org: string, bytes: Uint8Array, mediaType: string): Promise<{ id: string; size: number }>;
  /** Undefined when there is no such artifact in that org. */
  get(org: string, id: string): Promise<{ bytes: Uint8Array; mediaType: string } | undefined>;
}
