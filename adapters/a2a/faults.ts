import { A2A_ERROR_CODE, A2AError, isJsonRpcError, isRestError } from '@a2a-js/sdk/errors';
import { Fault } from '../../core/fault.js';
import { partsOf } from '../error-parts.js';

/** Says what went wrong between us and an agent, in the codes of docs/faults.md. */
export function toFault(error: unknown, agent: string): Fault {
  if (error instanceof Fault) return error;
  const { message, cause } = partsOf(error);
  // A guarded fetch refuses an address from inside a connection attempt.
  if (cause instanceof Fault) return cause;
  // The SDK wraps what an event stream reported.
  if (!(error instanceof A2AError) && cause instanceof A2AError) return toFault(cause, agent);
  const details = { agent, ...(error instanceof A2AError && { reason: error.reason }) };
  if (isNetworkTrouble(error) || isInternal(error)) {
    return new Fault('AGENT_UNREACHABLE', `agent ${agent}: ${explain(error)}`, { details, cause: error });
  }
  return new Fault('AGENT_PROTOCOL', `agent ${agent}: ${message}`, { details, cause: error });
}

/** True when asking again later may help: nobody answered, the line broke, or time ran out. */
export function isNetworkTrouble(error: unknown): boolean {
  if (error instanceof Fault) return error.code === 'AGENT_UNREACHABLE';
  const { name, message, cause, code } = partsOf(error);
  if (name === 'TimeoutError') return true;
  // fetch reports every network failure as a TypeError; what is a mistake in the call has no cause.
  if (name === 'TypeError' && (cause !== undefined || message === 'terminated')) return true;
  return /^(E[A-Z]{3,}|UND_ERR_[A-Z_]+)$/.test(code);
}

/** The agent itself says that it is out of order. */
function isInternal(error: unknown): boolean {
  if (isJsonRpcError(error)) return error.envelopeCode === A2A_ERROR_CODE.INTERNAL_ERROR;
  return isRestError(error) && error.reason === 'INTERNAL_ERROR' && error.statusCode >= 500;
}

export const messageOf = (error: unknown): string => partsOf(error).message;

/** undici hides the useful half of a failed fetch in its cause. */
function explain(error: unknown): string {
  const { message, cause } = partsOf(error);
  if (cause === undefined) return message;
  const why = partsOf(cause);
  return `${message}: ${why.message || why.code || why.name}`;
}
