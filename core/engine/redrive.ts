import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { RUN_INLINE_BYTES } from '../limits.js';
import { type EdgeState, judgeJoin, type Tally } from './edges.js';
import { afresh } from './repair.js';
import { type Carried, isFinal, type NodeState, pendingNode, type RunStart } from './state.js';
import type { Walk } from './walk.js';
import { weightOf } from './weigh.js';

/** What a person wants of a closed run. */
export interface RedriveWish {
  actor: string;
  reason: string;
  /** RFC 3339. */
  at: string;
  /** Of a run that completed: the failed nodes that are to run again. */
  nodes?: string[];
  /** Instead of what the nodes' expressions gave: other effects, under new keys. */
  inputs?: Record<string, Json>;
  /** All effects once more, under new keys. */
  fresh?: boolean;
  /** The run that it is a part of wants to hear of its end once more, even if nothing has to run again. */
  child?: boolean;
}

/** What a run had come to, as the fold of its history tells. */
export interface Past {
  walk: Walk;
  status: string;
  /** The number of its last segment. */
  segment: number;
  /** Attempts begun, by node. */
  attempts: ReadonlyMap<string, number>;
}

/**
 * The start of a run that is redriven: what completed is kept with its output; what failed, was cancelled or skipped because of that, or
 * because the run ended, begins again under the same keys (P3). Edges that led from such nodes are open again, and joins are judged anew.
 * Throws RUN_STATE, NOT_FOUND, NODE_STATE.
 */
export function redriven(past: Past, wish: RedriveWish, n: number): RunStart {
  const { walk } = past;
  const { actor, reason, at, fresh = false, inputs = {} } = wish;
  const again = beginAgain(walk, (node) => isUndone(walk, node) || failsAgain(past, wish, node));
  if (wish.nodes) refuseOthers(walk, wish.nodes);
  if (past.status === 'completed' && !wish.child && !again.includes(true))
    throw new Fault('RUN_STATE', 'the run completed: name the failed nodes that are to run again', {
      details: { status: 'completed' },
    });
  refuseInputs(walk, inputs, again);
  const carried = carriedOver(walk, again, (index) => {
    const { queued_at, paused } = walk.nodes[index]!;
    if (queued_at === null) return { ...pendingNode(0), ...(paused ? { paused } : {}) };
    const key = walk.key(index);
    const input = inputs[key];
    const attempts = past.attempts.get(key) ?? 0;
    const anew = fresh || isUndone(walk, index);
    const act = {
      act: 'retry_node',
      node: key,
      actor,
      reason,
      at,
      attempts,
      ...(anew ? { fresh: true } : {}),
    } as const;
    const state = afresh(walk, index, input === undefined ? act : { ...act, input });
    if (isUndone(walk, index)) delete state.begun;
    return state;
  });
  return {
    ...{ ...walk.start, plan: walk.plan, segment: past.segment + 1 },
    carried: { ...carried, ...(walk.mailbox.isUnused ? {} : { mailbox: walk.mailbox.carried() }) },
    takes_up: { is: 'redrive', n, actor, reason, at, begins: keysOf(walk, again) },
  };
}

/** What it had done is undone: it is to do it again, which is another effect. */
const isUndone = (walk: Walk, node: number): boolean =>
  ['completed', 'skipped'].includes(walk.nodes[node]!.undo?.status ?? 'pending');

function failsAgain({ walk, status }: Past, { nodes }: RedriveWish, node: number): boolean {
  const state = walk.nodes[node]!;
  if (state.status !== 'failed') return false;
  return nodes
    ? nodes.includes(walk.key(node)) || walk.plan.nodes[node]!.on_error !== 'continue'
    : status !== 'completed';
}

/**
 * Which nodes are not settled any more: those that never were, those that the end of the run settled, those that `too` names, and what was
 * skipped only because of them.
 */
export function beginAgain(walk: Walk, too: (node: number) => boolean): boolean[] {
  const again: boolean[] = [];
  for (const [index, state] of walk.nodes.entries()) {
    const unsettled = !isFinal(state.status) || walk.cut.nodes.has(index);
    again[index] = unsettled || too(index) || (state.status === 'skipped' && mayRun(walk, index, again));
  }
  return again;
}

/** A node that its edges had skipped, and of which they say so no longer. What a person skipped stays skipped. */
function mayRun(walk: Walk, index: number, again: boolean[]): boolean {
  const node = walk.plan.nodes[index]!;
  if (walk.nodes[index]!.by_hand) return false;
  return judgeJoin(node.join, tallyOf(node.in.map((edge) => stateOf(walk, edge, again)))) !== 'skip';
}

function stateOf(walk: Walk, edge: number, again: boolean[]): EdgeState {
  return again[walk.plan.edges[edge]!.from] || walk.cut.edges.has(edge) ? 'open' : walk.edges[edge]!;
}

function tallyOf(edges: EdgeState[]): Tally {
  const count = (wanted: EdgeState) => edges.filter((state) => state === wanted).length;
  return { open: count('open'), taken: count('taken'), failed: count('failed') };
}

/** Inputs of settled nodes are for those who look; they travel along as far as this. */
const INPUT_BYTES = RUN_INLINE_BYTES / 4;

/** What the new execution starts with. `anew`: the state of a node that begins (again). */
export function carriedOver(walk: Walk, again: boolean[], anew: (node: number) => NodeState): Carried {
  let left = INPUT_BYTES;
  const light = (input: Json): Json => {
    left -= weightOf(input, INPUT_BYTES);
    return left < 0 ? null : input;
  };
  const edges = walk.edges.map((_, edge) => stateOf(walk, edge, again));
  const nodes = walk.nodes.map((state, index) => {
    const { in: into } = walk.plan.nodes[index]!;
    const tally = tallyOf(into.map((edge) => edges[edge]!));
    if (!again[index]) return { index, ...asSettled(state), input: light(state.input), ...tally };
    return { index, ...anew(index), ...tally };
  });
  return {
    started_at: walk.startedAt,
    ...(walk.reopened > 0 ? { reopened: walk.reopened } : {}),
    ...(walk.amendments.length > 0 ? { amendments: walk.amendments } : {}),
    nodes,
    edges: edges.flatMap((state, index) => (state === 'open' ? [] : [[index, state] as [number, EdgeState]])),
  };
}

/** What stays: the items of a settled map are in its output, and nothing is being undone any more. */
function asSettled({
  map: _map,
  undo: _undo,
  was: _was,
  maybe: _maybe,
  unsure: _unsure,
  ...rest
}: NodeState): NodeState {
  return rest;
}

/** What the start of a redrive leaves behind, for whoever has it: what is shown of nodes that stay as they are. */
export function recall(walk: Walk, before: Walk): void {
  for (const [index, state] of walk.nodes.entries()) {
    if (!isFinal(state.status)) continue;
    const { input, map } = before.nodes[index]!;
    Object.assign(state, { input }, map ? { map } : {});
  }
}

export const keysOf = (walk: Walk, again: boolean[]): string[] =>
  again.flatMap((begins, index) => (begins ? [walk.key(index)] : []));

function refuseOthers(walk: Walk, keys: string[]): void {
  for (const key of keys) {
    const status = walk.nodes[indexIn(walk, key)]!.status;
    if (status !== 'failed')
      throw new Fault('NODE_STATE', `node ${key} is ${status}: only what failed is named`, { details: { status } });
  }
}

function refuseInputs(walk: Walk, inputs: Record<string, Json>, again: boolean[]): void {
  for (const key of Object.keys(inputs)) {
    const index = indexIn(walk, key);
    const { status, input } = walk.nodes[index]!;
    const refuse = (why: string) => new Fault('NODE_STATE', `node ${key} ${why}`, { details: { status } });
    if (!again[index]) throw refuse('does not run again: its input can’t be replaced');
    if (input === null) throw refuse('has no input yet that could be replaced');
    if (walk.plan.nodes[index]!.type === 'subworkflow') throw refuse('keeps its input: its child run is redriven');
  }
}

export function indexIn(walk: Walk, key: string): number {
  const index = walk.indexOf.get(key);
  if (index === undefined) throw new Fault('NOT_FOUND', `the run has no node ${key}`);
  return index;
}
