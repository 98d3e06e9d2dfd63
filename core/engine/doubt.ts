import type { NodeState } from './state.js';

/** Codes of failures after which nobody knows whether the effect has happened: no answer came, or what came was lost. */
const DOUBTFUL: ReadonlySet<string> = new Set([
  ...['EFFECT_UNKNOWN', 'HTTP_CONNECT', 'HTTP_TIMEOUT', 'HTTP_5XX', 'HTTP_TOO_LARGE', 'OUTPUT_INVALID'],
  ...['AGENT_UNREACHABLE', 'AGENT_PROTOCOL', 'FUNCTION_TIMEOUT', 'FUNCTION_OUTPUT', 'FUNCTION_ERROR'],
  ...['NODE_TIMEOUT', 'WORKER_LOST', 'RUN_CANCELLED', 'RUN_TERMINATED', 'INTERNAL', 'UNAVAILABLE'],
  ...['ARTIFACT_UNAVAILABLE', 'PAYLOAD_UNREADABLE'],
]);

export const isDoubtful = (code: string): boolean => DOUBTFUL.has(code);

/** Whether a node that began and did not complete may have had its effect. */
export const inDoubt = ({ status, error }: Pick<NodeState, 'status' | 'error'>): boolean =>
  status !== 'completed' && (error === null || isDoubtful(error.code));
