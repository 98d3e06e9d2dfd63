import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { Payload as Proto } from './proto.js';

const pack = promisify(deflate);
const unpack = promisify(inflate);
const ENCODING = 'binary/zlib';
/** Smaller payloads stay readable in Temporal Web and cost less than their compression. */
const THRESHOLD = 32 * 1024;

/** Compresses large payloads (plans, mostly), which would not fit into one message otherwise. */
class CompressionCodec implements PayloadCodec {
  async encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(
      payloads.map(async (payload) => ((payload.data?.length ?? 0) < THRESHOLD ? payload : compress(payload))),
    );
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map(async (payload) => (isCompressed(payload) ? decompress(payload) : payload)));
  }
}

const isCompressed = ({ metadata }: Payload): boolean =>
  metadata?.['encoding'] !== undefined && Buffer.from(metadata['encoding']).toString() === ENCODING;

async function compress(payload: Payload): Promise<Payload> {
  const inner = Proto.encode(payload).finish();
  return { metadata: { encoding: Buffer.from(ENCODING) }, data: await pack(inner, { level: 1 }) };
}

async function decompress({ data }: Payload): Promise<Payload> {
  return Proto.decode(await unpack(data!));
}

/** The one data converter of clients and workers. */
export const dataConverter: DataConverter = { payloadCodecs: [new CompressionCodec()] };

/** A copy-free walk over history events or failures: every payload in them is decoded in place. */
export async function decodePayloads<T>(value: T, codecs: PayloadCodec[]): Promise<T> {
  const visit = async (part: unknown): Promise<void> => {
    if (part === null || typeof part !== 'object' || part instanceof Uint8Array) return;
    for (const [name, inner] of Object.entries(part)) {
      if (name === 'payloads' && Array.isArray(inner)) {
        let payloads = inner as Payload[];
        for (const codec of codecs) payloads = await codec.decode(payloads);
        (part as Record<string, unknown>)[name] = payloads;
      } else await visit(inner);
    }
  };
  await visit(value);
  return value;
}
