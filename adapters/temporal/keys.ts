import { createSecretKey, type KeyObject } from 'node:crypto';

/** A key of payloads. The secret is an object that shows its bytes to nobody: not in a log, not as JSON. */
export interface PayloadKey {
  id: string;
  secret: KeyObject;
}

export const KEYS_FORM = 'id:key,… with different ids of letters, digits, . _ and -, each key 32 bytes as base64';

const KEY = /^([\w.-]{1,64}):([A-Za-z0-9+/]{43}=)$/;

/** What PAYLOAD_KEYS lists, in its order; undefined when it has another form. */
export function keysOf(text: string): PayloadKey[] | undefined {
  const parts = text.split(',').map((part) => KEY.exec(part.trim()));
  if (parts.includes(null)) return undefined;
  const keys = parts.map((part) => ({ id: part![1]!, secret: createSecretKey(part![2]!, 'base64') }));
  return new Set(keys.map(({ id }) => id)).size === keys.length ? keys : undefined;
}
