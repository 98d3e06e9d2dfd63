import type { AgentCall, AgentContext } from '../../adapters/a2a/types.js';
import type { Json } from '../../core/json.js';
import type { Step } from './scripted-agent.js';

let effects = 0;

/** A call of a scripted agent, with an effect of its own. */
export function callOf(agent: string, script: Step[], given: Partial<AgentCall> = {}): AgentCall {
  effects += 1;
  return {
    agent,
    message: { script } as unknown as Json,
    effect: `run-${effects}/node/1`,
    stream: true,
    poll_interval_ms: 20,
    ...given,
  };
}

/** What an activity would hand in, with what came of it. */
export interface Attempt extends AgentContext {
  beats: unknown[];
  lines: string[];
  abort(reason?: string): void;
}

export function attempt(given: Partial<AgentContext> = {}): Attempt {
  const controller = new AbortController();
  const beats: unknown[] = [];
  const lines: string[] = [];
  return {
    signal: controller.signal,
    heartbeat: (details) => void beats.push(details),
    resumeFrom: undefined,
    attempt: 1,
    isOver: () => Promise.resolve(false),
    log: (stream, text) => void lines.push(`${stream}: ${text}`),
    beats,
    lines,
    abort: (reason = 'CANCELLED') => controller.abort(new Error(reason)),
    ...given,
  };
}

export const DONE: Step[] = [
  { say: 'looking' },
  { artifact: 'brief', text: 'Forty-two.', data: { hits: 2, state: 'mine', text: 'mine' } },
  { end: 'COMPLETED' },
];

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
