import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, type StreamResponse, type Task, TaskState, type TaskStatus } from '@a2a-js/sdk';
import type { Client } from '@a2a-js/sdk/client';
import { TaskNotFoundError } from '@a2a-js/sdk/errors';
import { Fault } from '../../core/fault.js';
import { messageOf, toFault } from './faults.js';
import { isAtRest, nameOfStatus, STATE_NAMES } from './output.js';
import { textOf } from './parts.js';
import type { AgentCall, AgentContext, Checkpoint } from './types.js';

const REQUEST_TIMEOUT_MS = 30_000;
/** An agent that restarts is given this many polls to come back, before the attempt counts as failed. */
const TOLERATED_POLLS = 5;
/** What the task asked is asked once more, after so many looks at it. */
const TOLERATED_STALE = 20;

/** One attempt of one call, and what it learnt so far. */
export interface Talk {
  client: Client;
  call: AgentCall;
  context: AgentContext;
  /** Whether the agent can stream and the call wants it; off once a stream was refused. */
  streaming: boolean;
  task: Checkpoint | undefined;
  lastStatus: string;
  /** How often the task still said what it had asked before it got its answer. */
  stale: number;
}

/** Whether the task has come to rest, and not only still says what this call has answered. */
function rests(talk: Talk, status: TaskStatus | undefined): boolean {
  if (!isAtRest(status?.state)) return false;
  const { replyTo } = talk.call;
  // An agent that asks the very same again, without a time or an id, is believed after a while.
  return !(replyTo && nameOfStatus(status) === replyTo.asked && talk.stale++ < TOLERATED_STALE);
}

/** Signal of one request that is no stream. */
export const briefly = ({ context }: Talk): AbortSignal =>
  AbortSignal.any([context.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);

/** The task's id goes into the heartbeat the moment it is known: from then on the next attempt can rejoin. */
export function noteTask(talk: Talk, task_id: string, context_id: string): void {
  if (task_id === '' || talk.task?.task_id === task_id) return;
  talk.task = { task_id, context_id };
  talk.context.heartbeat(talk.task);
}

export function noteStatus(talk: Talk, status: TaskStatus | undefined): void {
  if (!status) return;
  const said = textOf(status.message?.parts ?? []);
  const line = `${STATE_NAMES[status.state]} ${status.message?.messageId || said}`;
  // A snapshot repeats what the stream said before.
  if (line === talk.lastStatus) return;
  talk.lastStatus = line;
  talk.context.log('system', `agent: ${STATE_NAMES[status.state]}`);
  if (said) talk.context.log('stdout', said);
}

/** Reads a stream until the task comes to rest or the stream ends. A message is the agent's whole reply. */
export async function listen(talk: Talk, stream: AsyncIterable<StreamResponse>): Promise<Message | 'rest' | 'ended'> {
  for await (const { payload } of stream) {
    if (payload?.$case === 'message') return payload.value;
    if (payload?.$case === 'artifactUpdate') {
      const { artifact } = payload.value;
      talk.context.log('system', `agent: artifact ${artifact?.name || artifact?.artifactId}`);
    } else if (payload) {
      const { value } = payload;
      noteTask(talk, 'id' in value ? value.id : value.taskId, value.contextId);
      noteStatus(talk, value.status);
      if (rests(talk, value.status)) return 'rest';
    }
  }
  return 'ended';
}

/** Runs one stream and closes its connection, also when it is left before its end. */
export async function withStream<T>({ context }: Talk, use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const done = new AbortController();
  try {
    return await use(AbortSignal.any([context.signal, done.signal]));
  } finally {
    done.abort();
  }
}

/** Follows a task to rest. What GetTask says is the truth; streams only tell sooner that there is news. */
export async function follow(talk: Talk, id: string): Promise<Task> {
  for (;;) {
    const task = await getTask(talk, id);
    noteTask(talk, task.id, task.contextId);
    noteStatus(talk, task.status);
    if (rests(talk, task.status)) return task;

    if (talk.streaming && (await subscribe(talk, id))) continue;
    await sleep(talk.call.poll_interval_ms, undefined, { signal: talk.context.signal });
  }
}

/** True when the stream brought the task's end. A stream that breaks or is refused leaves polling. */
async function subscribe(talk: Talk, id: string): Promise<boolean> {
  try {
    const end = await withStream(talk, (signal) =>
      listen(talk, talk.client.resubscribeTask({ tenant: '', id }, { signal })),
    );
    return end === 'rest';
  } catch (error) {
    talk.context.signal.throwIfAborted();
    talk.streaming = false;
    talk.context.log('system', `agent: no stream (${messageOf(error)}), polling`);
    return false;
  }
}

async function getTask(talk: Talk, id: string): Promise<Task> {
  for (let polls = 1; ; polls += 1) {
    try {
      return checked(await talk.client.getTask({ tenant: '', id, historyLength: 0 }, { signal: briefly(talk) }), id);
    } catch (error) {
      talk.context.signal.throwIfAborted();
      if (error instanceof TaskNotFoundError) {
        const message = `agent ${talk.call.agent} no longer knows task ${id}`;
        throw new Fault('AGENT_FAILED', message, { details: { task_id: id, reason: 'TASK_NOT_FOUND' }, cause: error });
      }
      const fault = toFault(error, talk.call.agent);
      if (fault.code !== 'AGENT_UNREACHABLE' || polls >= TOLERATED_POLLS) throw fault;
      talk.context.log('system', `${fault.message}; asking again`);
      await sleep(talk.call.poll_interval_ms, undefined, { signal: talk.context.signal });
    }
  }
}

/** The SDK reads any JSON as a task, with blanks for what is missing. */
export function checked(task: Task, id?: string): Task {
  const state = task.status?.state ?? TaskState.TASK_STATE_UNSPECIFIED;
  if (task.id !== '' && (id === undefined || task.id === id) && state !== TaskState.TASK_STATE_UNSPECIFIED) return task;
  throw new Fault('AGENT_PROTOCOL', `the agent's answer is no task${id ? ` ${id}` : ''}`, {
    details: { got: task.id },
  });
}
