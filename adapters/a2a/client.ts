import { createHash } from 'node:crypto';
import { Role, type SendMessageRequest, type Task, TaskState } from '@a2a-js/sdk';
import { ClientFactory, JsonRpcTransportFactory, RestTransportFactory } from '@a2a-js/sdk/client';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { createCards } from './card.js';
import { isNetworkTrouble, messageOf, toFault } from './faults.js';
import { briefly, checked, follow, listen, noteStatus, noteTask, type Talk, withStream } from './follow.js';
import { isAtRest, messageOutput, nameOfStatus, taskOutput } from './output.js';
import { toParts } from './parts.js';
import { type AgentCall, type AgentClient, type AgentContext, checkpointOf, type ReplyTo } from './types.js';
import { agentFetch } from './wire.js';

/**
 * Calls A2A 1.0 agents. What holds:
 * 1. One effect, one task (P3): message and context id derive from the effect. Before a message is sent, the task that an
 *    earlier attempt left is looked for: in its heartbeat, then in the agent's list of tasks of our context.
 * 2. A task's id is in the heartbeat from the moment it is known.
 * 3. The call is silent for no longer than HEARTBEAT_MS, so cancellation reaches it.
 * 4. A cancelled call cancels its task. A call that only stops here, because its worker goes away, leaves the task alone.
 */
const HEARTBEAT_MS = 2_000;
const CANCEL_TIMEOUT_MS = 5_000;

/** Temporal's reasons for aborting an attempt that another attempt may continue. */
const LEAVE_TASK = new Set(['WORKER_SHUTDOWN', 'TIMED_OUT', 'PAUSED', 'RESET']);
/** Another attempt has taken over, or the run has ended while this one was at work. */
const UNKNOWN_ATTEMPT = 'NOT_FOUND';

export function createAgentClient(deps: { fetch?: typeof fetch } = {}): AgentClient {
  const base = deps.fetch ?? fetch;
  const cards = createCards(base);
  return {
    async cancel(call, context) {
      const { client } = await connect(call, context);
      const about = { tenant: '', id: call.replyTo.task_id, metadata: undefined };
      try {
        const late = AbortSignal.timeout(CANCEL_TIMEOUT_MS);
        await client.cancelTask(about, { signal: AbortSignal.any([context.signal, late]) });
      } catch (error) {
        context.signal.throwIfAborted();
        if (isNetworkTrouble(error)) throw toFault(error, call.agent);
        context.log('system', `agent: task ${about.id} is left as it is (${messageOf(error)})`);
      }
    },
    async call(call, context) {
      let talk: Talk | undefined;
      const pulse = setInterval(() => context.heartbeat(talk?.task ?? context.resumeFrom), HEARTBEAT_MS);
      try {
        context.signal.throwIfAborted();
        talk = await connect(call, context);
        return { output: await converse(talk) };
      } catch (error) {
        if (context.signal.aborted) {
          if (talk) await cancel(talk);
          throw context.signal.reason;
        }
        cards.forget(call.agent);
        throw toFault(error, call.agent);
      } finally {
        clearInterval(pulse);
      }
    },
  };

  async function connect(call: AgentCall, context: AgentContext): Promise<Talk> {
    const card = await cards.get(call.agent, context.signal);
    const fetchImpl = agentFetch(base, call.agent, call.auth);
    const transports = [new JsonRpcTransportFactory({ fetchImpl }), new RestTransportFactory({ fetchImpl })];
    const client = await new ClientFactory({ transports }).createFromAgentCard(card);
    const streaming = call.stream && card.capabilities?.streaming === true;
    return { client, call, context, streaming, task: undefined, lastStatus: '', stale: 0 };
  }
}

async function converse(talk: Talk): Promise<Json> {
  const { call } = talk;
  const started = await (call.replyTo ? answer(talk, call.replyTo) : start(talk));
  if (typeof started !== 'string') return started.output;
  return taskOutput(await follow(talk, started), call.agent);
}

const start = async (talk: Talk): Promise<Sent> => (await earlierTask(talk)) ?? (await send(talk));

/**
 * Sends the message into the task that asked for it, once: a task that has the message, or that has gone on, has got it from an attempt before.
 */
async function answer(talk: Talk, { task_id, context_id, asked }: ReplyTo): Promise<Sent> {
  talk.task = { task_id, context_id };
  talk.context.heartbeat(talk.task);
  const task = checked(await talk.client.getTask({ tenant: '', id: task_id }, { signal: briefly(talk) }), task_id);
  const { messageId } = namesOf(talk.call.effect);
  if (task.history.some((message) => message.messageId === messageId) || nameOfStatus(task.status) !== asked) {
    talk.context.log('system', `agent: task ${task_id} has the answer`);
    return task_id;
  }
  talk.context.log('system', `agent: answering task ${task_id}`);
  return send(talk);
}

/** The id of the task that this effect has already, if it has one. */
async function earlierTask(talk: Talk): Promise<string | undefined> {
  const { context } = talk;
  const checkpoint = checkpointOf(context.resumeFrom);
  const id = checkpoint?.task_id ?? (await listedTask(talk));
  if (id === undefined) return undefined;
  talk.task = { task_id: id, context_id: checkpoint?.context_id ?? namesOf(talk.call.effect).contextId };
  context.heartbeat(talk.task);
  context.log('system', `agent: rejoining task ${id}`);
  return id;
}

async function listedTask(talk: Talk): Promise<string | undefined> {
  const { contextId, messageId } = namesOf(talk.call.effect);
  let tasks: Task[];
  try {
    const query = { tenant: '', contextId, status: TaskState.TASK_STATE_UNSPECIFIED, pageSize: 50, pageToken: '' };
    const answer = await talk.client.listTasks(
      { ...query, statusTimestampAfter: undefined },
      { signal: briefly(talk) },
    );
    tasks = answer.tasks.filter((task) => task.id !== '' && task.contextId === contextId);
  } catch (error) {
    talk.context.signal.throwIfAborted();
    if (isNetworkTrouble(error)) throw error;
    // Agents may lack ListTasks. Then the message goes out again under the same id, for the agent to recognise.
    if (talk.context.attempt > 1)
      talk.context.log('system', 'agent: can list no tasks; sending under the same message id');
    return undefined;
  }
  // A first attempt that finds a task belongs to a redrive: what failed or was cancelled is to be tried again.
  const usable = talk.context.attempt > 1 ? tasks : tasks.filter((task) => !hasFailed(task.status?.state));
  const mine = usable.find((task) => task.history.some((message) => message.messageId === messageId));
  return (mine ?? usable[0])?.id;
}

const hasFailed = (state: TaskState | undefined): boolean =>
  state === TaskState.TASK_STATE_FAILED ||
  state === TaskState.TASK_STATE_REJECTED ||
  state === TaskState.TASK_STATE_CANCELED;

type Sent = string | { output: Json };

/** Sends the message; the id of its task to follow, or the output when the agent answered at once. */
async function send(talk: Talk): Promise<Sent> {
  const { call, client } = talk;
  const request = requestFor(call);
  const serviceParameters = { 'Idempotency-Key': call.effect };
  talk.context.sent?.();
  if (talk.streaming) {
    const end = await withStream(talk, (signal) =>
      listen(talk, client.sendMessageStream(request, { signal, serviceParameters })),
    ).catch((error: unknown) => {
      talk.context.signal.throwIfAborted();
      // Broken after the task's id was known: the task goes on, so does this attempt.
      if (!talk.task || !isNetworkTrouble(error)) throw error;
      talk.context.log('system', 'agent: the stream broke');
      return 'ended' as const;
    });
    if (typeof end !== 'string') return { output: messageOutput(end) };
    if (talk.task) return talk.task.task_id;
    throw new Fault('AGENT_PROTOCOL', `agent ${call.agent} ended its stream without a task or a message`);
  }
  const reply = await client.sendMessage(request, { signal: talk.context.signal, serviceParameters });
  if ('messageId' in reply) return { output: messageOutput(reply) };
  const task = checked(reply);
  noteTask(talk, task.id, task.contextId);
  noteStatus(talk, task.status);
  // What answers a question may still show it: then the task is followed.
  const done = isAtRest(task.status?.state) && !call.replyTo;
  return done ? { output: taskOutput(task, call.agent) } : task.id;
}

const requestFor = ({ effect, message, replyTo }: AgentCall): SendMessageRequest => ({
  tenant: '',
  message: {
    ...namesOf(effect),
    ...(replyTo?.context_id ? { contextId: replyTo.context_id } : {}),
    taskId: replyTo?.task_id ?? '',
    role: Role.ROLE_USER,
    parts: toParts(message),
    metadata: { 'heddle.effect': effect },
    extensions: [],
    referenceTaskIds: [],
  },
  configuration: { acceptedOutputModes: [], taskPushNotificationConfig: undefined, returnImmediately: true },
  metadata: undefined,
});

/** Ids made from the effect's name: the same for every attempt, and saying nothing about the run to the agent. */
export function namesOf(effect: string): { messageId: string; contextId: string } {
  const name = (of: string) => createHash('sha256').update(`${of}\0${effect}`).digest('hex').slice(0, 32);
  return { messageId: name('message'), contextId: name('context') };
}

/** Best effort, bounded in time: the caller is waiting to stop. */
async function cancel(talk: Talk): Promise<void> {
  const reason = messageOf(talk.context.signal.reason);
  if (LEAVE_TASK.has(reason)) return;
  const context = { ...talk.context, signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) };
  try {
    if (reason === UNKNOWN_ATTEMPT && !(await context.isOver())) return;
    // The message may be on its way and its task not known yet.
    const id = talk.task?.task_id ?? (await listedTask({ ...talk, context }));
    if (id === undefined) return;
    await talk.client.cancelTask({ tenant: '', id, metadata: undefined }, { signal: context.signal });
    context.log('system', `agent: task ${id} cancelled`);
  } catch (error) {
    context.log('system', `agent: could not cancel (${messageOf(error)})`);
  }
}
