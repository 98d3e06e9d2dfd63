import { z } from 'zod';

const time = z.iso.datetime();

/** A delegation as the API sends it. */
export const delegation = z
  .object({
    id: z.string(),
    from_person: z.string().describe('In whose place it is.'),
    to: z.string().describe('Who may decide in that place.'),
    from: time,
    until: time,
    state: z.enum(['planned', 'in_force', 'over', 'revoked']),
    groups: z.array(z.string()).describe('Whose seats are delegated, as far as the person is still in them.'),
    groups_only: z.boolean().describe('Seats of groups alone: none by role or by name.'),
    workflows: z.array(z.string()).describe('In runs of these alone; empty: of all.'),
    reason: z.string(),
    created_at: time,
    revoked_at: time.nullable(),
    revoked_by: z.string().nullable(),
  })
  .meta({ id: 'Delegation' });
export type Delegation = z.infer<typeof delegation>;

/** What somebody may decide in a person's place. */
export interface DelegatedSeats {
  person: string;
  groups: string[];
  roles: string[];
  groupsOnly: boolean;
  /** In runs of these alone, by name; absent: of all. */
  workflows?: string[];
}

/** Times are RFC 3339, in UTC. */
export function stateOf(
  { from, until, revoked_at }: Pick<Delegation, 'from' | 'until' | 'revoked_at'>,
  now: Date,
): Delegation['state'] {
  if (revoked_at !== null) return 'revoked';
  if (Date.parse(until) <= now.getTime()) return 'over';
  return Date.parse(from) <= now.getTime() ? 'in_force' : 'planned';
}

/** What a person has delegated altogether for runs of a workflow; undefined when that is nothing. */
export function seatsOf(
  all: readonly DelegatedSeats[],
  person: string,
  workflow: string,
): Omit<DelegatedSeats, 'workflows'> | undefined {
  const these = all.filter((each) => each.person === person && (each.workflows?.includes(workflow) ?? true));
  if (these.length === 0) return undefined;
  const union = (of: 'groups' | 'roles') => [...new Set(these.flatMap((each) => each[of]))];
  return { person, groups: union('groups'), roles: union('roles'), groupsOnly: these.every((each) => each.groupsOnly) };
}
