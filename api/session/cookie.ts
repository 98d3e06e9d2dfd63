/** Cookies of ours. `__Host-` binds one to this very host and to https: no other host of the domain can have set it. */

const SESSION = 'heddle_session';
const FLOW = 'heddle_oidc';
const NAMES = { session: SESSION, flow: FLOW } as const;
export type CookieKind = keyof typeof NAMES;

const nameOf = (kind: CookieKind, https: boolean): string => `${https ? '__Host-' : ''}${NAMES[kind]}`;

/** The value of our cookie in a request's header; undefined when there is none, or several, of which one is a stranger's. */
export function readCookie(header: string | undefined, kind: CookieKind, https: boolean): string | undefined {
  const name = nameOf(kind, https);
  const values = (header ?? '').split(';').flatMap((part) => {
    const [left, ...right] = part.split('=');
    return left!.trim() === name ? [right.join('=').trim()] : [];
  });
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

/** A `Set-Cookie`. The session goes to no other site's requests; what belongs to a sign-in must come back from the provider's page. */
export function setCookie(
  kind: CookieKind,
  value: string,
  { https, maxAgeMs }: { https: boolean; maxAgeMs: number },
): string {
  return [
    `${nameOf(kind, https)}=${value}`,
    'Path=/',
    `Max-Age=${Math.floor(maxAgeMs / 1000)}`,
    'HttpOnly',
    `SameSite=${kind === 'session' ? 'Strict' : 'Lax'}`,
    ...(https ? ['Secure'] : []),
  ].join('; ');
}

export const clearCookie = (kind: CookieKind, https: boolean): string => setCookie(kind, '', { https, maxAgeMs: 0 });
