import type { Work, Worked } from '../../contract/work.js';
import { isObject } from '../../json.js';
import { INLINE_BYTES } from '../../limits.js';
import { apartFromCode } from '../../nodes/code.js';
import type { RetryPolicy } from '../../spec/plan.js';
import type { ActivityCommand } from '../facts.js';
import type { NodeState } from '../state.js';
import type { Walk } from '../walk.js';
import { taskOf } from '../task-names.js';
import type { Kind } from './kind.js';
import { attemptFailed, isOnce } from './once.js';

/** The effect's key (P3): business names only, never an attempt or a Temporal run. The generation moves when a person asks for a fresh effect. */
export const effectKey = (run: string, node: string, generation = 0): string => `${run}/${node}/${generation}`;

function work(activity: 'tool_call' | 'agent_call'): Kind {
  return {
    template: (config) => apartFromCode(config).template,
    limit: 'work',
    begin(walk, index, bound) {
      const node = walk.plan.nodes[index]!;
      const { code } = apartFromCode(node.config);
      const input: Work = {
        run: walk.start.run,
        node: node.key,
        effect: effectKey(walk.start.run.id, node.key, walk.nodes[index]!.generation),
        config: isObject(bound) ? { ...bound, ...code } : bound,
        ...(walk.inlineBytes === INLINE_BYTES ? {} : { inline_bytes: walk.inlineBytes }),
        ...(node.output === undefined ? {} : { output_schema: node.output }),
        ...(isOnce(node) ? { once: true } : {}),
        ...(attemptsBefore(walk.nodes[index]!) === 0 ? {} : { attempts_before: attemptsBefore(walk.nodes[index]!) }),
      };
      const policy = policyOf(walk, index);
      if (input.once) policy.retry = { ...policy.retry, max_attempts: 1 };
      const task = taskOf(walk, index);
      walk.enqueue({ do: 'activity', task, activity, input, ...policy, summary: node.key });
    },
    fact(walk, index, _task, fact) {
      if (fact.is === 'completed') walk.complete(index, (fact.value as unknown as Worked).output);
      else if (fact.is === 'failed' && isOnce(walk.plan.nodes[index]!)) attemptFailed(walk, index, fact);
      else if (fact.is === 'failed') walk.fail(index, fact.error);
    },
  };
}

/** Of the node's next activity. */
export const attemptsBefore = ({ before = 0, attempts = 0 }: Pick<NodeState, 'before' | 'attempts'>): number =>
  before + attempts;

export const toolCall: Kind = work('tool_call');
export const agentCall: Kind = work('agent_call');

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
