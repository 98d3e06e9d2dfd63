import type { GateEntry } from '../contract/gates.js';
import type { Decision } from '../contract/work.js';
import type { Json } from '../json.js';
import type { NodeLevelEvent, RunEvent } from './event.js';

/** A claim as its row tells of it. Times are RFC 3339. */
export interface ToldClaim {
  round: number;
  holder: string;
  claimed_at: string;
  expires_at: string;
  ended_at: string | null;
  ended_by: string | null;
  /** `released`, `taken_over`, `decided`, `expired`. */
  ended: string | null;
}
interface ToldComment {
  id: string;
  author: string;
  text: string;
  at: string;
}
/** What the gate's row still says when the run's events were removed. */
export interface ToldGate {
  round: number;
  opened_at: string;
  closed_at: string | null;
  status: string;
  votes: Json;
  decision: Json;
}
interface Told {
  /** Undefined: they were removed. */
  events: readonly RunEvent[] | undefined;
  gate: ToldGate;
  claims: readonly ToldClaim[];
  comments: readonly ToldComment[];
}

/**
 * All that happened to a gate, in order of time: what its run's durable events tell, and what people did beside the run. Of two at the same
 * time the run's comes first.
 */
export function gateHistory(node: string, { events, gate, claims, comments }: Told, now: Date): GateEntry[] {
  const entries = [
    ...(events ? ofRun(node, events) : ofRow(gate)),
    ...claims.flatMap((claim) => ofClaim(claim, now)),
    ...comments.map(ofComment),
  ];
  // Rounds of comments are those that had begun by then.
  const begun = entries.filter(({ kind }) => kind === 'asked_again');
  return entries
    .map((entry) =>
      entry.kind === 'commented'
        ? { ...entry, round: begun.filter(({ at }) => at <= entry.at).at(-1)?.round ?? 0 }
        : entry,
    )
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const CLOSING: ReadonlySet<RunEvent['type']> = new Set([
  ...(['node.completed', 'node.failed', 'node.held', 'node.skipped', 'node.cancelled', 'node.pending'] as const),
]);
const ENDING: ReadonlySet<RunEvent['type']> = new Set([
  ...(['run.completed', 'run.failed', 'run.cancelled', 'run.terminated', 'run.timed_out'] as const),
]);

function ofRun(node: string, events: readonly RunEvent[]): GateEntry[] {
  const entries: GateEntry[] = [];
  let round = -1;
  let open = false;
  const add = (at: string, kind: GateEntry['kind'], actor: string | null, data: Json = null) =>
    entries.push({ at, kind, actor, round: Math.max(round, 0), data });
  for (const event of events) {
    if (!('node_key' in event)) {
      // Ended from outside: no event of the node tells it.
      if (open && ENDING.has(event.type)) add(event.at, 'closed', null, { run: event.status });
      if (ENDING.has(event.type)) open = false;
    } else if (event.node_key !== node) continue;
    else if (event.type === 'gate.opened') {
      round++;
      open = true;
      add(event.at, round === 0 ? 'opened' : 'asked_again', null, event.data);
    } else if (event.type.startsWith('gate.')) add(event.at, ...ofGate(event));
    else if (event.type === 'node.acted') add(event.at, 'acted', (event.data as { actor: string }).actor, event.data);
    else if (open && CLOSING.has(event.type)) {
      open = false;
      add(event.at, 'closed', null, {
        status: event.status,
        ...(event.error ? { error: event.error as unknown as Json } : {}),
      });
    }
  }
  return entries;
}

/** The round that the gate was in last. */
function ofRow({ round, opened_at, closed_at, status, votes, decision }: ToldGate): GateEntry[] {
  const entry = (at: string, kind: GateEntry['kind'], actor: string | null, data: Json): GateEntry => ({
    at,
    kind,
    actor,
    round,
    data,
  });
  const last = decision as unknown as Decision | null;
  const before = (votes as unknown as Decision[]).filter((vote) => vote.actor !== last?.actor);
  return [
    entry(opened_at, round === 0 ? 'opened' : 'asked_again', null, null),
    ...before.map((vote) => entry(vote.at, 'voted', vote.actor, vote as unknown as Json)),
    ...(last ? [entry(last.at, 'decided', last.actor, decision)] : []),
    ...(closed_at === null ? [] : [entry(closed_at, 'closed', null, { status })]),
  ];
}

function ofGate({ type, data = null }: NodeLevelEvent): [GateEntry['kind'], string | null, Json] {
  if (type === 'gate.reminded')
    return [(data as { escalated: boolean }).escalated ? 'escalated' : 'reminded', null, data];
  if (type === 'gate.lapsed') return ['lapsed', null, data];
  return [type === 'gate.voted' ? 'voted' : 'decided', (data as unknown as Decision).actor, data];
}

function ofClaim({ round, holder, ...claim }: ToldClaim, now: Date): GateEntry[] {
  const { claimed_at, expires_at, ended_at, ended_by, ended } = claim;
  const claimed: GateEntry = { at: claimed_at, kind: 'claimed', actor: holder, round, data: { expires_at } };
  if (ended_at !== null)
    return [claimed, { at: ended_at, kind: 'released', actor: ended_by, round, data: { holder, how: ended } }];
  if (Date.parse(expires_at) > now.getTime()) return [claimed];
  return [claimed, { at: expires_at, kind: 'released', actor: null, round, data: { holder, how: 'expired' } }];
}

const ofComment = ({ id, author, text, at }: ToldComment): GateEntry => ({
  ...{ at, kind: 'commented', actor: author, round: 0, data: { id, text } },
});
