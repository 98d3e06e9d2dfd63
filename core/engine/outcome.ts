import type { Json } from '../json.js';

/** Where a node stands. The last four are final. */
export type NodeStatus =
  | 'pending'
  | 'queued'
  | 'running'
  | 'waiting'
  | 'held'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled';

export type RunStatus =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'held'
  | 'paused'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'terminated'
  | 'timed_out';

/** What went wrong, in a form that outlives process, workflow and wire. */
export interface NodeError {
  /** A stable code of core/fault.ts, such as `HTTP_5XX`. */
  code: string;
  message: string;
  /** Facts for a program: HTTP status, position in the code, … */
  details?: Json;
}
