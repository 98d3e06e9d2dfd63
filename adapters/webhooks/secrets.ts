import { randomBytes } from 'node:crypto';
import type { Scheme } from '../../core/contract/triggers.js';

/** A new secret, in the form that senders of the scheme take: 32 random bytes. */
export const newSecret = (scheme: Scheme): string => {
  const bytes = randomBytes(32);
  return scheme === 'standard-webhooks' || scheme === 'stripe'
    ? `whsec_${bytes.toString('base64')}`
    : bytes.toString('base64url');
};

const STANDARD = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SENT = /^[\x21-\x7e]{16,256}$/;

/** What is wrong with a secret that a sender has given; undefined when it will do. */
export function secretProblem(scheme: Scheme, secret: string): string | undefined {
  if (scheme !== 'standard-webhooks')
    return SENT.test(secret) ? undefined : 'a secret has 16 to 256 printable characters, without blanks';
  const bytes = STANDARD.test(secret) ? Buffer.from(secret.slice('whsec_'.length), 'base64').length : 0;
  return bytes >= 24 && bytes <= 64
    ? undefined
    : 'a secret of Standard Webhooks is whsec_ and 24 to 64 bytes as base64';
}
