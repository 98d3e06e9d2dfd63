import type { Amendment } from '../contract/work.js';
import type { NodeError, NodeStatus, RunStatus } from '../engine/outcome.js';
import type { Json } from '../json.js';
import type { NodeType } from '../spec/plan.js';

/** What Heddle knows of a run that history does not repeat: written once, when the run is accepted. */
export interface RunHeader {
  id: string;
  org_id: string;
  workflow_id: string;
  workflow: string;
  version: number;
  starter: string;
  metadata: Json;
  created_at: string;
  parent?: { run_id: string; node_key: string };
  /** The alias by which the version was chosen. */
  alias?: string;
  /** How often it was redriven; absent: never. */
  redriven?: number;
  /** Of a fork: the run out of whose past it began, and the node from which on it is another. */
  forked_from?: { run_id: string; node_key: string };
  /** What its spec wants it found by; absent: nothing. */
  fields?: Record<string, string | number | boolean>;
}

/** A run as it is shown: `fold(plan, history)` (P1). */
export interface RunView extends RunHeader {
  status: RunStatus;
  input: Json;
  output: Json;
  error: NodeError | null;
  /** It is going to end like this, when what it has done is undone. */
  ending?: 'failed' | 'cancelled' | 'timed_out';
  started_at: string | null;
  finished_at: string | null;
  /** In the plan's order; a map's items follow their map. */
  nodes: NodeView[];
  /** How it came to go on by another plan, in order; absent: it did not. */
  amendments?: Amendment[];
  /** Of the newest durable event that this view contains; '' when none. */
  cursor: string;
}

export interface NodeView {
  key: string;
  type: NodeType;
  status: NodeStatus;
  /** Attempts begun, as history tells: 0 before the first ended. */
  attempt: number;
  input: Json;
  output: Json;
  error: NodeError | null;
  queued_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  /** One sentence made from facts: why it is where it is. */
  why: string | null;
  /** Of a map node. */
  items?: { total: number; completed: number; failed: number };
  /** Of a subworkflow node: the child run. */
  run_id?: string;
  /** Of a fork's node that did not run in it: the run from which it was taken over. */
  origin?: string;
  /** Of a node that is undone, or is to be. */
  compensation?: CompensationView;
}

export interface CompensationView {
  /** `skipped`: a person said that it is undone. */
  status: 'pending' | 'running' | 'held' | 'completed' | 'skipped';
  attempt: number;
  input: Json;
  output: Json;
  error: NodeError | null;
  started_at: string | null;
  finished_at: string | null;
}
