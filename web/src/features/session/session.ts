import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Action } from '../../../../core/auth/can.js';
import { tellSignedOut } from '../../lib/api/client.js';
import { Problem, problemOf, unreachable } from '../../lib/api/problem.js';
import { speakerOfPerson, standFor, tellSpeakerChanged } from '../../lib/api/speaker.js';
import { tellTabs } from '../../lib/tabs.js';

/** Who is signed in, in which org, and what they may do there. */
export interface Me {
  subject: string;
  name: string;
  org: { id: string; name: string };
  orgs: { id: string; name: string; roles: string[] }[];
  roles: string[];
  groups: string[];
  actions: string[];
  session: { expires_at: string } | null;
}
export interface SignInWays {
  token: boolean;
  oidc: { name: string; url: string } | null;
}

/** Throws Problem. Sessions are asked for by hand: a refusal here is an answer, not a reason to sign in again. */
async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/api/v1${path}`, {
    ...{ method, credentials: 'same-origin' },
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch((err: unknown) => {
    throw unreachable(err, method);
  });
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined); // no JSON: told by the status
  if (!response.ok) throw problemOf(answer, response);
  return answer as T;
}

/** Whom the browser's session speaks for, whoever this page stands for; null: nobody. Throws Problem. */
export async function askMe(): Promise<Me | null> {
  try {
    return await ask<Me>('GET', '/me');
  } catch (err) {
    if (err instanceof Problem && err.status === 401) return null;
    throw err;
  }
}

/** Whom this page stands for; null: nobody is signed in. It goes on standing for them when somebody else is found, until it is loaded anew. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  staleTime: 60_000,
  queryFn: async ({ client, queryKey }): Promise<Me | null> => {
    const now = await askMe();
    const shown = client.getQueryData<Me | null>(queryKey);
    if (!shown) standHere(now);
    else if (now === null) tellSignedOut();
    else if (speakerOfPerson(now) !== speakerOfPerson(shown)) {
      tellSpeakerChanged();
      return shown;
    }
    return now;
  },
});

/** Other tabs hear of it, also of a sign-in that came back from an identity provider. */
function standHere(me: Me | null): void {
  standFor(me);
  if (me) tellTabs(speakerOfPerson(me));
}
export const waysQuery = queryOptions({ queryKey: ['ways'], queryFn: () => ask<SignInWays>('GET', '/session/ways') });

export const signIn = (token: string): Promise<Me> => ask('POST', '/session', { token });
export const switchOrg = (orgId: string): Promise<Me> => ask('PUT', '/session/org', { org_id: orgId });
export async function signOut(): Promise<void> {
  await ask('DELETE', '/session');
  tellTabs(null);
}

/** Below the sign-in gate there is always somebody. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('useMe is used outside of the signed-in part');
  return data;
}

/** Whether the reader may do that; what they may not is not offered, and the server refuses it anyway. */
export const useMay = (action: Action): boolean => useMe().actions.includes(action);

/** Called when nothing of a person may be left: what a module keeps for them outside of the screens goes, too. */
const forgetting = new Set<() => void>();
export const onForget = (forget: () => void): (() => void) => {
  forgetting.add(forget);
  return () => forgetting.delete(forget);
};

/**
 * From here on it is somebody else, another org, or nobody. Nothing that was loaded before is left, and the frame, which stands for one
 * person in one org, begins anew at once (app/shell.tsx).
 */
export function become(client: QueryClient, me: Me | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] });
  for (const forget of forgetting) forget();
  standHere(me);
  client.setQueryData(meQuery.queryKey, me);
}
export function useBecome(): (me: Me | null) => void {
  const client = useQueryClient();
  return (me) => become(client, me);
}
