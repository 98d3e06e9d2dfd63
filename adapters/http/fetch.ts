import { Agent, fetch as undiciFetch } from 'undici';
import { type EgressGuard, portOf } from './guard.js';

/** `fetch` for libraries that bring their own protocol: it dials only what the guard lets through, and follows no redirect. */
export function guardedFetch(guard: EgressGuard): typeof fetch {
  const agents = new Map<number, Agent>();
  const agentOf = (port: number): Agent => {
    const agent =
      agents.get(port) ??
      new Agent({ connect: { lookup: guard.lookupFor(port), timeout: 15_000 }, headersTimeout: 0, bodyTimeout: 0 });
    agents.set(port, agent);
    return agent;
  };
  return (async (input: string | URL | Request, init?: RequestInit) => {
    const url = new URL(input instanceof Request ? input.url : input);
    guard.checkUrl(url);
    return undiciFetch(url, { ...(init as object), redirect: 'manual', dispatcher: agentOf(portOf(url)) });
  }) as unknown as typeof fetch;
}
