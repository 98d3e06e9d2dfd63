import type { Express, Request } from 'express';
import { type IdPrefix, newId } from '../../adapters/ids.js';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import type { ApiDeps, Caller } from '../deps.js';
import { bodyReader } from './body.js';
import type { Endpoint, Reply } from './endpoint.js';
import { admit } from './visitor.js';

const NOBODY: Caller = { orgId: '', subject: 'nobody', name: 'nobody', roles: [], groups: [] };

/** Mounts endpoints below /api/v1: each is permitted and parsed before its handler sees it. */
export function mount(app: Express, endpoints: readonly Endpoint[], deps: ApiDeps): void {
  for (const each of endpoints) {
    const read = bodyReader(each);
    app[each.method](`/api/v1${each.path}`, async (req, res) => {
      const visitor = each.action === 'public' ? { caller: NOBODY } : await admit(deps, req, each.action);
      // No id has one, and the database can't even look for it.
      if (Object.values(req.params).some((value) => String(value).includes('\0')))
        throw new Fault('NOT_FOUND', 'nothing is called by a name with a NUL character');
      const call = {
        caller: visitor.caller,
        ...('session' in visitor ? { session: visitor.session } : {}),
        params: each.params?.parse(req.params) ?? {},
        query: each.query?.parse(req.query) ?? {},
        body: each.body && (await read(req, res)), // only now: of somebody who may not do it no body is read
        req,
      };
      const reply = unlessKnown(req, each.idempotent ? await once(each, call, deps) : await each.handle(call, deps));
      res.status(reply.status).set(reply.headers ?? {});
      if (reply.raw !== undefined) res.send(typeof reply.raw === 'string' ? reply.raw : Buffer.from(reply.raw));
      else if (reply.body === undefined) res.end();
      else res.type('application/json').send(JSON.stringify(reply.body));
    });
  }
}

/** What the client has already, as its tag says, is not sent again. Express would look away when a client asks for no cache's copy. */
function unlessKnown(req: Request, reply: Reply): Reply {
  const etag = (req.method === 'GET' || req.method === 'HEAD') && reply.status === 200 && reply.headers?.['etag'];
  const known = (req.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (typeof etag !== 'string' || !(known.includes(etag) || known.includes('*'))) return reply;
  return { status: 304, headers: { etag } };
}

/** Printable characters, without blanks. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The same key and the same request give the same answer. While the first is under way, or when it died, the repeated one goes on with
 * the same resource id, and what it makes is made once by that id.
 */
async function once(each: Endpoint, call: Parameters<Endpoint['handle']>[0], deps: ApiDeps): Promise<Reply> {
  const key = call.req.get('idempotency-key');
  if (key === undefined) return each.handle(call, deps);
  if (!IDEMPOTENCY_KEY.test(key))
    throw new Fault('REQUEST_INVALID', 'an Idempotency-Key has 1 to 255 printable characters');
  const { orgId } = call.caller;
  const fresh = resourceId(call.req, each.makes);
  const { resourceId: id, answer } = await deps.idempotency.begin(
    orgId,
    key,
    { method: call.req.method, path: call.req.path, body: call.body },
    fresh,
  );
  if (answer) return { ...answer, headers: { 'idempotency-replayed': 'true' } };
  pinned.set(call.req, id);
  if (id !== fresh) repeats.add(call.req);
  const reply = await each.handle(call, deps);
  await deps.idempotency.finish(orgId, key, reply.status, (reply.body ?? null) as Json);
  return reply;
}

const pinned = new WeakMap<Request, string>();
const repeats = new WeakSet<Request>();

/** True when the request came before, under the same idempotency key, and nobody knows how far it came. */
export const isRepeat = (req: Request): boolean => repeats.has(req);

/** The id for what this request makes: that of the first request with the same idempotency key. */
export function resourceId(req: Request, makes: IdPrefix = 'run'): string {
  const id = pinned.get(req) ?? newId(makes);
  pinned.set(req, id);
  return id;
}
