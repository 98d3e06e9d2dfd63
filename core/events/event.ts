import type { NodeError, NodeStatus, RunStatus } from '../engine/outcome.js';
import type { Json } from '../json.js';

/**
 * A durable event of a run (P2). `cursor` is derived from the position in history: `<segment>.<history event id>.<n>`,
 * each part zero-padded so that cursors of one run sort as text.
 */
export type RunEvent = RunLevelEvent | NodeLevelEvent;

export interface RunLevelEvent {
  cursor: string;
  type:
    | `run.${Exclude<RunStatus, 'queued'>}`
    | 'run.acted'
    | 'run.ending'
    | 'run.redriven'
    | 'run.forked'
    | 'event.received';
  at: string;
  status: RunStatus;
  output?: Json;
  error?: NodeError;
  data?: Json;
}

export interface NodeLevelEvent {
  cursor: string;
  type:
    | 'node.pending'
    | 'node.queued'
    | 'node.running'
    | 'node.waiting'
    | 'node.held'
    | 'node.acted'
    | 'node.completed'
    | 'node.failed'
    | 'node.skipped'
    | 'node.cancelled'
    | 'node.compensating'
    | 'node.compensated'
    | 'node.compensation_held'
    | 'gate.opened'
    | 'gate.voted'
    | 'gate.reminded'
    | 'gate.decided'
    | 'gate.lapsed';
  at: string;
  /** The node's key; of a map's item `key[index]`. */
  node_key: string;
  status: NodeStatus;
  attempt: number;
  input?: Json;
  output?: Json;
  error?: NodeError;
  data?: Json;
}
