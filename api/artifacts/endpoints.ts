import { z } from 'zod';
import { Fault } from '../../core/fault.js';
import { endpoint } from '../http/endpoint.js';

export const getArtifact = endpoint({
  method: 'get',
  path: '/artifacts/:id',
  tag: 'artifacts',
  summary: 'The content of an artifact',
  action: 'read',
  params: z.object({ id: z.string().regex(/^sha256:[0-9a-f]{64}$/) }),
  responses: {
    200: { description: 'Its bytes, under their own media type', type: '*/*' },
    304: { description: 'Not modified' },
  },
  async handle({ caller, params }, deps) {
    const found = await deps.artifacts.get(caller.orgId, params.id);
    if (!found) throw new Fault('NOT_FOUND', `there is no artifact ${params.id}`);
    return {
      status: 200,
      raw: found.bytes,
      headers: {
        // What users' tools have sent must never run as a page of ours.
        ...{
          'content-type': found.mediaType,
          'content-disposition': `attachment; filename="${params.id.slice(7, 19)}"`,
          'content-security-policy': "default-src 'none'; sandbox",
        },
        ...{ 'cache-control': 'private, max-age=31536000, immutable', etag: `"${params.id}"` },
      },
    };
  },
});
