import { ed25519 } from '@noble/curves/ed25519.js';
import { canonical } from '../canonical.js';
import type { Json } from '../json.js';

/**
 * What a person does to a run, signed by the API that has checked who it is (docs/decisions/0015). What holds:
 *
 * 1. All of a message is signed, fields that are added later included; only its signatures are not.
 * 2. What it is for and which run it is for are signed with it: it can't be used elsewhere.
 * 3. One signature by one of the run's keys is enough; so keys can be changed while runs are open.
 */
export type Purpose = 'decide' | 'act';

/** A message with its signatures, each `<key id>:<base64 of an ed25519 signature>`. */
export interface Signed {
  signatures?: readonly string[];
}

/** The bytes that are signed: `heddle decide\n` and the canonical JSON of run and message. */
export function signedBytes(purpose: Purpose, run: string, message: Signed): Uint8Array {
  const { signatures: _, ...rest } = message;
  return new TextEncoder().encode(`heddle ${purpose}\n${canonical({ run, message: rest as Json })}`);
}

/** Whether one of the signers, each `<key id>:<base64 of the public key>`, has signed it. About 2 ms for each signature that names one of them. */
export function isSignedBy(signers: readonly string[], bytes: Uint8Array, { signatures = [] }: Signed): boolean {
  return signatures.some((signature) =>
    signers.some((signer) => idOf(signer) === idOf(signature) && verifies(bytes, signature, signer)),
  );
}

const idOf = (text: string): string => text.slice(0, text.indexOf(':'));

/** As RFC 8032 has it, not the laxer ZIP 215: a signature has one form. What is not even one is none. */
function verifies(bytes: Uint8Array, signature: string, signer: string): boolean {
  const [given, key] = [bytesOf(signature), bytesOf(signer)];
  return given?.length === 64 && key?.length === 32 && ed25519.verify(given, bytes, key, { zip215: false });
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Of base64, which workflow code has no function for; undefined when it is something else. */
function bytesOf(text: string): Uint8Array | undefined {
  const base64 = text.slice(text.indexOf(':') + 1);
  if (base64.length > 100 || !BASE64.test(base64)) return undefined;
  const bits = base64.replaceAll('=', '');
  const bytes = new Uint8Array(Math.floor((bits.length * 6) / 8));
  let [held, count, at] = [0, 0, 0];
  for (const digit of bits) {
    held = ((held << 6) | DIGITS.indexOf(digit)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at++] = (held >> count) & 0xff;
  }
  return (held & ((1 << count) - 1)) === 0 ? bytes : undefined; // of each value there is one form
}
