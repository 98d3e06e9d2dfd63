import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import { Fault } from '../../core/fault.js';
import type { PayloadKey } from './keys.js';
import { encodingOf, metadataOf, packed, unpacked } from './proto.js';

const CIPHER = 'aes-256-gcm';
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The form of Temporal's own encryption samples: nonce, ciphertext and tag in one, and beside it the key's id. The whole payload is
 * inside, its metadata too, so nothing of it can be changed unseen.
 */
export function encrypt(payload: Payload, { id, secret }: PayloadKey): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, secret, nonce);
  return {
    metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([nonce, cipher.update(packed(payload)), cipher.final(), cipher.getAuthTag()]),
  };
}

/** Leaves alone what is not encrypted. Throws PAYLOAD_UNREADABLE, naming the key, when there is no such key or the bytes are not what it made. */
export function decrypt(payload: Payload, keys: readonly PayloadKey[]): Payload {
  if (encodingOf(payload) !== ENCODING) return payload;
  const id = metadataOf(payload, KEY_ID) ?? '';
  const key = keys.find((each) => each.id === id);
  if (!key)
    throw new Fault('PAYLOAD_UNREADABLE', `a payload is encrypted with the key ${shown(id)}, which is not here`);
  try {
    return unpacked(opened(Buffer.from(payload.data ?? []), key));
  } catch (err) {
    const message = `a payload is not what the key ${shown(id)} has encrypted: it was changed, or the key is another one`;
    throw new Fault('PAYLOAD_UNREADABLE', message, { cause: err });
  }
}

function opened(sealed: Buffer, { secret }: PayloadKey): Buffer {
  const end = Math.max(NONCE_BYTES, sealed.length - TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, secret, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
}

/** It comes from outside, and may be anything. */
const shown = (id: string): string => JSON.stringify(id.slice(0, 64));
