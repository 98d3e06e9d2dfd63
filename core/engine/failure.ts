import { isObject, type Json } from '../json.js';
import type { NodeError } from './outcome.js';

/**
 * A failure as Temporal tells it, whether to a workflow (as an Error) or in history (as protobuf). Both are brought into this
 * form, so that workflow and fold make the same NodeError of it.
 */
export type TemporalFailure =
  | { kind: 'application'; type: string | null | undefined; message: string; details: unknown[] }
  | {
      kind: 'timeout';
      type: 'START_TO_CLOSE' | 'SCHEDULE_TO_START' | 'SCHEDULE_TO_CLOSE' | 'HEARTBEAT';
      cause?: TemporalFailure;
    }
  | { kind: 'cancelled' }
  | { kind: 'terminated' }
  | { kind: 'other'; message: string };

export function nodeErrorFrom(failure: TemporalFailure): NodeError {
  switch (failure.kind) {
    case 'application':
      return application(failure.type || 'INTERNAL', failure.message, failure.details[0]);
    case 'timeout':
      return timeout(failure);
    case 'cancelled':
      return { code: 'RUN_CANCELLED', message: 'it was cancelled' };
    case 'terminated':
      return { code: 'RUN_TERMINATED', message: 'it was terminated' };
    case 'other':
      return { code: 'INTERNAL', message: failure.message };
  }
}

/** A run's failure carries its whole NodeError as first detail; an activity's carries the fault's details. */
function application(code: string, message: string, detail: unknown): NodeError {
  if (isObject(detail) && typeof detail['code'] === 'string' && typeof detail['message'] === 'string')
    return detail as unknown as NodeError;
  return { code, message, ...(detail === undefined || detail === null ? {} : { details: detail as Json }) };
}

function timeout({ type, cause }: Extract<TemporalFailure, { kind: 'timeout' }>): NodeError {
  if (type === 'HEARTBEAT') return { code: 'WORKER_LOST', message: 'the worker fell silent' };
  const last = cause && cause.kind !== 'other' ? nodeErrorFrom(cause) : undefined;
  const which =
    type === 'START_TO_CLOSE'
      ? 'one attempt took longer than timeout.attempt'
      : 'all attempts together took longer than timeout.total';
  return { code: 'NODE_TIMEOUT', message: last ? `${which}; the last attempt failed: ${last.message}` : which };
}
