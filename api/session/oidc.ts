import type { Request } from 'express';
import { z } from 'zod';
import { type OidcProvider, OidcRefusal } from '../../adapters/oidc/provider.js';
import type { SignInProblem } from '../../core/contract/session.js';
import { type Claims, membershipsOf, nameOf, subjectOf } from '../../core/auth/claims.js';
import { Fault } from '../../core/fault.js';
import { OIDC_FLOW_MS, SESSION_MS, SIGN_INS_A_MINUTE } from '../../core/limits.js';
import type { ApiDeps } from '../deps.js';
import { endpoint, type Reply } from '../http/endpoint.js';
import { sessionOf } from '../http/visitor.js';
import { clearCookie, readCookie, setCookie } from './cookie.js';
import { Flows } from './flow.js';
import { returnTo } from './return-to.js';

const tag = 'signing in';
export const OIDC_PATH = '/session/oidc';

/** Sign-in by an OpenID provider, and where what it comes to is told. */
export class OidcDoor {
  readonly provider: OidcProvider;
  readonly flows: Flows;
  readonly log: (reason: string) => void;

  constructor(provider: OidcProvider, log: (reason: string) => void) {
    this.provider = provider;
    this.flows = new Flows(provider.config);
    this.log = log;
  }
}

/** A sign-in that came to nothing: the page says what the code means, the log why. */
const failed = (problem: SignInProblem, https: boolean): Reply => ({
  status: 303,
  headers: {
    ...{ location: `/sign-in?problem=${problem}`, 'cache-control': 'no-store' },
    'set-cookie': clearCookie('flow', https),
  },
});

const doorOf = ({ oidc }: ApiDeps): OidcDoor => {
  if (!oidc) throw new Fault('NOT_FOUND', 'no OpenID provider is configured here');
  return oidc;
};

const mayTry = (req: Request, { signIns }: ApiDeps): boolean =>
  signIns.take(`oidc from ${req.ip} ${req.path}`, SIGN_INS_A_MINUTE);

export const beginOidc = endpoint({
  method: 'get',
  path: OIDC_PATH,
  tag,
  summary: 'Begin to sign in at the OpenID provider: a browser goes here',
  action: 'public',
  query: z.object({ return_to: z.string().optional().describe('A path to come to afterwards; another place is `/`.') }),
  responses: {
    302: { description: 'To the provider' },
    303: { description: 'To /sign-in, with a problem' },
    404: { description: 'No provider is configured' },
  },
  async handle({ req, query }, deps) {
    const { provider, flows, log } = doorOf(deps);
    const https = deps.front.isHttps(req);
    if (!mayTry(req, deps)) return failed('too_often', https);
    const session = await sessionOf(deps, req);
    try {
      const { url, challenge } = await provider.begin();
      const sealed = flows.seal({
        ...{ challenge, returnTo: returnTo(query.return_to) },
        ...(session ? { session: session.id } : {}),
      });
      const cookie = setCookie('flow', sealed, { https, maxAgeMs: OIDC_FLOW_MS });
      return { status: 302, headers: { location: url, 'cache-control': 'no-store', 'set-cookie': cookie } };
    } catch (err) {
      if (!(err instanceof OidcRefusal)) throw err;
      log(err.message);
      return failed('provider', https);
    }
  },
});

export const endOidc = endpoint({
  method: 'get',
  path: `${OIDC_PATH}/callback`,
  tag,
  summary: 'Where the OpenID provider sends a browser back to',
  action: 'public',
  responses: {
    303: { description: 'Signed in: to where it was begun. Or to /sign-in, with a problem' },
    404: { description: 'No provider is configured' },
  },
  async handle({ req }, deps) {
    const { provider, flows, log } = doorOf(deps);
    const https = deps.front.isHttps(req);
    if (!mayTry(req, deps)) return failed('too_often', https);
    const flow = flows.open(readCookie(req.headers.cookie, 'flow', https));
    const query = new URL(req.originalUrl, 'http://localhost').searchParams;
    if (!flow || query.get('state') !== flow.challenge.state) return failed('state', https);
    try {
      const claims = await provider.redeem(query, flow.challenge);
      const secret = await signIn(deps, claims, provider.config.groupsClaim, flow.session);
      if (secret === undefined) return failed('no_org', https);
      const cookies = [clearCookie('flow', https), setCookie('session', secret, { https, maxAgeMs: SESSION_MS })];
      const headers = { location: flow.returnTo, 'cache-control': 'no-store', 'set-cookie': cookies };
      return { status: 303, headers };
    } catch (err) {
      if (!(err instanceof OidcRefusal)) throw err;
      log(err.message);
      return failed(err.denied ? 'denied' : 'provider', https);
    }
  },
});

/** The secret of a new session; undefined when what the provider says gives no org that is here. */
async function signIn(
  { sessions, members, audit }: ApiDeps,
  claims: Claims[],
  groupsClaim: string,
  before: string | undefined,
): Promise<string | undefined> {
  const subject = subjectOf(claims);
  if (subject === undefined)
    throw new OidcRefusal(false, 'it says neither a verified address nor a sub without blanks');
  const said = membershipsOf(claims, groupsClaim);
  const known = await sessions.orgNames(said.map(({ org }) => org));
  const memberships = said.filter(({ org }) => known.has(org));
  await members.remember(subject, memberships);
  if (memberships.length === 0) return undefined;
  const person = { subject, name: nameOf(claims, subject) };
  const secret = await sessions.begin({ memberships, person, ...(before === undefined ? {} : { before }) });
  for (const { org, roles, groups } of memberships)
    await audit.record(org, subject, 'session.begin', subject, { by: 'oidc', roles, groups });
  return secret;
}
