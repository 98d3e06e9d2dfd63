import { personOf } from '../../lib/person.js';
import type { GateDetail } from './gates.js';

/** A gate's policy in words: who must decide, who is missing, who may not, and what happens when nobody does. */

export type Seat = GateDetail['quorum'][number];
/** One decision, as the run keeps it. */
export interface Vote {
  actor: string;
  decision: 'approve' | 'deny';
  at: string;
  on_behalf_of?: string;
  groups?: string[];
  comment?: string;
  form?: unknown;
}

export const votesOf = ({ votes, decision }: Pick<GateDetail, 'votes' | 'decision'>): Vote[] => {
  const all = Array.isArray(votes) ? (votes as unknown as Vote[]) : [];
  const last = decision as unknown as Vote | null;
  return last && !all.some(({ actor, at }) => actor === last.actor && at === last.at) ? [...all, last] : all;
};

const people = (count: number): string => (count === 1 ? 'one person' : `${count} people`);

/** `2 people of group finance`, `one person with the role approver`, `ann`, `one of ann, bob`. */
export function seatInWords({ count, group, role, people: named = [] }: Seat): string {
  if (group !== undefined) return `${people(count)} of group ${group}`;
  if (role !== undefined) return `${people(count)} with the role ${role}`;
  const names = named.map(personOf).join(', ');
  return named.length === 1 ? names : `${count === 1 ? 'one' : count} of ${names}`;
}

const sameSeat = (a: Seat, b: Seat): boolean =>
  a.group === b.group && a.role === b.role && a.people?.join(' ') === b.people?.join(' ');

export interface SeatState {
  words: string;
  needed: number;
  taken: number;
}
/** Each part of the quorum with how many of its seats are taken. Of a gate that was decided the API tells no missing ones: `missing` is empty. */
export function seatsOf({ quorum, missing, status }: Pick<GateDetail, 'quorum' | 'missing' | 'status'>): SeatState[] {
  const left = missing.map((seat) => ({ ...seat }));
  return quorum.map((seat) => {
    const found = left.findIndex((each) => sameSeat(each, seat));
    const open = status !== 'open' || found < 0 ? 0 : left.splice(found, 1)[0]!.count;
    return { words: seatInWords(seat), needed: seat.count, taken: seat.count - open };
  });
}

/** What somebody has said of the gate already, in person or through another. */
export const votedAs = (gate: Pick<GateDetail, 'votes' | 'decision'>, person: string): Vote['decision'] | undefined =>
  votesOf(gate).find(({ actor, on_behalf_of }) => actor === person || on_behalf_of === person)?.decision;

export interface FourEyes {
  /** Of the run. */
  starter: string;
  /** Undefined while it is not known. */
  author: string | undefined;
  /** Who approved another gate of the run. */
  earlier: string[];
}
const WHY: Record<string, string> = {
  starter: 'started the run',
  author: 'registered the workflow’s version',
  earlier_approvers: 'approved an earlier gate of the run',
};

/** Who may not decide, by name where it is known, and why. */
export function leftOut(exclude: readonly string[], known: FourEyes): { who: string; why: string }[] {
  return exclude.flatMap((as) => {
    const why = WHY[as] ?? as;
    const names =
      as === 'starter' ? [known.starter] : as === 'author' ? (known.author ? [known.author] : []) : known.earlier;
    return names.length > 0 ? names.map((who) => ({ who, why })) : [{ who: 'Whoever', why }];
  });
}

/** Why the person may not decide, as far as can be seen from here; the run has the last word. `person` may be one in whose place it is. */
export function refusalOf(
  { exclude, votes }: Pick<GateDetail, 'exclude' | 'votes'>,
  persons: readonly string[],
  known: FourEyes,
): string | undefined {
  const out = leftOut(exclude, known).find(({ who }) => persons.includes(who));
  if (out) return `${personOf(out.who)} ${out.why}, and may not decide this gate.`;
  const voted = votesOf({ votes, decision: null }).find(({ actor, on_behalf_of }) =>
    persons.some((person) => person === actor || person === on_behalf_of),
  );
  return voted && `${personOf(voted.on_behalf_of ?? voted.actor)} has decided already. Nobody has two seats.`;
}

/** Who approved other gates of the run, in person or through others. */
export function earlierApprovers(
  gates: readonly Pick<GateDetail, 'node_key' | 'votes' | 'decision'>[],
  node: string,
): string[] {
  const yes = gates
    .filter(({ node_key }) => node_key !== node)
    .flatMap(votesOf)
    .filter(({ decision }) => decision === 'approve');
  return [...new Set(yes.flatMap(({ actor, on_behalf_of }) => (on_behalf_of ? [actor, on_behalf_of] : [actor])))];
}

const THEN = {
  deny: 'it is denied',
  fail: 'the node fails',
  approve: 'it is approved without anybody’s decision',
} as const;

/** What happens when nobody decides in time, in sentences without the times. */
export function consequences({ deadline, due_at }: Pick<GateDetail, 'deadline' | 'due_at'>): {
  then: string | undefined;
  escalation: { to: string; at: string } | undefined;
} {
  if (!deadline || due_at === null) return { then: undefined, escalation: undefined };
  const { escalate_to: to, escalates_at: at } = deadline;
  return { then: THEN[deadline.then], escalation: to !== null && at !== null ? { to, at } : undefined };
}

/** What an approval brings about: is it the last one that was missing? */
export function afterApproval({ missing, role }: Pick<GateDetail, 'missing' | 'role'>): string {
  const left = missing.reduce((sum, { count }) => sum + count, 0);
  if (role !== null || left <= 1) return 'The run goes on.';
  return `The gate stays open until ${left - 1} more ${left === 2 ? 'approval is' : 'approvals are'} given.`;
}
