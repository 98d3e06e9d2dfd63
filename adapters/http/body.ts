import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { HttpRequest } from '../../core/nodes/tool-call.js';

/** The bytes of a request's one body. */
export function bodyOf({ json, form, text, base64 }: HttpRequest): { bytes: Buffer; mediaType: string } | undefined {
  if (json !== undefined) return { bytes: Buffer.from(JSON.stringify(json)), mediaType: 'application/json' };
  if (form !== undefined) {
    const fields = new URLSearchParams(
      Object.entries(form).map(([name, value]): [string, string] => [name, asText(value)]),
    );
    return { bytes: Buffer.from(fields.toString()), mediaType: 'application/x-www-form-urlencoded' };
  }
  if (text !== undefined) return { bytes: Buffer.from(text), mediaType: 'text/plain; charset=utf-8' };
  if (base64 !== undefined) return { bytes: Buffer.from(base64, 'base64'), mediaType: 'application/octet-stream' };
  return undefined;
}

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Reads up to a limit, and stops the sender there. */
export async function readBody(body: AsyncIterable<Buffer> & { destroy(): unknown }, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) {
      body.destroy();
      throw new Fault('HTTP_TOO_LARGE', `the answer is larger than ${limit} bytes`, { details: { limit } });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
