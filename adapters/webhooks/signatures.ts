import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Scheme, Signature } from '../../core/contract/triggers.js';

/**
 * Signatures of webhooks. What holds:
 * 1. What is signed is the body as it travelled, byte for byte.
 * 2. Signatures are compared in constant time; which part of one was wrong is told to nobody.
 * 3. Where the scheme has a time, it may be off by TOLERANCE_S to either side: an old delivery can't be sent again by somebody else.
 */

/** As Standard Webhooks and Stripe have it. */
export const TOLERANCE_S = 300;

export interface Signed {
  /** A header by its name in lower case. */
  header: (name: string) => string | undefined;
  body: Buffer;
}

type Check = (signed: Signed, signature: Signature, secret: string, nowMs: number) => boolean;

const CHECKS: Record<Scheme, Check> = {
  'standard-webhooks': ({ header, body }, _signature, secret, nowMs) => {
    const [id, time, given] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')];
    if (!id || given === undefined || !isRecent(time, nowMs)) return false;
    const expected = signStandard(secret, { id, time: time!, body });
    return given.split(' ').some((each) => equal(each, expected));
  },
  github: ({ header, body }, _signature, secret) =>
    equal(header('x-hub-signature-256') ?? '', `sha256=${hmac(secret, body).toString('hex')}`),
  stripe: ({ header, body }, signature, secret, nowMs) => {
    const parts = (header(headerOf(signature)) ?? '').split(',').map((part) => part.trim().split('='));
    const time = parts.find(([name]) => name === 't')?.[1];
    if (!isRecent(time, nowMs)) return false;
    const expected = hmac(secret, `${time}.`, body).toString('hex');
    return parts.some(([name, value = '']) => name === 'v1' && equal(value, expected));
  },
  token: ({ header }, signature, secret) => {
    const name = headerOf(signature);
    const given = header(name) ?? '';
    return equal(name === 'authorization' ? (/^Bearer +(.*)$/i.exec(given)?.[1] ?? '') : given, secret);
  },
};

/** Whether one of the secrets has signed it. All are tried, so that the time says nothing about which. */
export function isSigned(signed: Signed, signature: Signature, secrets: readonly string[], nowMs: number): boolean {
  return secrets.map((secret) => CHECKS[signature.scheme](signed, signature, secret, nowMs)).includes(true);
}

/** `v1,<base64>`, as https://www.standardwebhooks.com has it. `time` is in seconds since 1970. */
export const signStandard = (
  secret: string,
  { id, time, body }: { id: string; time: string | number; body: Buffer | string },
): string => `v1,${hmac(standardKey(secret), `${id}.${time}.`, body).toString('base64')}`;

const standardKey = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

function hmac(key: Buffer | string, ...parts: (Buffer | string)[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/** Of different lengths are those that are not equal; their lengths are no secret. */
function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function isRecent(time: string | undefined, nowMs: number): boolean {
  if (time === undefined || !/^\d{1,12}$/.test(time)) return false;
  return Math.abs(Number(time) - Math.floor(nowMs / 1_000)) <= TOLERANCE_S;
}

const headerOf = (signature: Signature): string => ('header' in signature ? signature.header : '');
