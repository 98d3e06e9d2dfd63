import type { AgentCallConfig } from '../core/nodes/agent-call.js';
import type { ToolCallConfig } from '../core/nodes/tool-call.js';
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

type PlannedAgentCall = Omit<AgentCallConfig, 'poll_interval'> & { poll_interval_ms: number };

async function callTool(
  deps: ActivityDeps,
  config: ToolCallConfig,
  { org, effect, signal, log }: Attempt,
): Promise<Json> {
  if (config.tool === 'http') {
    const { headers, query, json, form, ...rest } = config.request;
    const bodies = (await deps.artifacts.hydrate(org, {
      ...(query ? { query } : {}),
      ...(json === undefined ? {} : { json }),
      ...(form ? { form } : {}),
    })) as object;
    const request = { ...rest, ...(headers ? { headers } : {}), ...bodies };
    return deps.http.call(request as typeof config.request, {
      signal,
      effect,
      log: (text) => log.write('system', text),
      store: (bytes, type) => deps.artifacts.put(org, bytes, type),
    });
  }
  const input = await deps.artifacts.hydrate(org, config.input ?? null);
  if (config.name !== undefined) return callRegistered(deps.functions, config.name, input);
  return deps.sandbox.run(
    { code: config.code!, input, memoryMb: config.memory_mb, timeMs: config.time_ms },
    { signal, log: (stream, text) => log.write(stream, text) },
  );
}

async function callAgent(
  deps: ActivityDeps,
  { agent, message, auth, stream, poll_interval_ms }: PlannedAgentCall,
  { org, effect, attempt, signal, log, heartbeat, resumeFrom, isOver }: Attempt,
): Promise<Json> {
  const call = {
    agent,
    message: await deps.artifacts.hydrate(org, message),
    effect,
    stream,
    poll_interval_ms,
    ...(auth ? { auth: { headers: deps.secrets.headersFor(auth) } } : {}),
  };
  const { output } = await deps.agents.call(call, {
    signal,
    heartbeat,
    resumeFrom,
    isOver,
    attempt,
    log: (to, text) => log.write(to, text),
  });
  return output;
}
