import type { Payload, PayloadCodec } from '@temporalio/common';
import { Fault } from '../../core/fault.js';
import { MAX_SERVED_BYTES } from '../../core/limits.js';

/** A payload in protobuf's JSON: bytes are base64. */
export interface JsonPayload {
  metadata: Record<string, string>;
  data: string;
}

/** The codec for tools of Temporal's that are no clients of Heddle's. */
export class ServedCodec {
  /** The only org whose keys are served. */
  readonly org: string;
  readonly namespace: string;
  private readonly codecs: readonly PayloadCodec[];

  constructor({ org, namespace, codecs }: { org: string; namespace: string; codecs: readonly PayloadCodec[] }) {
    this.org = org;
    this.namespace = namespace;
    this.codecs = codecs;
  }

  /** Throws PAYLOAD_UNREADABLE, and TOO_LARGE when together they hold more than MAX_SERVED_BYTES. */
  decode(payloads: JsonPayload[]): Promise<JsonPayload[]> {
    return this.each(payloads, this.codecs.toReversed(), (codec, payload) => codec.decode([payload]));
  }

  encode(payloads: JsonPayload[]): Promise<JsonPayload[]> {
    return this.each(payloads, this.codecs, (codec, payload) => codec.encode([payload]));
  }

  /** One after the other, so that little compressed text can't become all of the memory at once. */
  private async each(
    payloads: JsonPayload[],
    codecs: readonly PayloadCodec[],
    turn: (codec: PayloadCodec, payload: Payload) => Promise<Payload[]>,
  ): Promise<JsonPayload[]> {
    const turned: JsonPayload[] = [];
    let left = MAX_SERVED_BYTES;
    for (const each of payloads) {
      let payload = fromJson(each);
      for (const codec of codecs) payload = (await turn(codec, payload))[0]!;
      left -= payload.data?.length ?? 0;
      if (left < 0) throw new Fault('TOO_LARGE', `these payloads hold more than ${MAX_SERVED_BYTES} bytes`);
      turned.push(toJson(payload));
    }
    return turned;
  }
}

const fromJson = ({ metadata, data }: JsonPayload): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
  data: Buffer.from(data, 'base64'),
});

const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
