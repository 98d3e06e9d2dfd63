import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, type Part, Role, TaskState } from '@a2a-js/sdk';
import { AgentEvent, type AgentExecutor, type ExecutionEventBus, type RequestContext } from '@a2a-js/sdk/server';
import express from 'express';
import { serveAgent } from '../../examples/agents/serve.js';

/** What the agent does with a message: the message's data part is `{ script: Step[] }`. */
export type Step =
  | { say: string }
  | { sleep: number }
  /** Waits until the test lets go. */
  | { hold: string }
  /** Breaks every open connection; the task goes on. */
  | { cut: true }
  | { artifact: string; text?: string; data?: unknown; append?: boolean }
  | { end: 'COMPLETED' | 'FAILED' | 'REJECTED' | 'CANCELED' | 'INPUT_REQUIRED' | 'AUTH_REQUIRED'; say?: string }
  /** Asks, and goes on with `then` when it has an answer. */
  | { ask: 'INPUT_REQUIRED' | 'AUTH_REQUIRED'; say: string; then: Step[] }
  /** An artifact of what the last answer said. */
  | { echo: true }
  /** A plain message instead of a task; the only step. */
  | { message: string; data?: unknown };

export interface ScriptedAgent {
  url: string;
  /** Ids of the tasks created, in order. */
  tasks: string[];
  cancelled: string[];
  /** What was sent into tasks that had asked. */
  answers: { task: string; message: string; said: string }[];
  /** Every request after the card: the JSON-RPC method or the path, and its headers. */
  requests: { what: string; headers: Record<string, unknown> }[];
  /** Lets `hold` steps of that name go on. */
  release(name: string): void;
  cut(): void;
  /** Stops listening and breaks every connection; what runs goes on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** A real A2A server on loopback that does as its messages say. Cards: `/`, `/rest-only`, `/no-stream`. */
export async function scriptedAgent(port = 0): Promise<ScriptedAgent> {
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const executor = new ScriptedExecutor(cut);
  const server = createServer();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;

  const requests: ScriptedAgent['requests'] = [];
  const app = express();
  app.use(['/rpc', '/rest'], express.json(), (req, _res, next) => {
    requests.push({ what: req.body?.method ?? req.path, headers: req.headers });
    next();
  });
  const agent = serveAgent(url, { name: 'scripted', description: 'for tests', version: '1', skills: [] }, executor);
  variant('/rest-only', (card) => card.supportedInterfaces.shift());
  variant('/no-stream', (card) => {
    card.capabilities.streaming = false;
  });
  app.use(agent);
  server.on('request', app);

  function variant(path: string, change: (card: Card) => void) {
    app.get(`${path}/.well-known/agent-card.json`, async (_req, res) => {
      const card = (await (await fetch(`${url}/.well-known/agent-card.json`)).json()) as Card;
      change(card);
      res.json(card);
    });
  }

  async function pause(): Promise<void> {
    const closed = once(server.close(), 'close');
    cut();
    await closed;
  }

  return {
    url,
    tasks: executor.tasks,
    cancelled: executor.cancelled,
    answers: executor.answers,
    requests,
    release: (name) => executor.release(name),
    cut,
    pause,
    resume: async () => void (await once(server.listen(address.port, '127.0.0.1'), 'listening')),
    stop: async () => {
      if (server.listening) await pause();
    },
  };
}

interface Card {
  supportedInterfaces: unknown[];
  capabilities: { streaming: boolean };
}

class ScriptedExecutor implements AgentExecutor {
  readonly tasks: string[] = [];
  readonly cancelled: string[] = [];
  readonly answers: ScriptedAgent['answers'] = [];
  private readonly asking = new Map<string, Step[]>();
  private readonly holds = new Map<string, PromiseWithResolvers>();

  private readonly cut: () => void;

  constructor(cut: () => void) {
    this.cut = cut;
  }

  release(name: string): void {
    this.held(name).resolve();
  }

  async execute({ taskId, contextId, userMessage, task }: RequestContext, bus: ExecutionEventBus): Promise<void> {
    const asked = this.asking.get(taskId);
    const steps = asked ?? scriptOf(userMessage);
    const status = (state: TaskState, text?: string) => ({
      state,
      message: text === undefined ? undefined : message(taskId, contextId, [textPart(text)]),
      timestamp: new Date().toISOString(),
    });
    const update = (state: TaskState, text?: string) =>
      bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status: status(state, text), metadata: undefined }));

    const [first] = steps;
    if (first && 'message' in first) {
      bus.publish(AgentEvent.message(message('', contextId, [textPart(first.message), ...dataParts(first.data)])));
      return;
    }
    if (asked) {
      this.asking.delete(taskId);
      this.answers.push({ task: taskId, message: userMessage.messageId, said: saidIn(userMessage) });
    } else this.tasks.push(taskId);
    const submitted = status(TaskState.TASK_STATE_SUBMITTED);
    const fresh = { id: taskId, contextId, status: submitted, artifacts: [], metadata: undefined };
    const history = (task?.history ?? []).filter(({ messageId }) => messageId !== userMessage.messageId);
    // Of a task that goes on, too: it still shows what it has asked.
    bus.publish(AgentEvent.task({ ...(task ?? fresh), history: [...history, userMessage] }));
    for (const step of steps) {
      if (this.cancelled.includes(taskId)) return update(TaskState.TASK_STATE_CANCELED);
      if ('ask' in step) {
        this.asking.set(taskId, step.then);
        return update(TaskState[`TASK_STATE_${step.ask}`], step.say);
      }
      if ('say' in step && !('end' in step)) update(TaskState.TASK_STATE_WORKING, step.say);
      else if ('sleep' in step) await sleep(step.sleep);
      else if ('hold' in step)
        await Promise.race([this.held(step.hold).promise, this.held(`cancel ${taskId}`).promise]);
      else if ('cut' in step) this.cut();
      else if ('artifact' in step || 'echo' in step) {
        const of: Extract<Step, { artifact: string }> =
          'echo' in step ? { artifact: 'echo', text: this.answers.at(-1)!.said } : step;
        const parts = [...(of.text === undefined ? [] : [textPart(of.text)]), ...dataParts(of.data)];
        const artifact = {
          artifactId: of.artifact,
          name: of.artifact,
          description: '',
          parts,
          metadata: undefined,
          extensions: [],
        };
        bus.publish(
          AgentEvent.artifactUpdate({
            taskId,
            contextId,
            artifact,
            append: of.append ?? false,
            lastChunk: true,
            metadata: undefined,
          }),
        );
      } else if ('end' in step) update(TaskState[`TASK_STATE_${step.end}`], step.say);
    }
  }

  async cancelTask(taskId: string, bus: ExecutionEventBus): Promise<void> {
    this.cancelled.push(taskId);
    if (this.asking.delete(taskId)) {
      // Nobody is at work who could say so.
      const status = { state: TaskState.TASK_STATE_CANCELED, message: undefined, timestamp: new Date().toISOString() };
      bus.publish(AgentEvent.statusUpdate({ taskId, contextId: '', status, metadata: undefined }));
    }
    this.release(`cancel ${taskId}`);
  }

  private held(name: string): PromiseWithResolvers {
    const found = this.holds.get(name) ?? withResolvers();
    this.holds.set(name, found);
    return found;
  }
}

interface PromiseWithResolvers {
  promise: Promise<void>;
  resolve: () => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const saidIn = ({ parts }: Message): string =>
  parts.map(({ content }) => (content?.$case === 'text' ? content.value : JSON.stringify(content?.value))).join();

const scriptOf = ({ parts }: Message): Step[] =>
  parts.flatMap(({ content }) => (content?.$case === 'data' ? (content.value.script as Step[]) : []));

const part = (content: NonNullable<Part['content']>): Part => ({
  content,
  mediaType: '',
  filename: '',
  metadata: undefined,
});
const textPart = (value: string) => part({ $case: 'text', value });
const dataParts = (value: unknown) => (value === undefined ? [] : [part({ $case: 'data', value })]);

let messages = 0;
const message = (taskId: string, contextId: string, parts: Part[]): Message => ({
  messageId: `m${++messages}`,
  taskId,
  contextId,
  role: Role.ROLE_AGENT,
  parts,
  metadata: undefined,
  extensions: [],
  referenceTaskIds: [],
});
