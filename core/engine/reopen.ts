import type { Act } from '../contract/work.js';
import { Fault } from '../fault.js';
import { changesOf } from '../json-diff.js';
import type { Json } from '../json.js';
import type { PlanNode } from '../spec/plan.js';
import { taskOf } from './task-names.js';
import { judgeJoin } from './edges.js';
import { withdrawGate } from './kinds/human-gate.js';
import { isFinal, type NodeState } from './state.js';
import type { Walk } from './walk.js';

/**
 * A node that has settled gets another result while its run goes on: it runs again, or a person says what it puts out. What holds:
 *
 * 1. All that went on from it is taken back, and goes on anew when it has settled again; so no join hangs and every edge resolves once more (P4).
 * 2. What had settled and reads nothing whose result has changed since is as it was: it does not run again and no effect goes out twice (P3).
 *    What reads something that has changed is another intended effect, under a new key.
 * 3. An approval stands only if nothing upstream of its gate has another result: else it lapses, and people are asked again.
 * 4. What a person set or left out by hand stays as it is.
 * 5. What is at work and reads nothing of it goes on; what follows from it waits until its own way is taken again.
 */

/** Why the result of the settled node can't be replaced, as a Fault (NODE_STATE, RUN_STATE); undefined when it can. */
export function refuseReopening(walk: Walk, index: number, { act }: Act): Fault | undefined {
  const node = walk.plan.nodes[index]!;
  const state = walk.nodes[index]!;
  const refuse = (why: string) =>
    new Fault('NODE_STATE', `node ${node.key} ${why}`, { details: { status: state.status } });
  if (act !== 'retry_node' && act !== 'set_output') return refuse(`is ${state.status}`);
  if (node.type === 'human_gate' && act === 'set_output') return refuse('is a gate: its output is what people decide');
  if (judgeJoin(node.join, state) !== 'fire' && node.in.length > 0)
    return refuse(`is ${state.status}: no way leads to it`);
  if (state.status === 'cancelled') return refuse(`is cancelled: ${state.reason ?? 'it was not needed'}`);
  const done = downstream(walk, index).add(index);
  const undoable = [...done].find((each) => walk.plan.nodes[each]!.compensate && walk.nodes[each]!.begun);
  if (undoable !== undefined)
    return refuse(
      `can’t be done again: ${walk.key(undoable)} has begun what would have to be undone first; fork the run instead, or cancel it`,
    );
  const gone = leftBehind(walk, index);
  return gone === undefined
    ? undefined
    : new Fault(
        'RUN_STATE',
        `the output of node ${gone} was left behind when the run went on in a new history: fork the run instead`,
      );
}

/** The first node whose output would be read again, and is not at hand any more. */
function leftBehind(walk: Walk, index: number): string | undefined {
  const again = downstream(walk, index).add(index);
  const reads = [...again].flatMap((node) => [
    ...walk.plan.nodes[node]!.reads,
    ...walk.plan.nodes[node]!.out.flatMap((edge) => walk.plan.edges[edge]!.reads),
  ]);
  return reads.find((key) => {
    const read = walk.indexOf.get(key)!;
    return walk.nodes[read]!.left_behind && !again.has(read);
  });
}

/** The nodes that edges lead to from it, at any distance. */
export function downstream(walk: Walk, from: number): Set<number> {
  const found = new Set<number>();
  const next = [from];
  for (const node of next)
    for (const edge of walk.plan.nodes[node]!.out) {
      const { to } = walk.plan.edges[edge]!;
      if (!found.has(to)) next.push(to);
      found.add(to);
    }
  return found;
}

/** Takes back all that went on from the node; the caller sees to it that the node settles again. Answers the nodes that were taken back. */
export function takeBackFrom(walk: Walk, index: number): number[] {
  walk.reopened++;
  walk.withdraw((task) => task.startsWith('~output'));
  const back = new Set([index]);
  for (const node of [...downstream(walk, index)].sort((a, b) => a - b)) {
    const state = walk.nodes[node]!;
    const ways = walk.plan.nodes[node]!.in.filter((edge) => back.has(walk.plan.edges[edge]!.from));
    if (ways.length === 0) continue;
    for (const edge of ways) openAgain(walk, edge);
    if (state.status === 'pending') continue;
    if (goesOn(walk, node, back)) state.unsure = true;
    else {
      back.add(node);
      takeBack(walk, node);
    }
  }
  back.delete(index);
  return [...back];
}

/** What is at work, and whose input can't have changed. */
function goesOn(walk: Walk, index: number, back: ReadonlySet<number>): boolean {
  const { status, gate } = walk.nodes[index]!;
  if (isFinal(status) || gate || (status === 'queued' && !walk.agenda.isOut(taskOf(walk, index)))) return false;
  return !readsOf(walk, index).some((key) => back.has(walk.indexOf.get(key)!));
}

/** What a person put in the place of a bound config reads nothing. */
const readsOf = (walk: Walk, index: number): string[] =>
  walk.nodes[index]!.edited === undefined ? walk.plan.nodes[index]!.reads : [];

function openAgain(walk: Walk, edge: number): void {
  const was = walk.edges[edge]!;
  walk.withdraw((task) => walk.conditions.get(task) === edge);
  if (was === 'open') return;
  walk.edges[edge] = 'open';
  const to = walk.nodes[walk.plan.edges[edge]!.to]!;
  to.open++;
  if (was === 'taken') to.taken--;
  if (was === 'failed') to.failed--;
}

function takeBack(walk: Walk, index: number): void {
  withdrawGate(walk, index);
  walk.takeBack(index, onceMore(walk, index));
}

/** The state of a node that becomes ready once more; what it was is kept until it is known whether that still holds. */
export function onceMore(walk: Walk, index: number): NodeState {
  const { was, unsure: _, maybe: _m, ...before } = walk.nodes[index]!;
  const { status, open, taken, failed, round = 0, attempts = 0, queued_at, map } = before;
  const made = (before.before ?? 0) + attempts + (walk.plan.nodes[index]!.retry.max_attempts || 1);
  const settled = isFinal(status);
  const result = settled ? before : was;
  return {
    ...{ status: 'pending', open, taken, failed, input: null as Json, output: null, error: null, reason: null },
    ...{ queued_at: null, finished_at: null, alone: true },
    ...(queued_at === null
      ? pick(before, 'round', 'before', 'fired_at')
      : { round: round + 1, before: made, fired_at: queued_at }),
    ...pick(before, 'paused', 'edited', 'generation', 'changed_in', 'fired_in', 'child'),
    ...(map && !settled ? { map } : {}),
    ...(result ? { was: result } : {}),
    ...(settled ? { maybe: true } : {}),
  };
}

export function pick<K extends keyof NodeState>(from: Partial<NodeState>, ...names: K[]): Pick<NodeState, K> {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]))) as never;
}

/** A node is ready, maybe once more. True when it is as it was: then it has settled. Else it is to begin, with another key if it reads something new. */
export function isAsItWas(walk: Walk, index: number): boolean {
  const state = walk.nodes[index]!;
  const { was, maybe, round = 0, map } = state;
  const changed = round > 0 && readsChange(walk, index);
  if (staysByHand(state) || (maybe && was && !changed && (was.status === 'completed' || was.status === 'failed'))) {
    settleAsBefore(walk, index);
    return true;
  }
  if (changed) state.generation = (state.generation ?? 0) + 1;
  if (changed && map) delete state.map;
  if (round > 0 && walk.plan.nodes[index]!.type === 'subworkflow') childAgain(state, changed);
  if (was?.gate?.decision) walk.note({ gate: walk.key(index), lapsed: was.gate.decision });
  delete state.maybe;
  state.fired_in = walk.reopened;
  return false;
}

/** Whether a person had said what comes of it. */
export const staysByHand = ({ maybe, was }: NodeState): boolean => maybe === true && was?.by_hand === true;

/** With other input it is another child run; with the same, the one that was stopped is redriven. */
function childAgain(state: NodeState, changed: boolean): void {
  if (changed) state.child = (state.child ?? 0) + 1;
  if (changed) delete state.again;
  else state.again ??= { actor: 'heddle', reason: 'what it followed from was done again' };
}

function readsChange(walk: Walk, index: number): boolean {
  const isGate = walk.plan.nodes[index]!.type === 'human_gate';
  const { fired_in = 0, fired_at = Number.POSITIVE_INFINITY } = walk.nodes[index]!;
  return (isGate ? upstream(walk, index) : readsOf(walk, index)).some((key) => {
    const { changed_in = 0, same_since, finished_at } = walk.nodes[walk.indexOf.get(key)!]!;
    // It may also have settled for the first time after a join went on without it.
    return changed_in > fired_in || (same_since ?? finished_at ?? 0) > fired_at;
  });
}

/** What a node was before it was taken back is what it is. */
export function settleAsBefore(walk: Walk, index: number): void {
  const { open, taken, failed, paused, was } = walk.nodes[index]!;
  const { status, output, error, reason, finished_at, ...rest } = was!;
  walk.nodes[index] = {
    ...{ ...rest, open, taken, failed, status: 'pending', finished_at: null, was: was! },
    ...{ output: null, error: null, reason: null },
    ...(paused ? { paused } : {}),
  };
  walk.settle(index, status as 'completed' | 'failed' | 'skipped', { output, error, reason });
  walk.nodes[index]!.finished_at = finished_at;
}

/** Keys of the nodes from which edges lead to it, at any distance. */
function upstream(walk: Walk, index: number): string[] {
  const found = new Set<number>([index]);
  for (const node of found) for (const edge of walk.plan.nodes[node]!.in) found.add(walk.plan.edges[edge]!.from);
  found.delete(index);
  return [...found].map((node) => walk.key(node));
}

/** It has settled again: whoever reads it must know whether its result is another one. */
export function noteChange(walk: Walk, state: NodeState): void {
  const { was } = state;
  delete state.maybe;
  if (!was) return;
  delete state.was;
  const same = was.status === state.status && alike(was.output, state.output) && alike(was.error, state.error);
  if (!same) state.changed_in = walk.reopened;
  else state.same_since = was.same_since ?? was.finished_at ?? walk.at;
}

const alike = (a: unknown, b: unknown): boolean => changesOf(a as Json, b as Json).next().done === true;

/** Of a node that went on meanwhile: its own way is taken again, or is not. */
export function nowSure(walk: Walk, index: number, node: PlanNode): void {
  const state = walk.nodes[index]!;
  const verdict = judgeJoin(node.join, state);
  if (verdict === 'wait') return;
  delete state.unsure;
  if (verdict === 'fire' || (state.by_hand && isFinal(state.status))) {
    if (isFinal(state.status)) walk.goOnFrom(index);
    return;
  }
  walk.takeBack(index, onceMore(walk, index));
  walk.skip(index, 'its way was not taken any more');
}
