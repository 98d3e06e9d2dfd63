import type { IncomingMessage } from 'node:http';
import type { ApiKeys, Caller } from '../../adapters/postgres/api-keys.js';
import type { Session, Sessions } from '../../adapters/postgres/sessions.js';
import { can, rolesFor } from '../../core/auth/can.js';
import { SPEAKER_HEADER, speakerOf } from '../../core/auth/speaker.js';
import { Fault } from '../../core/fault.js';
import { readCookie } from '../session/cookie.js';
import { askedBy, crossSite, headerOf, isOurs } from '../session/same-origin.js';
import type { Endpoint } from './endpoint.js';
import type { Front } from './front.js';

/** How people and programs are known. */
export interface Doors {
  keys: Pick<ApiKeys, 'authenticate'>;
  sessions: Pick<Sessions, 'find' | 'use'>;
  front: Front;
}

/** Who sends a request. */
export interface Visitor {
  caller: Caller;
  /** Absent: they send an API key. */
  session?: Session;
  /** Who they are in their org when it is asked again; undefined when they are there no more. */
  still: () => Promise<Caller | undefined>;
}

export const bearerOf = (header: string | undefined): string | undefined => /^Bearer\s+(\S+)$/i.exec(header ?? '')?.[1];

/**
 * Who sends this request, if they may do it. A request that brings an API key is judged by that alone, any other by the session that its
 * cookie names. `token`: a key that came by another way than the header Authorization.
 */
export async function admit(
  doors: Doors,
  req: IncomingMessage,
  action: Endpoint['action'],
  token?: string,
): Promise<Visitor> {
  const visitor = await visitorOf(doors, req, token);
  const { roles } = visitor.caller;
  if (action !== 'public' && action !== 'anybody' && !can(roles, action))
    throw new Fault(
      'FORBIDDEN',
      `this needs one of the roles ${rolesFor(action).join(', ')}; ${visitor.session ? 'you have' : 'the key has'} ${roles.join(', ') || 'none'}`,
    );
  return visitor;
}

function visitorOf(doors: Doors, req: IncomingMessage, token?: string): Promise<Visitor> {
  const { authorization } = req.headers;
  const key = bearerOf(authorization) ?? token;
  return authorization === undefined && key === undefined ? bySession(doors, req) : byKey(doors, key);
}

async function bySession(doors: Doors, req: IncomingMessage): Promise<Visitor> {
  const secret = secretOf(doors, req);
  if (secret === undefined) throw new Fault('UNAUTHENTICATED', 'send Authorization: Bearer <API key>, or sign in');
  const session = await sessionOf(doors, req);
  const caller = session?.callers.find(({ orgId }) => orgId === session.orgId);
  if (!session || !caller)
    throw new Fault('UNAUTHENTICATED', 'the session is over, or its key holds no longer: sign in again');
  refuseAnotherSpeaker(headerOf(req, SPEAKER_HEADER.toLowerCase()), caller);
  // To go on watching is not to use it: nobody may be before the screen any more.
  const still = async () => (await doors.sessions.find(secret))?.callers.find(({ orgId }) => orgId === caller.orgId);
  return { caller, session, still };
}

/**
 * A page says for whom it stands, so that nothing is done in another's name: all tabs of a browser have one cookie, and in one of them
 * somebody else may have signed in since the page was drawn. Who says nothing speaks for whomever the session does.
 */
export function refuseAnotherSpeaker(said: string | undefined, caller: Pick<Caller, 'subject' | 'orgId'>): void {
  if (said === undefined || said === speakerOf(caller)) return;
  throw new Fault(
    'SPEAKER_CHANGED',
    `this page stands for somebody else: its session speaks for ${caller.subject} in ${caller.orgId} now. Load it anew`,
  );
}

async function byKey({ keys }: Doors, token: string | undefined): Promise<Visitor> {
  const caller = token === undefined ? undefined : await keys.authenticate(token);
  if (!caller)
    throw new Fault(
      'UNAUTHENTICATED',
      token === undefined
        ? 'send Authorization: Bearer <API key>'
        : 'this API key is not known, has expired or was revoked',
    );
  return { caller, still: () => keys.authenticate(token!) };
}

const secretOf = ({ front }: Doors, req: IncomingMessage): string | undefined =>
  readCookie(req.headers.cookie, 'session', front.isHttps(req));

/** The session that a request's cookie names, whatever it may do; undefined when there is none. Throws CROSS_SITE when it is not a page of ours that asks. */
export async function sessionOf(doors: Doors, req: IncomingMessage): Promise<Session | undefined> {
  const secret = secretOf(doors, req);
  if (secret === undefined) return undefined;
  const upgrade = req.headers.upgrade !== undefined;
  if (!isOurs(askedBy(req, doors.front.ownOrigins(req), upgrade))) throw crossSite();
  return doors.sessions.use(secret);
}
