import { fetch as undiciFetch } from 'undici';
import { type DialOptions, Dialler } from './dial.js';
import type { EgressGuard } from './guard.js';

/** `fetch` for libraries that bring their own protocol: it dials only what the guard lets through, and follows no redirect. */
export function guardedFetch(guard: EgressGuard, options?: DialOptions): typeof fetch {
  const dialler = new Dialler(guard, options);
  return (async (input: string | URL | Request, init?: RequestInit) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return undiciFetch(url, { ...(init as object), redirect: 'manual', dispatcher: dialler.agentFor(url) });
  }) as unknown as typeof fetch;
}
