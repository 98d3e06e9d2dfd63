import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { nodeErrorFrom, type TemporalFailure } from '../core/engine/failure.js';
import type { Fault } from '../core/fault.js';
import type { NodeError } from '../core/engine/outcome.js';

/** What an activity or child failed with, as the walk speaks of it. */
export const nodeErrorOf = (err: unknown): NodeError => nodeErrorFrom(failureOf(err));

function failureOf(err: unknown): TemporalFailure {
  if (err instanceof ActivityFailure || err instanceof ChildWorkflowFailure) return failureOf(err.cause);
  if (err instanceof ApplicationFailure)
    return { kind: 'application', type: err.type, message: err.message, details: err.details ?? [] };
  if (err instanceof TimeoutFailure)
    return { kind: 'timeout', type: err.timeoutType as never, ...(err.cause ? { cause: failureOf(err.cause) } : {}) };
  if (err instanceof CancelledFailure) return { kind: 'cancelled' };
  if (err instanceof TerminatedFailure) return { kind: 'terminated' };
  return { kind: 'other', message: err instanceof Error ? err.message : String(err) };
}

/** Refuses an Update with the fault: the failure's type is its code. */
export function refuse({ code: type, message, details = null }: Fault): never {
  throw ApplicationFailure.create({ type, message, nonRetryable: true, details: [details] });
}

/** Refuses it if there is one. */
export function unless(fault: Fault | undefined): void {
  if (fault) refuse(fault);
}
