import type { Dispatcher } from 'undici';
import { Fault, type FaultCode } from '../../core/fault.js';
import type { Json, JsonObject } from '../../core/json.js';
import type { HttpRequest } from '../../core/nodes/tool-call.js';
import { partsOf } from '../error-parts.js';
import type { Secrets } from '../secrets/secrets.js';
import { canDecode, kindOf, readUpTo, textOf } from './body.js';

/** The request that was answered, as far as an answer is read by it. */
export interface Asked {
  url: URL;
  method: string;
  spec: HttpRequest;
}
type Response = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** So much of an unexpected answer goes into the fault. More is read, so that no secret is cut in half before it is masked. */
const EXCERPT_CHARS = 2_048;
const EXCERPT_BYTES = 16 * 1024;
/** Larger texts do not become strings here: they stay outside of history either way. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const MAX_WAIT_MS = 24 * 60 * 60 * 1000;

export const isExpected = ({ expect }: HttpRequest, status: number): boolean =>
  expect.some((each) => (typeof each === 'number' ? each === status : each[0] === String(status)[0]));

/** `{ status, headers, body }` of an expected answer. */
export async function readAnswer(
  asked: Asked,
  { statusCode: status, headers, body }: Response,
  store: (bytes: Uint8Array, mediaType: string) => Promise<Json>,
): Promise<Json> {
  const limit = asked.spec.max_bytes;
  const declared = Number(headers['content-length'] ?? 0);
  const coding = codingOf(headers);
  const tooLarge = new Fault('HTTP_TOO_LARGE', `the answer of ${asked.url.origin} is larger than ${limit} bytes`, {
    details: { limit, ...(declared > 0 && coding === undefined ? { declared } : {}) },
  });
  if (asked.method !== 'HEAD' && declared > limit) throw tooLarge; // whoever sent the request closes what is not read
  const { bytes, whole } = await read(asked, body, limit, coding);
  if (!whole) throw tooLarge;
  return { status, headers: plainHeaders(headers, coding), body: await content(asked, bytes, headers, store) };
}

/** The fault that an unexpected answer is. Its status counts, even when its body can't be read. */
export async function refusalOf(
  asked: Asked,
  { statusCode: status, headers, body }: Response,
  secrets: Secrets,
): Promise<Fault> {
  const { bytes } = await readUpTo(body, EXCERPT_BYTES, codingOf(headers)).catch(() => ({ bytes: Buffer.alloc(0) }));
  const wait = retryAfterMs(first(headers['retry-after']));
  const text = secrets.scrubText(textOf(bytes, first(headers['content-type']) ?? '')).slice(0, EXCERPT_CHARS);
  const url = `${asked.url.origin}${asked.url.pathname}`;
  const details = { status, url, body: text, ...(wait === undefined ? {} : { retry_after_ms: wait }) };
  return new Fault(codeOf(status), `${asked.method} ${url} answered ${status}`, { details });
}

function codeOf(status: number): FaultCode {
  if (status === 429) return 'HTTP_429';
  if (status === 408) return 'HTTP_TIMEOUT';
  if (status >= 500) return 'HTTP_5XX';
  return status >= 300 && status < 400 ? 'HTTP_REDIRECT' : 'HTTP_4XX';
}

async function read(asked: Asked, body: Response['body'], limit: number, coding: string | undefined) {
  try {
    return await readUpTo(body, limit, coding);
  } catch (err) {
    if (/^(Z_|ERR__|ERR_BROTLI)/.test(partsOf(err).code)) throw garbled(asked, `compressed by ${coding}`, err);
    throw new Fault('HTTP_CONNECT', `${asked.url.origin} broke off its answer`, { cause: err });
  }
}

async function content(
  asked: Asked,
  bytes: Buffer,
  headers: Response['headers'],
  store: (bytes: Uint8Array, mediaType: string) => Promise<Json>,
): Promise<Json> {
  if (bytes.length === 0) return null;
  const mediaType = first(headers['content-type']) ?? 'application/octet-stream';
  const packed = 'content-encoding' in headers && codingOf(headers) === undefined;
  const kind = packed ? 'bytes' : kindOf(mediaType);
  if (kind === 'bytes') return store(bytes, mediaType);
  if (bytes.length > MAX_TEXT_BYTES) return store(bytes, kind === 'json' ? 'application/json' : mediaType);
  const text = textOf(bytes, mediaType);
  if (kind === 'text') return text;
  try {
    return JSON.parse(text) as Json;
  } catch (err) {
    throw garbled(asked, 'JSON', err);
  }
}

const garbled = ({ url }: Asked, claim: string, cause: unknown): Fault =>
  new Fault('HTTP_5XX', `${url.origin} says that its answer is ${claim}, but it is not`, { cause });

/** The one coding of the body that we undo; with several, or one that we don't know, it is bytes. */
function codingOf(headers: Response['headers']): string | undefined {
  const coding = first(headers['content-encoding'])?.trim();
  return coding !== undefined && canDecode(coding) ? coding : undefined;
}

/** Without cookies; and without what no longer holds of a body that was unpacked. */
function plainHeaders(headers: Response['headers'], coding: string | undefined): JsonObject {
  const left = new Set(['set-cookie', ...(coding === undefined ? [] : ['content-encoding', 'content-length'])]);
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]): [string, string] => [name.toLowerCase(), [value ?? ''].flat().join(', ')])
      .filter(([name]) => !left.has(name)),
  );
}

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

const DATES = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
];

/** RFC 9110, 10.2.3: seconds, or a date. Undefined when there is nothing to wait for, or nothing that makes sense. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  const text = header?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : dateOf(text) - now;
  return wait > 0 ? Math.min(wait, MAX_WAIT_MS) : undefined;
}

const dateOf = (text: string): number =>
  DATES.some((form) => form.test(text)) ? Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) : Number.NaN;
