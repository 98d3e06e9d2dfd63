import { Agent, type Dispatcher, errors, request as send } from 'undici';
import { Fault, type FaultCode } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { HttpRequest } from '../../core/nodes/tool-call.js';
import type { Secrets } from '../secrets/secrets.js';
import { bodyOf, readBody } from './body.js';
import { type EgressGuard, portOf } from './guard.js';

export interface HttpDeps {
  guard: EgressGuard;
  secrets: Secrets;
}
export interface HttpContext {
  signal: AbortSignal;
  /** The effect's key (P3). */
  effect: string;
  log: (text: string) => void;
  /** Keeps a binary body. */
  store: (bytes: Uint8Array, mediaType: string) => Promise<Json>;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const EXCERPT = 2_048;

/** Calls over HTTP. One agent for each port, since its connector checks addresses for that port. */
export class HttpCaller {
  private readonly agents = new Map<number, Agent>();
  private readonly deps: HttpDeps;

  constructor(deps: HttpDeps) {
    this.deps = deps;
  }

  /** Answers `{ status, headers, body }`; throws a Fault for everything else, classified for retries. */
  async call(spec: HttpRequest, context: HttpContext): Promise<Json> {
    let url = urlOf(spec);
    let { method } = spec;
    const body = bodyOf(spec);
    const headers = this.headersOf(spec, method, body?.mediaType, context.effect);
    for (let hop = 0; ; hop++) {
      this.deps.guard.checkUrl(url);
      const payload = method === 'GET' || method === 'HEAD' ? null : (body?.bytes ?? null);
      const response = await this.send(url, {
        method: method as Dispatcher.HttpMethod,
        headers,
        body: payload,
        signal: context.signal,
      });
      context.log(`${method} ${url.origin}${url.pathname} → ${response.statusCode}`);
      const location = response.headers['location'];
      if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string' || spec.redirects === 0)
        return this.answer(spec, url, method, response, context);
      await response.body.dump();
      if (hop >= spec.redirects)
        throw new Fault('HTTP_REDIRECT', `${url.origin} redirects more than ${spec.redirects} times`);
      const next = new URL(location, url);
      if (next.origin !== url.origin) for (const name of credentialsIn(spec)) delete headers[name];
      if (response.statusCode === 303 || (response.statusCode < 303 && method === 'POST'))
        method = method === 'HEAD' ? 'HEAD' : 'GET';
      url = next;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.close()));
  }

  private headersOf(
    spec: HttpRequest,
    method: string,
    mediaType: string | undefined,
    effect: string,
  ): Record<string, string> {
    const headers: Record<string, string> = {
      'user-agent': 'heddle',
      accept: 'application/json, text/*;q=0.9, */*;q=0.8',
    };
    if (mediaType) headers['content-type'] = mediaType;
    if (!SAFE.has(method)) headers[spec.idempotency_header.toLowerCase()] = effect;
    for (const [name, value] of Object.entries(spec.headers ?? {})) headers[name.toLowerCase()] = value;
    return spec.auth ? { ...headers, ...this.deps.secrets.headersFor(spec.auth) } : headers;
  }

  private async send(
    url: URL,
    options: Omit<Dispatcher.RequestOptions, 'origin' | 'path'>,
  ): Promise<Dispatcher.ResponseData> {
    try {
      return await send(url, { ...options, dispatcher: this.agent(portOf(url)) });
    } catch (err) {
      throw this.connectFault(err, url, options.signal as AbortSignal);
    }
  }

  private connectFault(err: unknown, url: URL, signal: AbortSignal): unknown {
    if (err instanceof Fault) return err;
    if (err instanceof Error && err.cause instanceof Fault) return err.cause;
    if (signal.aborted) return signal.reason;
    const slow =
      err instanceof errors.ConnectTimeoutError ||
      err instanceof errors.HeadersTimeoutError ||
      err instanceof errors.BodyTimeoutError;
    const code: FaultCode = slow ? 'HTTP_TIMEOUT' : 'HTTP_CONNECT';
    return new Fault(
      code,
      `${url.origin} ${slow ? 'did not answer in time' : 'can not be reached'}: ${err instanceof Error ? err.message || err.name : String(err)}`,
      { cause: err },
    );
  }

  private async answer(
    spec: HttpRequest,
    url: URL,
    method: string,
    response: Dispatcher.ResponseData,
    context: HttpContext,
  ): Promise<Json> {
    const { statusCode: status } = response;
    const mediaType = String(response.headers['content-type'] ?? 'application/octet-stream');
    let bytes: Buffer;
    try {
      bytes = await readBody(response.body, spec.max_bytes);
    } catch (err) {
      throw err instanceof Fault
        ? err
        : new Fault('HTTP_CONNECT', `${url.origin} broke off its answer`, { cause: err });
    }
    if (
      !spec.expect.some((expected) =>
        typeof expected === 'number' ? expected === status : expected[0] === String(status)[0],
      )
    ) {
      throw this.refusal(url, method, status, response.headers, bytes);
    }
    return { status, headers: plainHeaders(response.headers), body: await this.body(bytes, mediaType, url, context) };
  }

  private refusal(
    url: URL,
    method: string,
    status: number,
    headers: Dispatcher.ResponseData['headers'],
    bytes: Buffer,
  ): Fault {
    const retryAfter = headers['retry-after'];
    const slowDown = status === 429 || (status === 503 && retryAfter !== undefined);
    const code: FaultCode = slowDown ? 'HTTP_429' : status >= 500 ? 'HTTP_5XX' : 'HTTP_4XX';
    const wait = typeof retryAfter === 'string' ? retryAfterMs(retryAfter) : undefined;
    const details = {
      status,
      url: `${url.origin}${url.pathname}`,
      body: bytes.subarray(0, EXCERPT).toString('utf8'),
      ...(wait === undefined ? {} : { retry_after_ms: wait }),
    };
    return new Fault(code, `${method} ${url.origin}${url.pathname} answered ${status}`, { details });
  }

  private async body(bytes: Buffer, mediaType: string, url: URL, { store }: HttpContext): Promise<Json> {
    if (bytes.length === 0) return null;
    if (/[/+]json\b/.test(mediaType)) {
      try {
        return JSON.parse(bytes.toString('utf8')) as Json;
      } catch (err) {
        throw new Fault('HTTP_5XX', `${url.origin} says that it sends JSON, but it does not`, {
          cause: err,
          details: { body: bytes.subarray(0, EXCERPT).toString('utf8') },
        });
      }
    }
    if (mediaType.startsWith('text/') || /[/+]xml\b|x-www-form-urlencoded/.test(mediaType))
      return bytes.toString('utf8');
    return store(bytes, mediaType);
  }

  private agent(port: number): Agent {
    const known = this.agents.get(port);
    if (known) return known;
    // The node's own timeouts bound the call; undici's would end it early.
    const agent = new Agent({
      connect: { lookup: this.deps.guard.lookupFor(port), timeout: 15_000 },
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.agents.set(port, agent);
    return agent;
  }
}

function urlOf({ url: text, query }: HttpRequest): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (err) {
    throw new Fault('EGRESS_DENIED', `${JSON.stringify(text)} is not a URL`, { cause: err });
  }
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== null) url.searchParams.append(name, typeof each === 'string' ? each : JSON.stringify(each));
  }
  return url;
}

const credentialsIn = ({ auth }: HttpRequest): string[] => [
  'authorization',
  'cookie',
  ...(auth?.type === 'header' ? [auth.name.toLowerCase()] : []),
];

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Json {
  const kept = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(
    kept.map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** RFC 9110, 10.2.3: seconds, or a date. */
export function retryAfterMs(text: string, now = Date.now()): number | undefined {
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
