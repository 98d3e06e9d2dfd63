import type { Decision } from '../../contract/work.js';

/** One part of a quorum: so many people of a group, with a role, or out of those that are named. */
export type Seat = { count: number } & ({ group: string } | { role: string } | { people: string[] });

/** Who decides a gate. */
export interface GatePolicy {
  quorum: Seat[];
  exclude: ('starter' | 'author' | 'earlier_approvers')[];
}

/** Whose seat a decision takes. */
type Sitting = Pick<Decision, 'actor' | 'roles' | 'groups' | 'on_behalf_of' | 'groups_only'>;

/** Everybody who has a part in a decision: who made it, and in whose place. */
export const personsOf = ({ actor, on_behalf_of }: Pick<Decision, 'actor' | 'on_behalf_of'>): string[] =>
  on_behalf_of === undefined ? [actor] : [actor, on_behalf_of];

/** `user:bob for user:ann`. */
export const inWhosePlace = ({ actor, on_behalf_of }: Pick<Decision, 'actor' | 'on_behalf_of'>): string =>
  on_behalf_of === undefined ? actor : `${actor} for ${on_behalf_of}`;

/** Whether the decision may take a seat that is this person's by name. */
export const sitsAs = (name: string, { actor, on_behalf_of, groups_only }: Sitting): boolean =>
  !groups_only && name === (on_behalf_of ?? actor);

/** Whether the decision may take such a seat: in somebody's place, whether that person might. */
export function fills(seat: Seat, decision: Sitting): boolean {
  if ('group' in seat) return (decision.groups ?? []).includes(seat.group);
  if ('role' in seat) return decision.roles.includes(seat.role);
  return seat.people.some((name) => sitsAs(name, decision));
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
