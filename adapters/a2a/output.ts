import { createHash } from 'node:crypto';
import { type Message, type Part, type Task, TaskState, type TaskStatus } from '@a2a-js/sdk';
import { Fault, type FaultCode } from '../../core/fault.js';
import { isObject, type Json } from '../../core/json.js';
import { fromPart, textOf } from './parts.js';

export const STATE_NAMES: Record<TaskState, string> = {
  [TaskState.TASK_STATE_UNSPECIFIED]: 'unspecified',
  [TaskState.TASK_STATE_SUBMITTED]: 'submitted',
  [TaskState.TASK_STATE_WORKING]: 'working',
  [TaskState.TASK_STATE_COMPLETED]: 'completed',
  [TaskState.TASK_STATE_FAILED]: 'failed',
  [TaskState.TASK_STATE_CANCELED]: 'canceled',
  [TaskState.TASK_STATE_INPUT_REQUIRED]: 'input_required',
  [TaskState.TASK_STATE_REJECTED]: 'rejected',
  [TaskState.TASK_STATE_AUTH_REQUIRED]: 'auth_required',
  [TaskState.UNRECOGNIZED]: 'unrecognized',
};

/** The states in which a task stays until somebody acts, and what each means for the call. */
const AT_REST: Partial<Record<TaskState, FaultCode | 'ok'>> = {
  [TaskState.TASK_STATE_COMPLETED]: 'ok',
  [TaskState.TASK_STATE_FAILED]: 'AGENT_FAILED',
  [TaskState.TASK_STATE_CANCELED]: 'AGENT_FAILED',
  [TaskState.TASK_STATE_REJECTED]: 'AGENT_REJECTED',
  [TaskState.TASK_STATE_INPUT_REQUIRED]: 'AGENT_INPUT_REQUIRED',
  [TaskState.TASK_STATE_AUTH_REQUIRED]: 'AGENT_AUTH_REQUIRED',
  // A state that we don't know can't be waited for.
  [TaskState.UNRECOGNIZED]: 'AGENT_PROTOCOL',
};

export const isAtRest = (state: TaskState | undefined): boolean => state !== undefined && AT_REST[state] !== undefined;

/** Names one status of a task, so that what it says once more is told from what it says anew. */
export function nameOfStatus(status: TaskStatus | undefined): string {
  const { state, message, timestamp } = status ?? {};
  const said = [state, timestamp, message?.messageId, textOf(message?.parts ?? [])].join('\n');
  return createHash('sha256').update(said).digest('hex').slice(0, 32);
}

/** The output of a task that came to rest, or the fault that it ended with. */
export function taskOutput(task: Task, agent: string): Json {
  const state = task.status?.state ?? TaskState.TASK_STATE_UNSPECIFIED;
  const name = STATE_NAMES[state];
  const said = textOf(task.status?.message?.parts ?? []);
  const verdict = AT_REST[state] ?? 'AGENT_PROTOCOL';
  if (verdict !== 'ok') {
    throw new Fault(verdict, `agent ${agent}: task ${task.id} is ${name}${said && `: ${said}`}`, {
      details: {
        ...{ agent, state: name, task_id: task.id, context_id: task.contextId, message: said },
        asked: nameOfStatus(task.status),
      },
    });
  }
  const parts = task.artifacts.flatMap((artifact) => artifact.parts);
  return assemble(parts.length > 0 ? parts : (task.status?.message?.parts ?? []), {
    state: name,
    task: { id: task.id, context_id: task.contextId },
    artifacts: task.artifacts.map((artifact) => ({ name: artifact.name, parts: artifact.parts.map(fromPart) })),
  });
}

/** An agent may answer with a message and no task: it is done already. */
export const messageOutput = (message: Message): Json =>
  assemble(message.parts, { state: 'completed', task: null, artifacts: [] });

function assemble(parts: Part[], reserved: { state: string; task: Json; artifacts: Json[] }): Json {
  const output = new Map<string, Json>();
  for (const { content } of parts) {
    if (content?.$case !== 'data' || !isObject(content.value)) continue;
    for (const [name, value] of Object.entries(content.value)) output.set(name, value);
  }
  // Reserved names come last: no data part can take them. fromEntries defines own properties, `__proto__` included.
  for (const [name, value] of Object.entries({ text: textOf(parts), ...reserved })) output.set(name, value);
  return Object.fromEntries(output);
}
