import type { Work, Worked } from '../../contract/work.js';
import { isObject, type Json } from '../../json.js';
import { INLINE_BYTES } from '../../limits.js';
import { apartFromCode } from '../../nodes/code.js';
import { type Fact, isWork } from '../facts.js';
import type { Walk } from '../walk.js';
import { taskOf } from '../task-names.js';
import { humanGate } from './human-gate.js';
import type { Kind } from './kind.js';
import { attemptFailed, isOnce } from './once.js';
import { attemptsBefore, effectKey, policyOf } from './policy.js';
import { ask, isAnswer, isCancel, resumeQuestion } from './question.js';

export { attemptsBefore, effectKey, policyOf };

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

export const toolCall: Kind = work('tool_call');

/** An agent may ask something back, which opens a gate on the node. */
export const agentCall: Kind = {
  ...work('agent_call'),
  template(config) {
    const { questions: _, ...template } = config as { [name: string]: Json };
    return template;
  },
  fact(walk, node, task, fact) {
    if (isCancel(task)) return cancelled(walk, node);
    if ((task !== '' && isWork(task)) || isAnswer(task)) return ended(walk, node, fact);
    humanGate.fact!(walk, node, task, fact);
  },
  resume(walk, node) {
    const { gate } = walk.nodes[node]!;
    if (gate?.decision) resumeQuestion(walk, node);
    else if (gate) humanGate.resume!(walk, node);
  },
};

function ended(walk: Walk, node: number, fact: Fact): void {
  if (fact.is === 'completed') walk.complete(node, (fact.value as unknown as Worked).output);
  else if (fact.is === 'failed' && !ask(walk, node, fact.error)) walk.fail(node, fact.error);
}

/** Whether the agent heard of it or not: nobody answers any more. */
const cancelled = (walk: Walk, node: number): void => walk.fail(node, walk.nodes[node]!.gate!.question!.failing!);
