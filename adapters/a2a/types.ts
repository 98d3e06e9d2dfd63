import type { Json } from '../../core/json.js';

/** One call of a remote agent: a message goes out, its task is followed until it comes to rest. */
export interface AgentCall {
  /** Address of the agent (its card is found under `/.well-known/agent-card.json`) or of the card itself. */
  agent: string;
  /** A string is one text part; `{ parts: [{ text } | { data } | { url }] }` is taken as it is; the rest is one data part. */
  message: Json;
  /** Resolved by whoever may read secrets. Sent to the agent's own origin only. */
  auth?: AgentAuth;
  /** Names the intended effect (P3). Message id and context id derive from it. */
  effect: string;
  stream: boolean;
  poll_interval_ms: number;
  /** The message goes into this task, which waits for it. Absent: into a new one. */
  replyTo?: ReplyTo;
}

/** The task whose question a call answers; `asked`: how that question is known (output.ts). */
export interface ReplyTo extends Checkpoint {
  asked: string;
}

export interface AgentAuth {
  headers: Record<string, string>;
}

export interface AgentContext {
  signal: AbortSignal;
  /** Called as soon as the task's id is known, and regularly from then on. */
  heartbeat(details: unknown): void;
  /** What the attempt before reported last; undefined when it reported nothing. */
  resumeFrom: unknown;
  /**
   * Whether nobody will go on with the call. Asked when it was stopped because the server does not know the attempt any more: either
   * another attempt has taken its place, or the whole run is over.
   */
  isOver(): Promise<boolean>;
  /** Called when the message goes out: from then on the agent may be at work. */
  sent?: () => void;
  attempt: number;
  log(stream: 'stdout' | 'stderr' | 'system', text: string): void;
}

export interface AgentClient {
  /**
   * `output`: `{ text, state, task: { id, context_id } | null, artifacts: [{ name, parts }] }` and, beside them, the
   * fields of every data part that is an object. Throws a Fault with an AGENT_ code, or the signal's reason.
   */
  call(call: AgentCall, context: AgentContext): Promise<{ output: Json }>;
  /** Cancels the task that waits for an answer; one that is over, or gone, is left as it is. Throws as `call` does. */
  cancel(call: AgentCall & { replyTo: ReplyTo }, context: AgentContext): Promise<void>;
}

/** What an attempt leaves for the next. */
export interface Checkpoint {
  task_id: string;
  context_id: string;
}

export function checkpointOf(details: unknown): Checkpoint | undefined {
  if (typeof details !== 'object' || details === null || !('task_id' in details)) return undefined;
  const { task_id } = details;
  if (typeof task_id !== 'string' || task_id === '') return undefined;
  const context_id = 'context_id' in details && typeof details.context_id === 'string' ? details.context_id : '';
  return { task_id, context_id };
}
