import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { Payload } from '@temporalio/common';
import { Fault } from '../../core/fault.js';
import { MAX_PAYLOAD_BYTES } from '../../core/limits.js';
import { encodingOf, packed, unpacked } from './proto.js';

const pack = promisify(deflate);
const unpack = promisify(inflate);
const ENCODING = 'binary/zlib';
/** Smaller payloads stay readable in Temporal Web and cost less than their compression. */
const THRESHOLD = 32 * 1024;

/** A large payload (a plan, mostly), which would not fit into one message otherwise, as one that holds it compressed. */
export async function compress(payload: Payload): Promise<Payload> {
  if ((payload.data?.length ?? 0) < THRESHOLD) return payload;
  return { metadata: { encoding: Buffer.from(ENCODING) }, data: await pack(packed(payload), { level: 1 }) };
}

/** Leaves alone what is not compressed. Throws PAYLOAD_UNREADABLE when it is damaged, or larger than any that was written. */
export async function decompress(payload: Payload): Promise<Payload> {
  if (encodingOf(payload) !== ENCODING) return payload;
  try {
    return unpacked(await unpack(payload.data ?? Buffer.alloc(0), { maxOutputLength: MAX_PAYLOAD_BYTES }));
  } catch (err) {
    throw new Fault('PAYLOAD_UNREADABLE', 'a compressed payload can not be read: it is damaged or too large', {
      cause: err,
    });
  }
}
