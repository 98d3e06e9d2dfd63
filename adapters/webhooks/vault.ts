import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Fault } from '../../core/fault.js';
import type { PayloadKey } from '../temporal/keys.js';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Secrets that must be read again, for the database: AES-256-GCM, as `<key id>:<base64 of nonce, ciphertext and tag>`. What a secret is of is
 * bound to it, so that a row that was moved to another place can't be opened there. The first key encrypts, all of them decrypt.
 */
export class Vault {
  private readonly keys: readonly PayloadKey[];

  constructor(keys: readonly PayloadKey[]) {
    this.keys = keys;
  }

  /** `of` says what it belongs to, such as a trigger's id. Throws NOT_CONFIGURED without a key: nothing is ever stored in clear. */
  lock(secret: string, of: string): string {
    const [key] = this.keys;
    if (!key)
      throw new Fault('NOT_CONFIGURED', 'secrets can not be kept here: STORED_SECRET_KEYS is not set (docs/setup.md)');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key.secret, nonce).setAAD(Buffer.from(of));
    const bytes = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${key.id}:${bytes.toString('base64')}`;
  }

  /** Throws NOT_CONFIGURED, naming the key, when it is not here or has not locked this. */
  open(locked: string, of: string): string {
    const at = locked.indexOf(':');
    const id = locked.slice(0, at);
    const key = this.keys.find((each) => each.id === id);
    if (!key) throw new Fault('NOT_CONFIGURED', `a stored secret needs the key ${id}, which STORED_SECRET_KEYS lacks`);
    const bytes = Buffer.from(locked.slice(at + 1), 'base64');
    try {
      const decipher = createDecipheriv(CIPHER, key.secret, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(of)).setAuthTag(bytes.subarray(-TAG_BYTES));
      return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (err) {
      const message = `a stored secret can not be opened with the key ${id}: it was changed, or the key is another one`;
      throw new Fault('NOT_CONFIGURED', message, { cause: err });
    }
  }
}
