import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type KoaContext } from 'oidc-provider';

/** Claims of somebody besides their `sub`. */
export type Account = Record<string, unknown>;

export interface OpenId {
  issuer: string;
  /** Whom it takes everybody for who comes; undefined: it lets nobody in. */
  who: string | undefined;
  accounts: Record<string, Account>;
  close(): Promise<void>;
}

export const CLIENT = { client_id: 'heddle', client_secret: 'a-secret-of-forty-characters-for-the-test' };

/** A real OpenID provider on loopback, which asks nobody for a password. */
export async function openId(redirectUri: string): Promise<OpenId> {
  let listener: RequestListener = () => undefined;
  const server = createServer((req, res) => listener(req, res));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const open: OpenId = { issuer, who: undefined, accounts: {}, close };
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ['of-the-test'] },
    findAccount: (_ctx: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...open.accounts[accountId] }),
    }),
    // Nobody is asked whether the client may know who they are.
    async loadExistingGrant({ oidc }: KoaContext) {
      const { accountId } = oidc.session ?? {};
      const grant = new provider.Grant({
        ...(accountId === undefined ? {} : { accountId }),
        ...(oidc.client ? { clientId: oidc.client.clientId } : {}),
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const serve = provider.callback();
  listener = (req, res) => {
    if (!req.url!.startsWith('/interaction/')) return serve(req, res);
    const result = open.who === undefined ? { error: 'access_denied' } : { login: { accountId: open.who } };
    provider.interactionFinished(req, res, result).catch((err: unknown) => res.destroy(err as Error));
  };
  return open;

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
  }
}

/** What a browser keeps, by host; it sends all that it has. */
export class Jar {
  private readonly cookies = new Map<string, Map<string, string>>();

  take(host: string, headers: Headers): void {
    const own = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, own);
    for (const line of headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '' || /max-age=0/i.test(line)) own.delete(name!);
      else own.set(name!, value!);
    }
  }

  of(host: string): string {
    return [...(this.cookies.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
