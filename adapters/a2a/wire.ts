import { Fault } from '../../core/fault.js';
import type { AgentAuth } from './types.js';

/** Most bytes of one answer that is not a stream. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * The fetch that the SDK gets: adds credentials, but only on the way to the agent's own origin; turns answers that are
 * no A2A at all into faults, since the SDK reports them as text.
 */
export function agentFetch(base: typeof fetch, agent: string, auth: AgentAuth | undefined): typeof fetch {
  const home = new URL(agent).origin;
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (auth && url.origin !== home) {
      const message = `agent ${agent}: its card names ${url.origin}, credentials for ${home} are not sent there`;
      throw new Fault('AGENT_PROTOCOL', message, { details: { agent, origin: url.origin } });
    }
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(auth?.headers ?? {})) headers.set(name, value);
    // A redirected POST could lose its body or carry credentials elsewhere.
    const response = await base(url, { ...init, headers, redirect: 'manual' });
    refuse(response, agent, url);
    return isStream(response) ? response : bounded(response, agent);
  };
}

function refuse({ status, headers }: Response, agent: string, url: URL): void {
  const details = { agent, url: url.href, status };
  if (status === 401 || status === 403) {
    throw new Fault('AGENT_AUTH_REQUIRED', `agent ${agent} refused the credentials (HTTP ${status})`, { details });
  }
  const isJson = /\bjson\b/.test(headers.get('content-type') ?? '');
  if (status === 429 || (status >= 500 && !isJson)) {
    throw new Fault('AGENT_UNREACHABLE', `agent ${agent} answered HTTP ${status}`, { details });
  }
  if (status >= 300 && status < 400) {
    throw new Fault('AGENT_PROTOCOL', `agent ${agent} redirects (HTTP ${status}); give its final address`, { details });
  }
}

const isStream = ({ headers }: Response) => headers.get('content-type')?.startsWith('text/event-stream') === true;

function bounded(response: Response, agent: string): Response {
  if (!response.body) return response;
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > MAX_ANSWER_BYTES) {
        throw new Fault('AGENT_PROTOCOL', `agent ${agent} answered more than ${MAX_ANSWER_BYTES} bytes`);
      }
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), response);
}
