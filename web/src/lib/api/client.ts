import createClient, { type Middleware } from 'openapi-fetch';
import { SPEAKER_HEADER } from '../../../../core/auth/speaker.js';
import { problemOf, unreachable } from './problem.js';
import { isGatewayRefusal, tellReached, wasGivenUp } from './reach.js';
import { currentSpeaker, tellSpeakerChanged } from './speaker.js';
import type { paths } from './schema.js';

/** Called when a request is refused for want of a session. */
const lost = new Set<() => void>();
export const onSignedOut = (listener: () => void): (() => void) => {
  lost.add(listener);
  return () => lost.delete(listener);
};

export function tellSignedOut(): void {
  for (const tell of lost) tell();
}

/** Each request says for whom the page stands. */
function send(request: Request): Promise<Response> {
  const speaker = currentSpeaker();
  if (speaker !== null) request.headers.set(SPEAKER_HEADER, speaker);
  return fetch(request);
}

const refusals: Middleware = {
  async onResponse({ request, response, schemaPath }) {
    if (response.ok) return tellReached(true);
    const body: unknown = await response.json().catch(() => undefined); // what is no JSON has nothing more to say
    tellReached(!isGatewayRefusal(response.status, body));
    if (response.status === 401 && schemaPath !== '/api/v1/session') tellSignedOut();
    const problem = problemOf(body, response);
    const meant = request.headers.get(SPEAKER_HEADER);
    if (problem.code === 'SPEAKER_CHANGED' && meant === currentSpeaker()) tellSpeakerChanged();
    throw problem;
  },
  onError({ error, request }) {
    if (wasGivenUp(error)) return undefined;
    tellReached(false);
    return unreachable(error, request.method);
  },
};

/** Typed by the OpenAPI document (`npm run api-client`). Throws Problem for every refusal, so `data` is what succeeded. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin', fetch: send });
api.use(refusals);

/** `data` of a call that throws when it is refused. */
export async function ok<T>(call: Promise<{ data?: T | undefined }>): Promise<T> {
  return (await call).data as T;
}
