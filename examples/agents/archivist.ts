import { setTimeout as sleep } from 'node:timers/promises';
import { type Artifact, type Message, type Part, Role, TaskState } from '@a2a-js/sdk';
import { AgentEvent, type AgentExecutor, type ExecutionEventBus, type RequestContext } from '@a2a-js/sdk/server';
import type { Express } from 'express';
import { serveAgent } from './serve.js';
import { type Summary, summariseRecords, summariseText } from './summary.js';

/** Long enough that its progress can be watched, short enough not to be waited for. */
const STEP_MS = 150;

/** An A2A agent that summarises records or text by counting. No model, no network, no state. */
export const archivist = (url: string): Express =>
  serveAgent(
    url,
    {
      name: 'archivist',
      description: 'Summarises records and text by counting: ranges, categories, keywords, the most telling sentence.',
      version: '1.0.0',
      skills: [
        {
          id: 'summarise',
          name: 'Summarise',
          description: 'Send a data part { "records": [{…}, …] }, or text.',
          tags: ['summary', 'statistics'],
          examples: ['{ "records": [{ "name": "Tin", "weight": 118.71 }] }'],
          inputModes: ['application/json', 'text/plain'],
          outputModes: ['text/plain', 'application/json'],
          securityRequirements: [],
        },
      ],
    },
    new Archivist(),
  );

class Archivist implements AgentExecutor {
  private readonly cancelled = new Set<string>();

  async execute({ taskId, contextId, userMessage }: RequestContext, bus: ExecutionEventBus): Promise<void> {
    const status = (state: TaskState, text?: string) => ({
      state,
      message: text === undefined ? undefined : reply(taskId, contextId, text),
      timestamp: new Date().toISOString(),
    });
    const say = (state: TaskState, text?: string) =>
      bus.publish(AgentEvent.statusUpdate({ taskId, contextId, status: status(state, text), metadata: undefined }));

    bus.publish(
      AgentEvent.task({
        id: taskId,
        contextId,
        status: status(TaskState.TASK_STATE_SUBMITTED),
        artifacts: [],
        history: [userMessage],
        metadata: undefined,
      }),
    );
    const source = read(userMessage);
    if (!source) {
      say(TaskState.TASK_STATE_INPUT_REQUIRED, 'Send records or text to summarise.');
      return;
    }
    for (const step of [`reading ${source.what}`, 'counting', 'writing']) {
      say(TaskState.TASK_STATE_WORKING, step);
      await sleep(STEP_MS);
      if (this.cancelled.delete(taskId)) {
        say(TaskState.TASK_STATE_CANCELED, 'cancelled');
        return;
      }
    }
    const artifact = toArtifact(source.summarise());
    bus.publish(
      AgentEvent.artifactUpdate({ taskId, contextId, artifact, append: false, lastChunk: true, metadata: undefined }),
    );
    say(TaskState.TASK_STATE_COMPLETED);
  }

  async cancelTask(taskId: string): Promise<void> {
    this.cancelled.add(taskId);
  }
}

function read({ parts }: Message): { what: string; summarise: () => Summary } | undefined {
  for (const { content } of parts) {
    if (content?.$case === 'data' && Array.isArray(content.value?.records)) {
      const records: Record<string, unknown>[] = content.value.records.filter(
        (record: unknown) => typeof record === 'object' && record !== null,
      );
      return { what: `${records.length} records`, summarise: () => summariseRecords(records) };
    }
  }
  const text = parts.flatMap(({ content }) => (content?.$case === 'text' ? content.value : [])).join('\n');
  return text.trim() ? { what: `${text.length} characters`, summarise: () => summariseText(text) } : undefined;
}

const part = (content: NonNullable<Part['content']>, mediaType: string): Part => ({
  content,
  mediaType,
  filename: '',
  metadata: undefined,
});

const reply = (taskId: string, contextId: string, text: string): Message => ({
  messageId: `${taskId}/${text}`,
  taskId,
  contextId,
  role: Role.ROLE_AGENT,
  parts: [part({ $case: 'text', value: text }, 'text/plain')],
  metadata: undefined,
  extensions: [],
  referenceTaskIds: [],
});

const toArtifact = ({ text, data }: Summary): Artifact => ({
  artifactId: 'summary',
  name: 'summary',
  description: 'What the records or the text come to',
  parts: [part({ $case: 'text', value: text }, 'text/plain'), part({ $case: 'data', value: data }, 'application/json')],
  metadata: undefined,
  extensions: [],
});
