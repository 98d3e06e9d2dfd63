import { z } from 'zod';
import { ROLES } from '../../core/auth/can.js';
import { Fault } from '../../core/fault.js';
import { endpoint } from '../http/endpoint.js';
import { text } from '../http/text.js';

const tag = 'api keys';
const key = z
  .object({
    id: z.string(),
    name: z.string(),
    roles: z.array(z.string()),
    groups: z.array(z.string()).describe('Of the person: what gates ask for.'),
    person: z.string().nullable().describe('Whose key it is; null: its subject is `key:<id>`.'),
    created_at: z.string(),
    expires_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    last_used_at: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });

export const listKeys = endpoint({
  method: 'get',
  path: '/api_keys',
  tag,
  summary: 'The org’s API keys',
  action: 'keys:manage',
  responses: { 200: { description: 'All of them', schema: z.object({ items: z.array(key) }) } },
  async handle({ caller }, deps) {
    return { status: 200, body: { items: await deps.keys.list(caller.orgId) } };
  },
});

export const createKey = endpoint({
  method: 'post',
  path: '/api_keys',
  tag,
  summary: 'A new API key',
  action: 'keys:manage',
  body: z.strictObject({
    name: text().min(1).max(100),
    roles: z.array(z.enum(ROLES)).min(1),
    groups: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/))
      .max(100)
      .optional(),
    person: z
      .string()
      .regex(/^user:\S{1,200}$/, 'a person is named as user:…')
      .optional(),
    expires_at: z.iso.datetime().optional(),
  }),
  responses: {
    201: { description: 'The key; its token is shown this once', schema: key.extend({ token: z.string() }) },
  },
  async handle({ caller, body }, deps) {
    const { key: made, token } = await deps.keys.create(caller.orgId, {
      name: body.name,
      roles: body.roles,
      ...(body.groups === undefined ? {} : { groups: body.groups }),
      ...(body.person === undefined ? {} : { person: body.person }),
      ...(body.expires_at === undefined ? {} : { expiresAt: new Date(body.expires_at) }),
    });
    await deps.audit.record(caller.orgId, caller.subject, 'key.create', made.id, {
      name: made.name,
      roles: made.roles,
      groups: made.groups,
      person: made.person,
    });
    return { status: 201, body: { ...made, token } };
  },
});

export const revokeKey = endpoint({
  method: 'delete',
  path: '/api_keys/:id',
  tag,
  summary: 'Revoke an API key',
  action: 'keys:manage',
  params: z.object({ id: z.string() }),
  responses: { 204: { description: 'Revoked' } },
  async handle({ caller, params }, deps) {
    if (!(await deps.keys.revoke(caller.orgId, params.id)))
      throw new Fault('NOT_FOUND', `there is no API key ${params.id}`);
    await deps.audit.record(caller.orgId, caller.subject, 'key.revoke', params.id);
    return { status: 204 };
  },
});
