import type { ActivityCommand } from '../engine/facts.js';
import { nodeErrorFrom, type TemporalFailure } from '../engine/failure.js';
import type { NodeError } from '../engine/outcome.js';
import { FAULTS, isFaultCode } from '../fault.js';
import { isObject, type Json } from '../json.js';

/** One attempt of an activity, `takes` in ms; one that hangs takes for ever. */
export type Try = { takes: number } & ({ value: Json } | { error: NodeError });
/** What Temporal would make of all attempts, `after` so many ms in all. */
export type Outcome = { after: number; attempts: number } & ({ value: Json } | { error: NodeError });
/** Undefined: it never ends. */
export type Answer = Outcome | undefined;
export type Policy = Pick<ActivityCommand, 'retry' | 'attempt_ms' | 'total_ms'>;

/** A retry policy may be without end; who waits that long does not wait for an answer. */
const MOST_ATTEMPTS = 10_000;

/**
 * Temporal's retries and timeouts, in no time: what an activity with this policy ends with, and when.
 *
 * An attempt that takes longer than `attempt_ms` fails and is tried again; when all together take longer than `total_ms`, the activity
 * ends there; when the next attempt would only begin after that, it ends at once with the failure of the last.
 */
export function retried({ retry, attempt_ms, total_ms = Infinity }: Policy, tryOnce: (attempt: number) => Try): Answer {
  let elapsed = 0;
  let last: TemporalFailure | undefined;
  for (let attempts = 1; attempts <= MOST_ATTEMPTS; attempts++) {
    const given = tryOnce(attempts);
    const ends = elapsed + Math.min(given.takes, attempt_ms);
    if (ends > total_ms) return { after: total_ms, attempts, error: timedOut('SCHEDULE_TO_CLOSE', last) };
    elapsed = ends;
    const late = given.takes > attempt_ms;
    if (!late && 'value' in given) return { after: elapsed, attempts, value: given.value };
    const error = late ? timedOut('START_TO_CLOSE', last) : (given as { error: NodeError }).error;
    const final = !late && !isRetried(error, retry.non_retryable);
    const wait = (late ? undefined : askedWait(error)) ?? waitAfter(attempts, retry);
    const over = retry.max_attempts > 0 && attempts >= retry.max_attempts;
    if (final || over || elapsed + wait >= total_ms) return { after: elapsed, attempts, error };
    last = late ? { kind: 'timeout', type: 'START_TO_CLOSE' } : applicationFailure(error);
    elapsed += wait;
  }
  return undefined;
}

/** Whether the code alone lets Temporal try again, as activities say it when they fail. */
export const isRetried = ({ code }: NodeError, nonRetryable: readonly string[]): boolean =>
  !nonRetryable.includes(code) && (!isFaultCode(code) || FAULTS[code].retry);

const waitAfter = (attempts: number, { initial_interval_ms, backoff, max_interval_ms }: Policy['retry']): number =>
  Math.min(max_interval_ms, initial_interval_ms * backoff ** (attempts - 1));

function askedWait({ details }: NodeError): number | undefined {
  const wait = isObject(details) ? details['retry_after_ms'] : undefined;
  return typeof wait === 'number' ? wait : undefined;
}

const timedOut = (type: 'START_TO_CLOSE' | 'SCHEDULE_TO_CLOSE', cause: TemporalFailure | undefined): NodeError =>
  nodeErrorFrom({ kind: 'timeout', type, ...(cause ? { cause } : {}) });

const applicationFailure = ({ code, message, details }: NodeError): TemporalFailure => ({
  kind: 'application',
  type: code,
  message,
  details: details === undefined ? [] : [details],
});
