import { randomBytes } from 'node:crypto';

/** Where Vite has written, in the built page, what has to be another for each request (web/vite.config.ts). */
export const NONCE_PLACE = '__CSP_NONCE__';

export const newNonce = (): string => randomBytes(16).toString('base64');

/**
 * What the app's page may do: run and load what comes from here, and nothing else. Styles that libraries make while they run stand under the
 * nonce; no script has one, since a script comes from a file. `connect-src 'self'` covers the WebSocket of this origin (CSP Level 3, 6.7.2.8).
 *
 * Trusted Types are not asked for: under them a worker can't be made by its address, as the layout's is, unless the app makes a policy for that, and
 * every library that a screen loads has to keep to them.
 */
export const policyFor = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
