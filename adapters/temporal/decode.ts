import type { Payload, PayloadCodec } from '@temporalio/common';

/** A walk over history events or failures: every payload in them is decoded in place, and failures say again what they said. */
export async function decodePayloads<T>(value: T, codecs: PayloadCodec[]): Promise<T> {
  const visit = async (part: object): Promise<void> => {
    for (const [name, inner] of Object.entries(part)) {
      if (typeof inner !== 'object' || inner === null || ArrayBuffer.isView(inner)) continue;
      if (isPayload(inner)) (part as Record<string, unknown>)[name] = await decoded(inner, codecs);
      else await visit(inner as object);
    }
    if ('encodedAttributes' in part && part.encodedAttributes) reveal(part as Failure);
  };
  if (typeof value === 'object' && value !== null) await visit(value);
  return value;
}

const isPayload = (part: object): part is Payload =>
  'metadata' in part && ArrayBuffer.isView((part.metadata as Payload['metadata'])?.['encoding']);

async function decoded(payload: Payload, codecs: PayloadCodec[]): Promise<Payload> {
  let payloads = [payload];
  for (const codec of codecs.toReversed()) payloads = await codec.decode(payloads);
  return payloads[0]!;
}

interface Failure {
  message?: string | null;
  stackTrace?: string | null;
  encodedAttributes?: Payload | null;
}

/** What the SDK takes out of a failure when it is to be encrypted (its `encodeCommonAttributes`) goes back to its place. */
function reveal(failure: Failure): void {
  const { message, stack_trace } = JSON.parse(Buffer.from(failure.encodedAttributes!.data ?? []).toString()) as {
    message?: string;
    stack_trace?: string;
  };
  Object.assign(failure, { message: message ?? '', stackTrace: stack_trace ?? '', encodedAttributes: null });
}
