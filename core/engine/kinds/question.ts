import type { Decision, Work } from '../../contract/work.js';
import { isObject, type Json } from '../../json.js';
import type { AgentQuestions } from '../../nodes/agent-call.js';
import type { TaskId } from '../facts.js';
import type { NodeError } from '../outcome.js';
import { taskOf } from '../task-names.js';
import type { Walk } from '../walk.js';
import { closeGate, openGate } from './human-gate.js';
import { effectKey, policyOf } from './policy.js';

/**
 * A remote agent that asks something opens a gate on its own node. What holds:
 *
 * 1. The answer goes into the same remote task, as an effect of its own: `<effect>/answer/<n>`.
 * 2. Each question is a round of the node's gate, so a decision on one is none on the next.
 * 3. A denial cancels the remote task before it fails the node.
 */

/** The remote task that waits, and how its question is known: what it asked last is not another question. */
export interface Question {
  task_id: string;
  context_id: string;
  asked: string;
  /** It was denied: what the node fails with once the remote task is cancelled. */
  failing?: NodeError;
}

const ASKS: Readonly<Record<string, string>> = {
  AGENT_INPUT_REQUIRED: 'asks',
  AGENT_AUTH_REQUIRED: 'needs to be authorised',
};
const TITLE_CHARS = 200;
const SHOWN_CHARS = 8_000;
const ANSWER = '~answer';
const CANCEL = '~cancel';

/** Whether the task is one in which the remote task is told of a decision. */
export const isAnswer = (task: TaskId): boolean => task.endsWith(ANSWER);
export const isCancel = (task: TaskId): boolean => task.endsWith(CANCEL);

/** Opens a gate for what the agent asks; false when it has failed for another reason, or nobody is to be asked. */
export function ask(walk: Walk, node: number, { code, details }: NodeError): boolean {
  const { questions } = walk.plan.nodes[node]!.config as { questions?: AgentQuestions };
  const verb = ASKS[code];
  if (!questions || verb === undefined || !isObject(details as Json)) return false;
  const { agent, state: is, task_id, context_id = '', message = '', asked = '' } = details as Record<string, string>;
  if (typeof task_id !== 'string') return false; // the credentials were refused: no task waits for an answer
  const state = walk.nodes[node]!;
  if (state.gate) state.round = (state.round ?? 0) + 1;
  const said = String(message);
  const title = `${agent} ${verb}${said === '' ? '' : `: ${said.slice(0, TITLE_CHARS)}`}`;
  const show = { agent: agent ?? null, state: is ?? null, question: said.slice(0, SHOWN_CHARS) };
  const question = { task_id, context_id: String(context_id), asked: String(asked) };
  openGate(walk, node, { title, show, role: questions.role, recorded: false, question });
  return true;
}

/** People have decided: the answer, or that there is none, goes to the remote task. */
export function settleQuestion(walk: Walk, node: number, decision: Decision, failing: NodeError): void {
  walk.enter(node, 'running');
  const { gate } = walk.nodes[node]!;
  if (decision.decision === 'deny') gate!.question!.failing = failing;
  tellAgent(walk, node);
}

/** The run goes on in a new segment between the decision and what becomes of it. */
export function resumeQuestion(walk: Walk, node: number): void {
  if (walk.nodes[node]!.gate!.recorded) closeGate(walk, node);
  tellAgent(walk, node);
}

function tellAgent(walk: Walk, index: number): void {
  const state = walk.nodes[index]!;
  const { question, decision } = state.gate!;
  const { task_id, context_id, asked, failing } = question!;
  const node = walk.plan.nodes[index]!;
  const reply_to = { task_id, context_id, asked };
  const bound = state.input as { [name: string]: Json };
  const input: Work = {
    run: walk.start.run,
    node: node.key,
    effect: `${effectKey(walk.start.run.id, node.key, state.generation)}/answer/${(state.round ?? 0) + 1}`,
    config: failing ? { ...bound, reply_to, cancel: true } : { ...bound, message: answerOf(decision!), reply_to },
    ...(node.output === undefined || failing ? {} : { output_schema: node.output }),
    inline_bytes: walk.inlineBytes,
  };
  const task = `${taskOf(walk, index)}${failing ? CANCEL : ANSWER}`;
  walk.enqueue({ do: 'activity', task, activity: 'agent_call', input, ...policyOf(walk, index), summary: node.key });
}

/** By signal a decision may come without one. */
const answerOf = ({ form = null, comment }: Decision): Json =>
  isObject(form) && form['answer'] !== undefined ? form['answer'] : (comment ?? 'yes');
