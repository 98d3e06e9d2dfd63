import type { Request } from 'express';
import { SESSION_MS, SIGN_INS_A_MINUTE } from '../../core/limits.js';
import { chooseOrgBody, me, signInBody, signInWays as ways } from '../../core/contract/session.js';
import { Fault } from '../../core/fault.js';
import type { ApiDeps } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { sessionOf } from '../http/visitor.js';
import { clearCookie, setCookie } from './cookie.js';
import { meOf } from './me.js';
import { OIDC_PATH } from './oidc.js';
import { askedBy, crossSite, isOurs } from './same-origin.js';

const tag = 'signing in';
/** Anybody's body is read here. */
const SMALL = 4096;
const UNSTORED = { 'cache-control': 'no-store' };

export const signInWays = endpoint({
  method: 'get',
  path: '/session/ways',
  tag,
  summary: 'How people may sign in',
  action: 'public',
  responses: { 200: { description: 'The ways', schema: ways } },
  handle(_call, { oidc }) {
    const provider = oidc ? { name: oidc.provider.config.name, url: `/api/v1${OIDC_PATH}` } : null;
    return Promise.resolve({ status: 200, body: { token: true, oidc: provider } });
  },
});

export const signIn = endpoint({
  method: 'post',
  path: '/session',
  tag,
  summary: 'Sign in with an API key; with a session, its org is added to the session',
  action: 'public',
  body: signInBody,
  bodyBytes: SMALL,
  responses: {
    200: { description: 'Who you are; the cookie is in Set-Cookie', schema: me },
    401: { description: 'The key is not known, has expired or was revoked' },
    403: { description: 'Another site’s page asks' },
    429: { description: 'Too many tries from this address; Retry-After says when to come back' },
  },
  async handle({ req, body }, deps) {
    if (!deps.signIns.take(`sign in from ${req.ip}`, SIGN_INS_A_MINUTE))
      throw new Fault('TOO_OFTEN', 'too many tries to sign in from your address: wait for a minute');
    refuseForeign(req, deps);
    const before = await sessionOf(deps, req);
    const key = await deps.keys.identify(body.token);
    // Known for a moment after it was revoked elsewhere: that is too long for what lasts.
    if (!key || !(await deps.keys.callers([key.id])).has(key.id)) throw badKey();
    const { orgId, subject } = key.caller;
    const memberships = [{ org: orgId, key: key.id }];
    const secret = await deps.sessions.begin({ memberships, ...(before ? { before: before.id } : {}) });
    await deps.audit.record(orgId, subject, 'session.begin', key.id, { by: 'key' });
    return signedIn(req, deps, secret);
  },
});

const badKey = (): Fault => new Fault('UNAUTHENTICATED', 'this API key is not known, has expired or was revoked');

/** A page of another site may not sign its visitor in: they would work on in somebody else's name. */
function refuseForeign(req: Request, { front }: ApiDeps): void {
  const asked = askedBy(req, front.ownOrigins(req));
  if ((asked.site ?? asked.origin) !== undefined && !isOurs(asked)) throw crossSite();
}

async function signedIn(req: Request, deps: ApiDeps, secret: string): Promise<Reply> {
  const session = await deps.sessions.find(secret);
  const caller = session?.callers.find(({ orgId }) => orgId === session.orgId);
  if (!session || !caller) throw badKey();
  const cookie = setCookie('session', secret, { https: deps.front.isHttps(req), maxAgeMs: SESSION_MS });
  return { status: 200, body: await meOf(deps, caller, session), headers: { ...UNSTORED, 'set-cookie': cookie } };
}

export const chooseOrg = endpoint({
  method: 'put',
  path: '/session/org',
  tag,
  summary: 'Speak in another org of the session',
  action: 'public', // also when what it had in the org of before holds no longer
  body: chooseOrgBody,
  bodyBytes: SMALL,
  responses: {
    200: { description: 'Who you are there', schema: me },
    401: { description: 'There is no session' },
    403: { description: 'Another site asks in the name of the session' },
    404: { description: 'The org is none of the session’s' },
  },
  async handle({ req, body: { org_id } }, deps) {
    const session = req.headers.authorization === undefined ? await sessionOf(deps, req) : undefined;
    if (!session) throw new Fault('UNAUTHENTICATED', 'there is no session: an API key has one org');
    const caller = session.callers.find(({ orgId }) => orgId === org_id);
    if (!caller) throw new Fault('NOT_FOUND', `this session has no org ${org_id}`);
    await deps.sessions.choose(session.id, org_id);
    return { status: 200, body: await meOf(deps, caller, session), headers: UNSTORED };
  },
});

export const signOut = endpoint({
  method: 'delete',
  path: '/session',
  tag,
  summary: 'Sign out: the session is over everywhere. An API key stays as it is',
  action: 'public',
  responses: {
    204: { description: 'There is no session any more' },
    403: { description: 'Another site asks in the name of the session' },
  },
  async handle({ req }, deps) {
    const session = req.headers.authorization === undefined ? await sessionOf(deps, req) : undefined;
    if (session) await deps.sessions.end(session.id);
    for (const { orgId, subject } of session?.callers ?? [])
      await deps.audit.record(orgId, subject, 'session.end', subject);
    const https = deps.front.isHttps(req);
    return { status: 204, headers: { ...UNSTORED, 'set-cookie': clearCookie('session', https) } };
  },
});

export const getMe = endpoint({
  method: 'get',
  path: '/me',
  tag,
  summary: 'Who the caller is, and what they may do',
  action: 'anybody',
  responses: { 200: { description: 'The caller', schema: me } },
  async handle({ caller, session }, deps) {
    return { status: 200, body: await meOf(deps, caller, session), headers: UNSTORED };
  },
});
