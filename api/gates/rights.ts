import type { GateRight, GateRow } from '../../adapters/postgres/gates.js';
import { ROLES } from '../../core/auth/can.js';
import type { DelegatedSeats } from '../../core/contract/delegations.js';
import type { ApiDeps, Caller } from '../deps.js';

/** Whose gates somebody may decide: their own, and those of people who have delegated theirs. */
export interface Rights {
  own: GateRight;
  delegated: (GateRight & { person: string })[];
}

export async function rightsOf(deps: Pick<ApiDeps, 'delegations'>, caller: Caller): Promise<Rights> {
  const roles: readonly string[] = caller.roles.includes('admin') ? ROLES : caller.roles;
  return {
    own: { roles, addressees: addresseesOf(caller.subject, caller.groups, roles), persons: [caller.subject] },
    delegated: (await deps.delegations.inForce(caller.orgId, caller.subject)).map((seats) =>
      rightOf(caller.subject, seats),
    ),
  };
}

export const allRights = ({ own, delegated }: Rights): GateRight[] => [own, ...delegated];

function rightOf(
  receiver: string,
  { person, roles: given, groups, groupsOnly, workflows }: DelegatedSeats,
): Rights['delegated'][number] {
  const roles: readonly string[] = given.includes('admin') ? ROLES : given;
  return {
    ...{ person, roles, addressees: addresseesOf(groupsOnly ? undefined : person, groups, roles) },
    persons: [receiver, person], // both have a part in what one decides in the place of the other
    ...(workflows ? { workflows } : {}),
  };
}

/** How gates with a policy name somebody. */
const addresseesOf = (subject: string | undefined, groups: readonly string[], roles: readonly string[]): string[] => [
  ...(subject === undefined ? [] : [subject]),
  ...groups.map((group) => `group:${group}`),
  ...roles.map((role) => `role:${role}`),
];

interface Assigned {
  /** To the caller in person. */
  assigned: boolean;
  /** In whose places the caller may decide it. */
  on_behalf_of: string[];
}

/** Who the caller is to a gate. Four eyes are asked of the run when it is decided. */
export function assignedAs({ own, delegated }: Rights, gate: GateRow): Assigned {
  const persons = delegated.filter((right) => covers(right, gate)).map(({ person }) => person);
  return { assigned: covers(own, gate), on_behalf_of: [...new Set(persons)] };
}

const covers = ({ roles, addressees, workflows }: GateRight, gate: GateRow): boolean =>
  ((gate.role !== null && roles.includes(gate.role)) || gate.addressees.some((each) => addressees.includes(each))) &&
  (workflows?.includes(gate.workflow) ?? true);
