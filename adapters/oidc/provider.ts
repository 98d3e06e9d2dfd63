import * as oidc from 'openid-client';
import type { Claims } from '../../core/auth/claims.js';

export interface OidcConfig {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** For people. */
  name: string;
  /** The claim that lists groups. */
  groupsClaim: string;
  scopes: string;
  /** Where the provider sends people back to. */
  redirectUri: string;
}

/** What ties the provider's answer to the browser that asked. */
export interface Challenge {
  state: string;
  nonce: string;
  /** Of PKCE (RFC 7636). */
  verifier: string;
}

/** Somebody came back from the provider without what it takes; `denied`: the provider, or they themselves, said no. */
export class OidcRefusal extends Error {
  override readonly name = 'OidcRefusal';
  readonly denied: boolean;

  constructor(denied: boolean, err: unknown) {
    super(reasonOf(err));
    this.denied = denied;
  }
}

const TIMEOUT_S = 10;

/** An OpenID provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1). It is looked for when it is first needed. */
export class OidcProvider {
  readonly config: OidcConfig;
  private found: Promise<oidc.Configuration> | undefined;

  constructor(config: OidcConfig) {
    this.config = config;
  }

  /** Where to send a browser, and what to remember until it comes back. Throws OidcRefusal when the provider can't be asked. */
  async begin(): Promise<{ url: string; challenge: Challenge }> {
    const challenge = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const client = await this.client();
    const url = oidc.buildAuthorizationUrl(client, {
      ...{ redirect_uri: this.config.redirectUri, scope: this.config.scopes },
      ...{ state: challenge.state, nonce: challenge.nonce },
      ...{ code_challenge: await oidc.calculatePKCECodeChallenge(challenge.verifier), code_challenge_method: 'S256' },
    });
    return { url: url.href, challenge };
  }

  /**
   * What the provider says of who came back with this query: the claims of the ID token, whose signature is checked, and those of its
   * userinfo if it has any. Throws OidcRefusal for everything else that may come, and when the provider can't be asked.
   */
  async redeem(query: URLSearchParams, { state, nonce, verifier }: Challenge): Promise<Claims[]> {
    const client = await this.client();
    try {
      const tokens = await oidc.authorizationCodeGrant(
        client,
        new URL(`${this.config.redirectUri}?${query.toString()}`),
        {
          ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
        },
      );
      const claims = tokens.claims()!;
      if (client.serverMetadata().userinfo_endpoint === undefined) return [claims];
      return [claims, await oidc.fetchUserInfo(client, tokens.access_token, claims.sub)];
    } catch (err) {
      throw new OidcRefusal(err instanceof oidc.AuthorizationResponseError && err.error === 'access_denied', err);
    }
  }

  private async client(): Promise<oidc.Configuration> {
    this.found ??= this.discover();
    try {
      return await this.found;
    } catch (err) {
      this.found = undefined; // it is looked for again when the next one comes
      throw new OidcRefusal(false, err);
    }
  }

  private discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.config;
    const [basic, post] = [oidc.ClientSecretBasic(clientSecret), oidc.ClientSecretPost(clientSecret)];
    const auth: oidc.ClientAuth = (server, ...rest) =>
      // What is not said is basic (OpenID Connect Discovery 1.0, 3).
      (server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') === false ? post : basic)(
        server,
        ...rest,
      );
    // The configuration takes http for loopback alone.
    const insecure = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
    return oidc.discovery(new URL(issuer), clientId, { client_secret: clientSecret }, auth, {
      execute: [oidc.enableNonRepudiationChecks, ...insecure],
      timeout: TIMEOUT_S,
    });
  }
}

/** Of an error, what is fit for a log: causes of the library's hold tokens. */
function reasonOf(err: unknown): string {
  if (!(err instanceof Error)) return String(err);
  const { error, error_description } = err as Error & { error?: string; error_description?: string };
  return [err.message, error, error_description].filter((part) => typeof part === 'string').join(': ');
}
