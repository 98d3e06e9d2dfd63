import type { RetryPolicy } from '../../spec/plan.js';
import type { ActivityCommand } from '../facts.js';
import type { NodeState } from '../state.js';
import type { Walk } from '../walk.js';

/** The effect's key (P3): business names only, never an attempt or a Temporal run. The generation moves when a person asks for a fresh effect. */
export const effectKey = (run: string, node: string, generation = 0): string => `${run}/${node}/${generation}`;

/** Of the node's next activity. */
export const attemptsBefore = ({ before = 0, attempts = 0 }: Pick<NodeState, 'before' | 'attempts'>): number =>
  before + attempts;

/** Temporal's own retries and timeouts, as the node has them; less what it has used up in a region. */
export function policyOf(
  walk: Walk,
  index: number,
): Pick<ActivityCommand, 'retry' | 'attempt_ms' | 'total_ms' | 'heartbeat_ms'> {
  const { retry, timeout } = walk.plan.nodes[index]!;
  const { attempts = 0, queued_at } = walk.nodes[index]!;
  const { attempt_ms, heartbeat_ms, total_ms } = timeout;
  const spent = attempts === 0 ? 0 : walk.at - queued_at!;
  return {
    retry: attempts === 0 ? retry : afterwards(retry, attempts),
    attempt_ms,
    heartbeat_ms,
    ...(total_ms === undefined ? {} : { total_ms: Math.max(1, total_ms - spent) }),
  };
}

const afterwards = (retry: RetryPolicy, attempts: number): RetryPolicy => ({
  ...retry,
  max_attempts: retry.max_attempts === 0 ? 0 : Math.max(1, retry.max_attempts - attempts),
  initial_interval_ms: Math.min(retry.max_interval_ms, retry.initial_interval_ms * retry.backoff ** attempts),
});
