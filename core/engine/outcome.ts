import type { Json } from '../json.js';
import { weighs } from './weigh.js';

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

/** Whether a person has to look, whatever the spec says. */
export const isUnknown = ({ code }: NodeError): boolean => code === 'EFFECT_UNKNOWN';

const MESSAGE_CHARS = 200;

/** The error so that it weighs no more than that, or little more than a short message: all of it stands in the node's log and in history. */
export function lightError({ code, message, details }: NodeError, bytes: number): NodeError {
  const brief =
    message.length <= Math.max(MESSAGE_CHARS, bytes / 2)
      ? message
      : `${message.slice(0, MESSAGE_CHARS).toWellFormed()}…`;
  return { code, message: brief, ...(details === undefined || weighs(details, bytes) ? {} : { details }) };
}
