import { readCursor } from '../../core/events/cursor.js';
import { Fault } from '../../core/fault.js';

/** What people name a token when they put it where it does not belong. */
const TOKEN_NAMES = /token|key|secret|auth|bearer|password|credential/i;

/** The place that a client comes back with; undefined when it comes for the first time. */
export function placeOf(query: URLSearchParams, lastEventId?: string): string | undefined {
  for (const name of query.keys()) {
    if (name === 'after') continue;
    if (TOKEN_NAMES.test(name))
      throw invalid(
        `/${name}`,
        'a token in the URL ends up in logs and histories: send Authorization: Bearer <API key>, or from a browser’s WebSocket the subprotocols heddle.v1 and heddle.bearer.<base64url of the key>; revoke a key that was sent like this',
      );
    throw invalid(`/${name}`, `there is no parameter ${name}; after takes a cursor`);
  }
  const given = query.getAll('after');
  if (given.length > 1) throw invalid('/after', 'after was given more than once');
  // The header is newer than the URL, which a client that reconnects by itself keeps.
  const text = lastEventId || given[0];
  if (text === undefined) return undefined;
  const cursor = readCursor(text);
  if (cursor === undefined)
    throw invalid(
      '/after',
      `${JSON.stringify(text.slice(0, 60))} is not a cursor that an event or a snapshot has given; 0 is the beginning`,
    );
  return cursor;
}

const invalid = (pointer: string, message: string) =>
  new Fault('REQUEST_INVALID', message, { details: { errors: [{ code: 'REQUEST_INVALID', pointer, message }] } });

export const PROTOCOL = 'heddle.v1';
const BEARER = 'heddle.bearer.';

/** The token among the subprotocols that a browser's WebSocket offers, since it can't send a header. */
export function tokenOf(protocols: string | undefined): string | undefined {
  if (protocols === undefined) return undefined;
  const offered = protocols.split(',').map((protocol) => protocol.trim());
  if (!offered.includes(PROTOCOL)) throw invalid('', `offer the subprotocol ${PROTOCOL}, or none`);
  const bearer = offered.find((protocol) => protocol.startsWith(BEARER))?.slice(BEARER.length);
  if (bearer === undefined) return undefined;
  const token = Buffer.from(bearer, 'base64url').toString();
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid('', `after ${BEARER} comes the API key in base64url`);
  return token;
}

/** A page of another origin may not speak for its visitor; what is no browser sends no origin. */
export function checkOrigin(origin: string | undefined, host: string | undefined, allowed: readonly string[]): void {
  if (origin === undefined || allowed.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new Fault('FORBIDDEN', `pages of ${origin} may not open a stream here; API_ORIGINS says which may`);
}
