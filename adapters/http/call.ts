import { type Dispatcher, request as send } from 'undici';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { HttpRequest } from '../../core/nodes/tool-call.js';
import { partsOf } from '../error-parts.js';
import type { Secrets } from '../secrets/secrets.js';
import { isExpected, readAnswer, refusalOf } from './answer.js';
import { type DialOptions, Dialler } from './dial.js';
import type { EgressGuard } from './guard.js';
import { isIdempotent, malformed, type Outgoing, redirected, requestOf } from './request.js';

export interface HttpDeps {
  guard: EgressGuard;
  secrets: Secrets;
  dial?: DialOptions;
}
export interface HttpContext {
  signal: AbortSignal;
  /** The effect's key (P3). */
  effect: string;
  log: (text: string) => void;
  /** Called when the request has, or may have, left: from then on the effect may have happened. */
  sent?: () => void;
  /** It is sent once: the server does not honour the key. */
  once?: boolean;
  /** Keeps a body that is neither JSON nor text. */
  store: (bytes: Uint8Array, mediaType: string) => Promise<Json>;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const REDIRECT_BYTES = 64 * 1024;
const BROKEN = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * Calls over HTTP. What holds:
 * 1. Every hop is checked by the guard, and dials the address that was checked.
 * 2. All attempts of an effect carry its key, where the method is not safe (P3). Redirects keep it with the method.
 * 3. Credentials reach the origin of the spec's URL and no other.
 * 4. Nothing is read without a limit; what ends the call early closes its connection.
 */
export class HttpCaller {
  private readonly deps: HttpDeps;
  private readonly dialler: Dialler;

  constructor(deps: HttpDeps) {
    this.deps = deps;
    this.dialler = new Dialler(deps.guard, deps.dial);
  }

  /** Answers `{ status, headers, body }`; throws a Fault for everything else, classified for retries. */
  async call(spec: HttpRequest, context: HttpContext): Promise<Json> {
    let outgoing = requestOf(spec, context.effect, this.deps.secrets);
    for (let hop = 0; ; hop++) {
      const { url, method } = outgoing;
      const response = await this.send(outgoing, context);
      context.sent?.();
      response.body.on('error', () => undefined); // whoever reads it hears of its errors; left unread, it has none
      const status = response.statusCode;
      context.log(`${method} ${url.origin}${url.pathname} → ${status}`);
      const asked = { url, method, spec };
      try {
        if (isExpected(spec, status)) return await readAnswer(asked, response, context.store);
        const { location } = response.headers;
        if (!REDIRECTS.has(status) || typeof location !== 'string' || spec.redirects === 0)
          throw await refusalOf(asked, response, this.deps.secrets);
        if (hop >= spec.redirects)
          throw new Fault('HTTP_REDIRECT', `${url.origin} redirects more than ${spec.redirects} times`);
        outgoing = redirected(outgoing, status, location, spec);
        await response.body.dump({ limit: REDIRECT_BYTES });
      } catch (err) {
        context.signal.throwIfAborted();
        throw err;
      } finally {
        response.body.destroy();
      }
    }
  }

  close(): Promise<void> {
    return this.dialler.close();
  }

  /**
   * A server may close a connection that it kept, just as we use it again. What may be done twice is then sent again, once
   * (RFC 9110, 9.2.2).
   */
  private async send(outgoing: Outgoing, { signal, sent, once }: HttpContext): Promise<Dispatcher.ResponseData> {
    try {
      return await this.dispatch(outgoing, signal).catch((err: unknown) => {
        if (once || !isIdempotent(outgoing.method) || !isBroken(err) || signal.aborted) throw err;
        return this.dispatch(outgoing, signal);
      });
    } catch (err) {
      signal.throwIfAborted();
      if (!neverLeft(err)) sent?.();
      throw faultOf(err, outgoing.url);
    }
  }

  private async dispatch(
    { url, method, headers, body }: Outgoing,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const dispatcher = this.dialler.agentFor(url);
    return send(url, { method: method as Dispatcher.HttpMethod, headers, body, signal, dispatcher });
  }
}

/** Errors of a name that has no address, or of a connection that was not made. Any other may come after the request had left. */
const NEVER_LEFT =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|CERT_\w+|ERR_TLS_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;

function neverLeft(err: unknown): boolean {
  const { code, cause } = partsOf(err);
  return err instanceof Fault || cause instanceof Fault || NEVER_LEFT.test(code);
}

const isBroken = (err: unknown): boolean => BROKEN.has(partsOf(err).code);

function faultOf(err: unknown, { origin }: URL): unknown {
  const { name, message, code, cause } = partsOf(err);
  if (err instanceof Fault) return err;
  if (cause instanceof Fault) return cause;
  if (code === 'UND_ERR_INVALID_ARG') return malformed(`the request can not be sent: ${message}`, err);
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new Fault('HTTP_TOO_LARGE', `the headers of ${origin} are larger than allowed`, { cause: err });
  const why = message || code || name;
  return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT'
    ? new Fault('HTTP_TIMEOUT', `${origin} did not answer in time: ${why}`, { cause: err })
    : new Fault('HTTP_CONNECT', `${origin} can not be reached: ${why}`, { cause: err });
}
