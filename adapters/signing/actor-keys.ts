import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type Purpose, type Signed, signedBytes } from '../../core/auth/signed.js';
import type { PayloadKey } from '../temporal/keys.js';

/** What a private ed25519 key of RFC 8410 begins with, before its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The keys by which the API vouches for who decides and acts. */
export class ActorKeys {
  /** Public keys that new runs get: `<id>:<base64>`. */
  readonly signers: readonly string[];
  private readonly keys: readonly { id: string; secret: KeyObject }[];

  /** `keys`: 32 bytes each, of ed25519; all sign, so that a run that began before a change of keys knows one of them. `others`: `<id>:<base64>`, of those that sign elsewhere. */
  constructor(keys: readonly PayloadKey[] = [], others: readonly string[] = []) {
    this.keys = keys.map(({ id, secret }) => ({ id, secret: privateKey(secret.export()) }));
    this.signers = [...new Set([...this.keys.map(({ id, secret }) => `${id}:${publicKey(secret)}`), ...others])];
  }

  /** The message with a signature of each key; without a key, as it is. */
  sign<T extends Signed>(purpose: Purpose, run: string, message: T): T {
    if (this.keys.length === 0) return message;
    const bytes = signedBytes(purpose, run, message);
    const signatures = this.keys.map(({ id, secret }) => `${id}:${sign(null, bytes, secret).toString('base64')}`);
    return { ...message, signatures };
  }
}

const privateKey = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });

const publicKey = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
