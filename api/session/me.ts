import type { Session } from '../../adapters/postgres/sessions.js';
import { actionsOf } from '../../core/auth/can.js';
import type { Me } from '../../core/contract/session.js';
import type { ApiDeps, Caller } from '../deps.js';

/** Who somebody is, as it is told to them. */
export async function meOf({ sessions }: ApiDeps, caller: Caller, session?: Session): Promise<Me> {
  const callers = session?.callers ?? [caller];
  const names = await sessions.orgNames(callers.map(({ orgId }) => orgId));
  const orgOf = (id: string) => ({ id, name: names.get(id) ?? id });
  const { orgId, subject, name, roles, groups } = caller;
  return {
    ...{ subject, name, org: orgOf(orgId) },
    orgs: callers
      .map((each) => ({ ...orgOf(each.orgId), roles: each.roles }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
    ...{ roles, groups, actions: actionsOf(roles) },
    session: session ? { expires_at: session.expiresAt.toISOString() } : null,
  };
}
