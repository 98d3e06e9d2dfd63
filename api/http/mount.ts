import express, { type Express, type Request, type RequestHandler } from 'express';
import { newId } from '../../adapters/ids.js';
import type { ApiKeys } from '../../adapters/postgres/api-keys.js';
import { can, rolesFor } from '../../core/auth/can.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { MAX_SPEC_BYTES } from '../../core/limits.js';
import type { ApiDeps, Caller } from '../deps.js';
import type { Endpoint, Reply } from './endpoint.js';

const NOBODY: Caller = { orgId: '', subject: 'nobody', name: 'nobody', roles: [] };

/** Mounts endpoints below /api/v1: each is permitted and parsed before its handler sees it. */
export function mount(app: Express, endpoints: readonly Endpoint[], deps: ApiDeps): void {
  for (const each of endpoints) {
    const parsers: RequestHandler[] = each.text
      ? [express.text({ type: () => true, limit: MAX_SPEC_BYTES * 4 })]
      : each.body
        ? [express.json({ limit: '8mb', strict: false, type: ['application/json', 'application/*+json'] })]
        : [];
    app[each.method](`/api/v1${each.path}`, ...parsers, async (req, res) => {
      const caller = each.action === 'public' ? NOBODY : await permit(req, each, deps);
      const call = {
        caller,
        params: each.params?.parse(req.params) ?? {},
        query: each.query?.parse(req.query) ?? {},
        body: bodyOf(req, each),
        req,
      };
      const reply = each.idempotent ? await once(each, call, deps) : await each.handle(call, deps);
      res.status(reply.status).set(reply.headers ?? {});
      if (reply.raw !== undefined) res.send(typeof reply.raw === 'string' ? reply.raw : Buffer.from(reply.raw));
      else if (reply.body === undefined) res.end();
      else res.type('application/json').send(JSON.stringify(reply.body));
    });
  }
}

const permit = (req: Request, { action }: Endpoint, { keys }: ApiDeps): Promise<Caller> =>
  admit(keys, bearerOf(req.headers.authorization), action);

/** Who calls, if they may. */
export async function admit(
  keys: Pick<ApiKeys, 'authenticate'>,
  token: string | undefined,
  action: Endpoint['action'],
): Promise<Caller> {
  const caller = token === undefined ? undefined : await keys.authenticate(token);
  if (!caller)
    throw new Fault(
      'UNAUTHENTICATED',
      token === undefined
        ? 'send Authorization: Bearer <API key>'
        : 'this API key is not known, has expired or was revoked',
    );
  if (action !== 'public' && !can(caller.roles, action))
    throw new Fault(
      'FORBIDDEN',
      `this needs one of the roles ${rolesFor(action).join(', ')}; the key has ${caller.roles.join(', ') || 'none'}`,
    );
  return caller;
}

export const bearerOf = (header: string | undefined): string | undefined => /^Bearer\s+(\S+)$/i.exec(header ?? '')?.[1];

function bodyOf(req: Request, each: Endpoint): unknown {
  if (each.text) {
    const type = req.is([...each.text]);
    if (!type) throw new Fault('UNSUPPORTED_MEDIA_TYPE', `send ${each.text.join(' or ')}`);
    return req.body ?? '';
  }
  if (!each.body) return undefined;
  if (
    req.headers['content-length'] !== '0' &&
    req.headers['content-type'] !== undefined &&
    !req.is(['application/json', 'application/*+json'])
  ) {
    throw new Fault('UNSUPPORTED_MEDIA_TYPE', 'send application/json');
  }
  return each.body.parse(req.body ?? {});
}

/**
 * The same key and the same request give the same answer. While the first is under way, or when it died, the repeated one goes on with
 * the same resource id, and what it makes is made once by that id.
 */
async function once(each: Endpoint, call: Parameters<Endpoint['handle']>[0], deps: ApiDeps): Promise<Reply> {
  const key = call.req.get('idempotency-key');
  if (key === undefined) return each.handle(call, deps);
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Fault('REQUEST_INVALID', 'an Idempotency-Key has 1 to 255 printable characters');
  const { orgId } = call.caller;
  const fresh = resourceId(call.req);
  const { resourceId: id, answer } = await deps.idempotency.begin(
    orgId,
    key,
    { method: call.req.method, path: call.req.path, body: call.body },
    fresh,
  );
  if (answer) return { ...answer, headers: { 'idempotency-replayed': 'true' } };
  pinned.set(call.req, id);
  const reply = await each.handle(call, deps);
  await deps.idempotency.finish(orgId, key, reply.status, (reply.body ?? null) as Json);
  return reply;
}

const pinned = new WeakMap<Request, string>();

/** The id for what this request makes: that of the first request with the same idempotency key. */
export function resourceId(req: Request): string {
  const id = pinned.get(req) ?? newId('run');
  pinned.set(req, id);
  return id;
}
