import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { HttpRequest } from '../../core/nodes/tool-call.js';
import type { Secrets } from '../secrets/secrets.js';

/** What goes over the wire, on one hop. */
export interface Outgoing {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** They say how a message is carried, which is not for a spec to say; `host` could get around the guard at a shared front. */
const OURS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/** The first request of a call. Its expressions have been evaluated, so a field may hold any JSON. */
export function requestOf(spec: HttpRequest, effect: string, secrets: Secrets): Outgoing {
  const { method } = spec;
  if (method === 'CONNECT') throw malformed('CONNECT opens a tunnel; that is no call');
  const content = contentOf(spec);
  const headers: Record<string, string> = {
    'user-agent': 'heddle',
    accept: 'application/json, text/*;q=0.9, */*;q=0.8',
    'accept-encoding': 'gzip, br',
    ...(content ? { 'content-type': content.mediaType } : {}),
    ...ownHeaders(spec),
    // After the spec's own: no header of the spec renames the effect (P3) or stands in for the credentials.
    ...(SAFE.has(method) ? {} : { [spec.idempotency_header.toLowerCase()]: effect }),
    ...(spec.auth ? secrets.headersFor(spec.auth) : {}),
  };
  return { url: urlOf(spec), method, headers, body: content?.bytes ?? null };
}

/**
 * The request that a redirect asks for (RFC 9110, 15.4): 303 wants a GET; 301 and 302 make a POST one, as every client has it;
 * 307 and 308 change nothing. Credentials stay with the origin that they are for.
 */
export function redirected(
  { url, method, headers, body }: Outgoing,
  status: number,
  location: string,
  spec: HttpRequest,
): Outgoing {
  const next = nextUrl(location, url);
  const dropped = new Set(next.origin === url.origin ? [] : credentialsIn(spec));
  const asGet = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST';
  if (asGet) {
    dropped.add(spec.idempotency_header.toLowerCase());
    for (const name of Object.keys(headers)) if (name.startsWith('content-')) dropped.add(name);
  }
  return {
    url: next,
    method: asGet ? 'GET' : method,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name))),
    body: asGet ? null : body,
  };
}

export const isIdempotent = (method: string): boolean => SAFE.has(method) || method === 'PUT' || method === 'DELETE';

export const malformed = (message: string, cause?: unknown): Fault =>
  new Fault('REQUEST_INVALID', message, cause === undefined ? {} : { cause });

const credentialsIn = ({ auth }: HttpRequest): string[] => [
  'authorization',
  'proxy-authorization',
  'cookie',
  ...(auth?.type === 'header' ? [auth.name.toLowerCase()] : []),
];

function urlOf({ url: text, query }: HttpRequest): URL {
  if (!URL.canParse(text)) throw malformed(`${JSON.stringify(text)} is not a URL`);
  const url = new URL(text);
  const added = pairsOf(query ?? {}).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  // What the URL has already is left as it is written: it may be signed.
  if (added.length > 0) url.search = [url.search.slice(1), ...added].filter((part) => part !== '').join('&');
  return url;
}

function nextUrl(location: string, from: URL): URL {
  const next = URL.parse(location, from.href);
  if (!next)
    throw new Fault('HTTP_REDIRECT', `${from.origin} redirects to ${JSON.stringify(location)}, which is no URL`);
  return next;
}

function ownHeaders({ headers }: HttpRequest): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [given, value] of Object.entries((headers ?? {}) as Record<string, Json>)) {
    const name = given.toLowerCase();
    if (OURS.has(name)) throw malformed(`the header ${name} is not for a spec to set`);
    if (value !== null) own[name] = asText(value);
  }
  return own;
}

function contentOf({ json, form, text, base64 }: HttpRequest): { bytes: Buffer; mediaType: string } | undefined {
  if (json !== undefined) return { bytes: Buffer.from(JSON.stringify(json)), mediaType: 'application/json' };
  if (form !== undefined) {
    const fields = new URLSearchParams(pairsOf(form));
    return { bytes: Buffer.from(fields.toString()), mediaType: 'application/x-www-form-urlencoded' };
  }
  if (text !== undefined) return { bytes: Buffer.from(asText(text)), mediaType: 'text/plain; charset=utf-8' };
  if (base64 !== undefined) return { bytes: bytesOf(base64), mediaType: 'application/octet-stream' };
  return undefined;
}

/** Buffer.from would pass over what is no base64 without a word. */
function bytesOf(base64: unknown): Buffer {
  const text = typeof base64 === 'string' ? base64.replaceAll(/\s+/g, '') : '';
  if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw malformed('the body is not base64');
  return Buffer.from(text, 'base64');
}

/** A list is its name several times; null is nothing. */
function pairsOf(fields: Record<string, Json>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((each): [string, string][] =>
      each === null ? [] : [[name, asText(each)]],
    ),
  );
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
