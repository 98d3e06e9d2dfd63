import { type Role, ROLES } from './can.js';

/** What an OpenID provider says of somebody, and who that is here. */
export type Claims = Readonly<Record<string, unknown>>;

export interface OidcMembership {
  org: string;
  roles: Role[];
  /** What gates ask for. */
  groups: string[];
}

/** `heddle:<org id>:<role>`, or `heddle:<org id>:group:<name>`; some providers show groups as paths. */
const GROUP = /^\/?heddle:([^:\s]{1,100}):(?:group:([a-z0-9][a-z0-9_-]{0,62})|([a-z]+))$/;
const SUBJECT = /^\S{1,200}$/;

/**
 * `user:<address>` of somebody whose address the provider has verified, in lower case; else `user:<sub>`. An address that is not verified is
 * anybody's word, and `preferred_username` may be changed by its bearer and given to another later (OpenID Connect Core 1.0, 5.7): with
 * either, somebody could become another person and approve what that person has asked for. Letters' case is not kept since two spellings
 * of one address would be two people. Undefined when neither can be a subject.
 */
export function subjectOf(claims: readonly Claims[]): string | undefined {
  const address = claims.find(isVerified)?.['email'] as string | undefined;
  const sub = claims[0]?.['sub'];
  const name = address?.toLowerCase() ?? (typeof sub === 'string' ? sub : '');
  return SUBJECT.test(name) ? `user:${name}` : undefined;
}

/** Both are of one document: what is verified in one need not be the address in another. Some providers write booleans as text. */
const isVerified = ({ email, email_verified }: Claims): boolean =>
  typeof email === 'string' && SUBJECT.test(email) && (email_verified === true || email_verified === 'true');

/** How to call them on a screen. */
export function nameOf(claims: readonly Claims[], subject: string): string {
  const names = ['name', 'preferred_username'].flatMap((name) => claims.map((each) => each[name]));
  const found = names.find((name): name is string => typeof name === 'string' && name.trim() !== '');
  return found?.slice(0, 100) ?? subject.slice('user:'.length);
}

/** The orgs in which the groups of a claim give roles. Groups of an org without any role there give nothing. */
export function membershipsOf(claims: readonly Claims[], groupsClaim: string): OidcMembership[] {
  const said = claims.map((each) => each[groupsClaim]).find((value) => value !== undefined);
  const names = (Array.isArray(said) ? said : [said]).filter((name): name is string => typeof name === 'string');
  const orgs = new Map<string, { roles: Set<Role>; groups: Set<string> }>();
  for (const name of names) {
    const [, org, group, role] = GROUP.exec(name) ?? [];
    if (org === undefined) continue;
    const known = orgs.get(org) ?? { roles: new Set(), groups: new Set() };
    orgs.set(org, known);
    if (group !== undefined) known.groups.add(group);
    else if (isRole(role)) known.roles.add(role);
  }
  return [...orgs].flatMap(([org, { roles, groups }]) =>
    roles.size === 0 ? [] : [{ org, roles: [...roles], groups: [...groups] }],
  );
}

const isRole = (role: string | undefined): role is Role => ROLES.some((each) => each === role);
