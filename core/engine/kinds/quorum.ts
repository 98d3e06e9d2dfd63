import type { Decision } from '../../contract/work.js';

/** One part of a quorum: so many people of a group, with a role, or out of those that are named. */
export type Seat = { count: number } & ({ group: string } | { role: string } | { people: string[] });

/** Who decides a gate. */
export interface GatePolicy {
  quorum: Seat[];
  exclude: ('starter' | 'author' | 'earlier_approvers')[];
}

/** Whether the person may take such a seat. */
export function fills(
  seat: Seat,
  { actor, roles, groups = [] }: Pick<Decision, 'actor' | 'roles' | 'groups'>,
): boolean {
  if ('group' in seat) return groups.includes(seat.group);
  if ('role' in seat) return roles.includes(seat.role);
  return seat.people.includes(actor);
}

/** How many people each part still waits for. Everybody takes one seat, so that as many seats as possible are taken (a maximum matching, Kuhn 1955). */
export function missing(quorum: readonly Seat[], yes: readonly Decision[]): { seat: Seat; count: number }[] {
  const seats = quorum.flatMap((seat) => Array.from({ length: seat.count }, () => seat));
  const taken: (number | undefined)[] = seats.map(() => undefined);
  const place = (vote: number, tried: Set<number>): boolean => {
    for (const [at, seat] of seats.entries()) {
      if (tried.has(at) || !fills(seat, yes[vote]!)) continue;
      tried.add(at);
      const sits = taken[at];
      if (sits !== undefined && !place(sits, tried)) continue;
      taken[at] = vote;
      return true;
    }
    return false;
  };
  for (const vote of yes.keys()) place(vote, new Set());
  return quorum.flatMap((seat) => {
    const count = seats.filter((each, at) => each === seat && taken[at] === undefined).length;
    return count === 0 ? [] : [{ seat, count }];
  });
}

/** `1 of group legal`, `2 of ann, bob`. */
export const nameOfSeat = ({ seat, count }: { seat: Seat; count: number }): string => `${count} of ${namesOf(seat)}`;

const namesOf = (seat: Seat): string =>
  'group' in seat ? `group ${seat.group}` : 'role' in seat ? `role ${seat.role}` : seat.people.join(', ');

/** The keys under which the inbox of a person finds the gate: `group:legal`, `role:approver`, `user:ann`. */
export const addresseesOf = (quorum: readonly Seat[]): string[] => [
  ...new Set(
    quorum.flatMap((seat) =>
      'group' in seat ? [`group:${seat.group}`] : 'role' in seat ? [`role:${seat.role}`] : seat.people,
    ),
  ),
];
