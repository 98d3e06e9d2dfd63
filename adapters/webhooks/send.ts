import { Fault } from '../../core/fault.js';
import { guardedFetch } from '../http/fetch.js';
import type { EgressGuard } from '../http/guard.js';
import { partsOf } from '../error-parts.js';
import { signStandard } from './signatures.js';

/** A receiver that takes longer has failed: as Standard Webhooks recommends. */
const ANSWER_MS = 20_000;

export interface Message {
  url: string;
  /** The event's id: the same in each attempt, so that a receiver can tell what comes again. */
  id: string;
  /** Sent byte for byte. */
  body: string;
  /** Each signs it: while a secret is rotated there are two. */
  secrets: readonly string[];
}

export type SendWebhook = (message: Message, signal: AbortSignal) => Promise<number>;

/**
 * POSTs a message as Standard Webhooks has it, past the egress guard, and answers the receiver's status. No redirect is followed. Throws
 * EGRESS_DENIED, HTTP_TIMEOUT and HTTP_CONNECT.
 */
export function webhookSender(guard: EgressGuard): SendWebhook {
  const fetch = guardedFetch(guard);
  return async ({ url, id, body, secrets }, signal) => {
    const time = Math.floor(Date.now() / 1_000);
    const headers = {
      ...{ 'content-type': 'application/json', 'user-agent': 'heddle' },
      ...{ 'webhook-id': id, 'webhook-timestamp': String(time) },
      'webhook-signature': secrets.map((secret) => signStandard(secret, { id, time, body })).join(' '),
    };
    const late = AbortSignal.timeout(ANSWER_MS);
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.any([signal, late]) });
      await response.body?.cancel(); // what it says besides is nobody's business
      return response.status;
    } catch (err) {
      signal.throwIfAborted();
      throw faultOf(err, late.aborted, new URL(url).origin);
    }
  };
}

function faultOf(err: unknown, late: boolean, origin: string): Fault {
  if (late) return new Fault('HTTP_TIMEOUT', `${origin} did not answer within ${ANSWER_MS / 1_000} s`, { cause: err });
  if (err instanceof Fault) return err;
  const { cause, message } = partsOf(err);
  if (cause instanceof Fault) return cause;
  const { code = '', message: why = message } = cause === undefined ? {} : partsOf(cause);
  return new Fault('HTTP_CONNECT', `${origin} can not be reached: ${why || code}`, { cause: err });
}
