import type { AgentContext, ReplyTo } from '../adapters/a2a/types.js';
import type { AgentCallConfig } from '../core/nodes/agent-call.js';
import type { HttpRequest, ToolCallConfig } from '../core/nodes/tool-call.js';
import type { BodyType } from '../core/contract/work.js';
import type { Json } from '../core/json.js';
import type { ActivityDeps } from './deps.js';
import { callRegistered } from './functions.js';
import type { Attempt } from './perform.js';

type Performer = (deps: ActivityDeps, config: Json, attempt: Attempt) => Promise<Json>;

/** How each type of work is done, whether as a node of its own or as a map's body. Configs were checked by the compiler. */
export const PERFORMERS: Record<BodyType, Performer> = {
  tool_call: (deps, config, attempt) => callTool(deps, config as unknown as ToolCallConfig, attempt),
  agent_call: (deps, config, attempt) => callAgent(deps, config as unknown as PlannedAgentCall, attempt),
  transform: (_deps, config) => Promise.resolve((config as { value: Json }).value),
};

type PlannedAgentCall = Omit<AgentCallConfig, 'poll_interval' | 'questions'> & {
  poll_interval_ms: number;
  /** Answers what a task has asked; with `cancel` there is no answer to come. */
  reply_to?: ReplyTo;
  cancel?: true;
};

async function callTool(
  deps: ActivityDeps,
  config: ToolCallConfig,
  { org, effect, signal, log, sent }: Attempt,
): Promise<Json> {
  const say = (text: string) => log.write('system', text);
  if (config.tool === 'http') {
    const request = (await deps.artifacts.hydrate(org, config.request as unknown as Json)) as unknown as HttpRequest;
    return deps.http.call(request, {
      signal,
      effect,
      log: say,
      sent,
      once: config.idempotent === false,
      store: (bytes, type) => deps.artifacts.put(org, deps.secrets.scrubBytes(Buffer.from(bytes)), type),
    });
  }
  const input = await deps.artifacts.hydrate(org, config.input ?? null);
  sent();
  if (config.name !== undefined)
    return callRegistered(deps.functions, config.name, input, { signal, effect, log: say });
  return deps.sandbox.run(
    { code: config.code!, input, memoryMb: config.memory_mb, timeMs: config.time_ms },
    { signal, log: (stream, text) => log.write(stream, text) },
  );
}

async function callAgent(
  deps: ActivityDeps,
  { agent, message, auth, stream, poll_interval_ms, reply_to, cancel }: PlannedAgentCall,
  { org, effect, attempt, signal, log, heartbeat, resumeFrom, isOver, sent }: Attempt,
): Promise<Json> {
  const call = {
    agent,
    message: await deps.artifacts.hydrate(org, message),
    effect,
    stream,
    poll_interval_ms,
    ...(auth ? { auth: { headers: deps.secrets.headersFor(auth) } } : {}),
  };
  const context: AgentContext = {
    ...{ signal, heartbeat, resumeFrom, isOver, sent, attempt },
    log: (to, text) => log.write(to, text),
  };
  if (!reply_to) return (await deps.agents.call(call, context)).output;
  const reply = { ...call, replyTo: reply_to };
  if (!cancel) return (await deps.agents.call(reply, context)).output;
  await deps.agents.cancel(reply, context);
  return null;
}
