import type { Work, Worked } from '../../contract/work.js';
import { isObject } from '../../json.js';
import { INLINE_BYTES } from '../../limits.js';
import { apartFromCode } from '../../nodes/code.js';
import type { ActivityCommand } from '../facts.js';
import type { Walk } from '../walk.js';
import type { Kind } from './kind.js';

/** The effect's key (P3): business names only, never an attempt or a Temporal run. The generation moves when a person asks for a fresh effect. */
export const effectKey = (run: string, node: string): string => `${run}/${node}/0`;

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
        effect: effectKey(walk.start.run.id, node.key),
        config: isObject(bound) ? { ...bound, ...code } : bound,
        ...(walk.inlineBytes === INLINE_BYTES ? {} : { inline_bytes: walk.inlineBytes }),
        ...(node.output === undefined ? {} : { output_schema: node.output }),
      };
      walk.enqueue({ do: 'activity', task: node.key, activity, input, ...policyOf(walk, index), summary: node.key });
    },
    fact(walk, index, _task, fact) {
      if (fact.is === 'completed') walk.complete(index, (fact.value as unknown as Worked).output);
      else if (fact.is === 'failed') walk.fail(index, fact.error);
    },
  };
}

export const toolCall: Kind = work('tool_call');
export const agentCall: Kind = work('agent_call');

/** Temporal's own retries and timeouts, as the node has them. */
export function policyOf(
  walk: Walk,
  index: number,
): Pick<ActivityCommand, 'retry' | 'attempt_ms' | 'total_ms' | 'heartbeat_ms'> {
  const { retry, timeout } = walk.plan.nodes[index]!;
  return {
    retry,
    attempt_ms: timeout.attempt_ms,
    heartbeat_ms: timeout.heartbeat_ms,
    ...(timeout.total_ms === undefined ? {} : { total_ms: timeout.total_ms }),
  };
}
