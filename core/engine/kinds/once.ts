import { FAULTS, isFaultCode } from '../../fault.js';
import { isObject } from '../../json.js';
import type { PlanNode } from '../../spec/plan.js';
import type { Fact } from '../facts.js';
import type { NodeError } from '../outcome.js';
import type { Walk } from '../walk.js';

/**
 * Calls with `idempotent: false`: whoever is called does not honour the effect's key. Temporal gets one attempt only, since it would make
 * another after a worker died, whatever that worker had done. The next attempt is the walk's to ask for, and it does when it is known that
 * nothing has gone out, or that it was refused.
 */
export const isOnce = ({ config }: Pick<PlanNode, 'config'>): boolean =>
  isObject(config) && config['idempotent'] === false;

/** What an attempt failed with when nobody was there any more to say whether the call had gone out. */
const SILENT: ReadonlySet<string> = new Set([
  ...['NODE_TIMEOUT', 'WORKER_LOST', 'RUN_CANCELLED', 'INTERNAL', 'PAYLOAD_UNREADABLE'],
]);

export function attemptFailed(walk: Walk, index: number, fact: Extract<Fact, { is: 'failed' }>): void {
  const { error } = fact;
  if (walk.ending && error.code === 'RUN_CANCELLED') return walk.fail(index, error);
  if (!isFaultCode(error.code) || SILENT.has(error.code)) return walk.fail(index, unknown(error));
  const wait = walk.ending ? undefined : waitBefore(walk, index, error);
  if (wait === undefined) walk.fail(index, error);
  else walk.fusing.again(index, { ...fact, again_ms: wait });
}

/** Of the next attempt, in ms; undefined when there is none. */
function waitBefore(walk: Walk, index: number, { code, details }: NodeError): number | undefined {
  const { retry, timeout } = walk.plan.nodes[index]!;
  const { attempts = 0, queued_at } = walk.nodes[index]!;
  if (!isFaultCode(code) || !FAULTS[code].retry || retry.non_retryable.includes(code)) return undefined;
  if (retry.max_attempts > 0 && attempts + 1 >= retry.max_attempts) return undefined;
  const asked = isObject(details) ? details['retry_after_ms'] : undefined;
  const own = Math.min(retry.max_interval_ms, retry.initial_interval_ms * retry.backoff ** attempts);
  const wait = typeof asked === 'number' ? asked : own;
  const late = timeout.total_ms !== undefined && walk.at + wait - queued_at! >= timeout.total_ms;
  return late ? undefined : wait;
}

const unknown = ({ code, message }: NodeError): NodeError => ({
  code: 'EFFECT_UNKNOWN',
  message: `nobody knows whether it has happened: ${message}`,
  details: { cause: code },
});
