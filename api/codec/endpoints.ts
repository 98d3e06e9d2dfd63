import type { Request } from 'express';
import { z } from 'zod';
import type { ServedCodec } from '../../adapters/temporal/served-codec.js';
import { Fault } from '../../core/fault.js';
import type { ApiDeps, Caller } from '../deps.js';
import { endpoint } from '../http/endpoint.js';

/** With padding, as protobuf's JSON has bytes. */
const base64 = () => z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'base64');
const payloads = z
  .strictObject({
    payloads: z
      .array(z.strictObject({ metadata: z.record(z.string(), base64()).default({}), data: base64().default('') }))
      .max(1_000),
  })
  .meta({ id: 'Payloads', description: 'Temporal’s payloads, as protobuf’s JSON has them.' });

/** Temporal's codec protocol, which Temporal Web and the `temporal` command speak. A payload does not say whose it is, so the operator's org alone is served. */
const turning = (turn: 'decode' | 'encode', summary: string) =>
  endpoint({
    method: 'post',
    path: `/codec/${turn}`,
    tag: 'payload codec',
    summary,
    action: 'payloads:read',
    body: payloads,
    responses: {
      200: { description: 'As many payloads, in the same order', schema: payloads },
      404: { description: 'No codec is served here, or not to the key’s org' },
      422: { description: 'A payload can not be read: it was changed, or its key is not here' },
    },
    async handle({ caller, body, req }, deps) {
      return { status: 200, body: { payloads: await servedTo(caller, req, deps)[turn](body.payloads) } };
    },
  });

function servedTo({ orgId }: Caller, req: Request, { codec }: ApiDeps): ServedCodec {
  const namespace = req.get('x-namespace');
  if (codec?.org !== orgId) throw new Fault('NOT_FOUND', 'no codec is served here to the key’s org');
  if (namespace !== undefined && namespace !== codec.namespace)
    throw new Fault('NOT_FOUND', `this codec is for the namespace ${codec.namespace}`);
  return codec;
}

export const decodePayloads = turning('decode', 'Payloads out of Temporal’s history, in clear');
export const encodePayloads = turning('encode', 'Payloads as Heddle would send them to Temporal');
