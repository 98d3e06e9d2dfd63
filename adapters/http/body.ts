import type { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { partsOf } from '../error-parts.js';

const DECODERS: Record<string, () => ReturnType<typeof createGunzip>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
};

export const canDecode = (coding: string): boolean => Object.hasOwn(DECODERS, coding.toLowerCase());

/**
 * Reads so many bytes and no more, counted after they are unpacked: a small body may unpack to a huge one. Whoever sent the request
 * closes a body that is left early.
 */
export async function readUpTo(
  body: Readable,
  limit: number,
  coding: string | undefined,
): Promise<{ bytes: Buffer; whole: boolean }> {
  const decoder = coding === undefined ? undefined : DECODERS[coding.toLowerCase()]!();
  // Errors of a body that is left early have nobody else to hear them.
  body.on('error', (err) => decoder?.destroy(err));
  const source: AsyncIterable<Buffer> = decoder ? body.pipe(decoder) : body;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit), whole: size <= limit };
}

const TEXT =
  /^text\/|[/+]xml$|^application\/(x-www-form-urlencoded|graphql|toml|(x-)?(javascript|json-seq|jsonl|ndjson|sql|yaml))$/;

/** How a body is handed on. A charset makes no text of bytes: servers put one behind any type. */
export function kindOf(mediaType: string): 'json' | 'text' | 'bytes' {
  const type = mediaType.toLowerCase().split(';', 1)[0]!.trim();
  if (/[/+]json$/.test(type)) return 'json';
  return TEXT.test(type) ? 'text' : 'bytes';
}

/** Text in the charset that the media type names; UTF-8 when it names none, or one that nobody knows. */
export function textOf(bytes: Buffer, mediaType: string): string {
  const charset = /;\s*charset="?([^\s";]+)/i.exec(mediaType)?.[1];
  return decoderOf(charset).decode(bytes);
}

function decoderOf(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch (err) {
    if (partsOf(err).code === 'ERR_ENCODING_NOT_SUPPORTED') return new TextDecoder();
    throw err;
  }
}
