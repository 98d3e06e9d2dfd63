import { ApplicationFailure } from '@temporalio/common';
import { Fault, FAULTS } from '../core/fault.js';
import { isObject } from '../core/json.js';

/** Anything that is not a fault is a bug or an outage: Temporal tries it again. */
export function toFailure(err: unknown): unknown {
  if (!(err instanceof Fault)) return err;
  const details = err.details === undefined ? [] : [err.details];
  const wait = isObject(err.details) ? err.details['retry_after_ms'] : undefined;
  return ApplicationFailure.create({
    type: err.code,
    message: err.message,
    nonRetryable: !FAULTS[err.code].retry,
    details,
    ...(typeof wait === 'number' ? { nextRetryDelay: wait } : {}),
  });
}
