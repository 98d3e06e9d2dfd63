import { Fault, type FaultCode } from '../core/fault.js';
import { isObject } from '../core/json.js';

/** Answers by which whoever was called says that nothing was done. */
const REFUSALS: ReadonlySet<FaultCode> = new Set([
  ...(['HTTP_4XX', 'HTTP_429', 'HTTP_REDIRECT', 'AGENT_FAILED', 'AGENT_REJECTED'] as const),
  ...(['AGENT_INPUT_REQUIRED', 'AGENT_AUTH_REQUIRED', 'FUNCTION_UNKNOWN'] as const),
]);
/** 408: the request did not come in whole. 503: the server takes none now. Any other 5xx may come after the deed. */
const REFUSING = new Set([408, 503]);

/**
 * What a call that went out and must not be made twice failed with: as it is when the answer says that nothing was done, else a Fault
 * EFFECT_UNKNOWN with the code as `details.cause`.
 */
export function asUnknown(err: unknown): unknown {
  const fault = err instanceof Fault ? err : undefined;
  if (fault && (REFUSALS.has(fault.code) || REFUSING.has(statusOf(fault)))) return fault;
  const message = err instanceof Error ? err.message : String(err);
  return new Fault('EFFECT_UNKNOWN', `nobody knows whether it has happened: ${message}`, {
    details: { ...(isObject(fault?.details) ? fault.details : {}), cause: fault?.code ?? 'INTERNAL' },
    cause: err,
  });
}

const statusOf = ({ details }: Fault): number => Number(isObject(details) ? details['status'] : undefined);
