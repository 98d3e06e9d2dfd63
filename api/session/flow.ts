import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { OidcConfig } from '../../adapters/oidc/provider.js';
import { Vault } from '../../adapters/webhooks/vault.js';
import { Fault } from '../../core/fault.js';
import { OIDC_FLOW_MS } from '../../core/limits.js';

const flow = z.strictObject({
  challenge: z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string() }),
  returnTo: z.string(),
  /** The id of the session that the browser has: the new one takes its place. */
  session: z.string().optional(),
  until: z.number(),
});
/** A sign-in that is under way at the provider. */
export type Flow = Omit<z.infer<typeof flow>, 'until'>;

const PURPOSE = 'heddle sign-in at an OpenID provider';

/** Flows, as the browser keeps them: encrypted, so that it can neither read nor change them. Every API has the key, since it is made of the client's secret. */
export class Flows {
  private readonly vault: Vault;

  constructor({ clientSecret, issuer }: OidcConfig) {
    this.vault = new Vault([{ id: 'oidc', secret: keyOf(clientSecret, issuer) }]);
  }

  seal(begun: Flow, now = Date.now()): string {
    return this.vault.lock(JSON.stringify({ ...begun, until: now + OIDC_FLOW_MS }), PURPOSE);
  }

  /** Undefined for what we have not sealed, and when it took too long. */
  open(sealed: string | undefined, now = Date.now()): Flow | undefined {
    if (sealed === undefined) return undefined;
    try {
      const { until, ...begun } = flow.parse(JSON.parse(this.vault.open(sealed, PURPOSE)));
      return until > now ? begun : undefined;
    } catch (err) {
      if (err instanceof Fault) return undefined; // somebody else's, or changed
      throw err;
    }
  }
}

const keyOf = (clientSecret: string, issuer: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', clientSecret, issuer, PURPOSE, 32)));
