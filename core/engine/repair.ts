import type { Act } from '../contract/work.js';
import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { childRunId } from './kinds/subworkflow.js';
import { refuseAmendment, takeAmendment } from './amend.js';
import { againTask, FUSE, isNotice, nodeOfTask } from './facts.js';
import type { NodeStatus } from './outcome.js';
import { withdrawGate } from './kinds/human-gate.js';
import { onceMore, pick, refuseReopening, takeBackFrom } from './reopen.js';
import { bare, refuseUnsignedAct, spend } from './signed.js';
import { isFinal, type NodeState } from './state.js';
import type { Walk } from './walk.js';

/**
 * What people do to a living run: pause it or a node, try a held node again, leave a node out, or say what it puts out. Each act comes by an
 * Update with an actor and a reason, is admitted or refused before it is in history, and is a fact like any other.
 */

/** Whether the node may begin nothing now. */
export function isPaused(walk: Walk, node: number): boolean {
  const { paused, status } = walk.nodes[node]!;
  return walk.paused !== undefined || (paused !== undefined && !isFinal(status)) || walk.places.runWaits;
}

/** Why the act can't be taken now, as a Fault (NOT_FOUND, NODE_STATE, RUN_STATE, REQUEST_INVALID); undefined when it can. */
export function refuseAct(walk: Walk, act: Act): Fault | undefined {
  return changesWork(act) && walk.agenda.tasks.has(FUSE) && !walk.isEnding ? regionIsOut() : refuseByState(walk, act);
}

const changesWork = ({ act }: Act): boolean => act !== 'pause' && act !== 'resume';

/** Nobody knows what it has done so far: an effect may have gone out for a node that the act would give other input, or remove. */
const regionIsOut = (): Fault =>
  new Fault('RUN_STATE', 'quick nodes are at work just now; try again in a moment', { details: { busy: true } });

function refuseByState(walk: Walk, act: Act): Fault | undefined {
  if (act.node === undefined) return refuseForRun(walk, act);
  const index = walk.indexOf.get(act.node);
  if (index === undefined) return new Fault('NOT_FOUND', `the run has no node ${act.node}`);
  const state = walk.nodes[index]!;
  const refuse = (why: string) =>
    new Fault('NODE_STATE', `node ${act.node} ${why}`, { details: { status: state.status } });
  if (walk.end) return new Fault('RUN_CLOSED', `run ${walk.start.run.id} is over`);
  if (walk.ending) return refuseWhileEnding(act, state, refuse);
  if (isFinal(state.status)) return refuseReopening(walk, index, act);
  if (act.act === 'pause') return state.paused && refuse('is paused already');
  if (act.act === 'resume') return state.paused ? undefined : refuse('is not paused');
  if (state.status === 'pending' && state.maybe) return refuse('was taken back, and waits for what it followed from');
  if (act.act !== 'retry_node')
    return walk.plan.nodes[index]!.type === 'human_gate' ? refuseForGate(act.act, state.status, refuse) : undefined;
  if (act.input !== undefined && walk.plan.nodes[index]!.type === 'subworkflow')
    return refuse(`keeps its input: its run ${childRunId(walk.start.run.id, act.node)} is redriven`);
  if (act.input !== undefined && state.input === null) return refuse('has no input yet that could be replaced');
  const waits = walk.agenda.tasks.has(againTask(act.node));
  return state.status === 'held' || waits
    ? undefined
    : refuse(`is ${state.status}: only what is held, or waits for its next attempt, can be tried again`);
}

/** A run that ends takes nothing but what lets a compensation go on. */
function refuseWhileEnding({ act }: Act, { undo }: NodeState, refuse: (why: string) => Fault): Fault | undefined {
  if (undo?.status !== 'held') return refuse('can not be changed any more: the run is ending');
  if (act === 'retry_node' || act === 'skip_node') return undefined;
  return refuse('has a compensation that is held: try it again, or skip it when it is undone by hand');
}

/** A person's yes can't be put in by somebody else, nor gone around. */
function refuseForGate(
  act: 'skip_node' | 'set_output',
  status: NodeStatus,
  refuse: (why: string) => Fault,
): Fault | undefined {
  if (act === 'set_output') return refuse('is a gate: its output is what people decide');
  return status === 'held' ? undefined : refuse(`is a gate and ${status}: it is decided, not skipped`);
}

function refuseForRun(walk: Walk, given: Act): Fault | undefined {
  const { act } = given;
  if (walk.end) return new Fault('RUN_CLOSED', `run ${walk.start.run.id} is over`);
  if (given.act === 'amend') return refuseAmendment(walk, given);
  if (act === 'pause')
    return walk.paused && new Fault('RUN_STATE', `${walk.paused.by} paused the run already: ${walk.paused.reason}`);
  if (act === 'resume') return walk.paused ? undefined : new Fault('RUN_STATE', 'the run is not paused');
  return new Fault('REQUEST_INVALID', `${act} is for a node: name it`);
}

/** Takes an act that was admitted. */
export function takeAct(walk: Walk, act: Act): void {
  if (refuseUnsignedAct(walk, act, walk.at) ?? refuseAct(walk, act)) return; // it came too late, behind another one
  spend(walk, act);
  walk.note({ acted: bare(act) });
  const index = act.node === undefined ? undefined : walk.indexOf.get(act.node)!;
  if (walk.ending && act.act === 'retry_node') return walk.undoing.again(index!, act);
  if (walk.ending && act.act === 'skip_node') return walk.undoing.skip(index!);
  if (index !== undefined && isFinal(walk.nodes[index]!.status)) return takeOnSettled(walk, index, act);
  switch (act.act) {
    case 'pause':
      if (index === undefined) walk.paused = pausedBy(act);
      else walk.nodes[index]!.paused = pausedBy(act);
      break;
    case 'resume':
      goOn(walk, index);
      break;
    case 'amend':
      takeAmendment(walk, act);
      break;
    case 'retry_node':
      walk.fireAgain(index!, afresh(walk, index!, act));
      break;
    case 'skip_node':
      withdrawGate(walk, index!);
      walk.nodes[index!]!.by_hand = true;
      walk.skip(index!, `${act.actor} skipped it: ${act.reason}`);
      break;
    case 'set_output':
      withdrawGate(walk, index!);
      walk.withdrawTasksOf(index!);
      Object.assign(walk.nodes[index!]!, { error: null, by_hand: true });
      walk.complete(index!, act.output);
  }
}

/** Another result for what has settled: all that went on from it is taken back first. */
function takeOnSettled(walk: Walk, index: number, act: Act): void {
  const before = walk.nodes[index]!;
  takeBackFrom(walk, index);
  if (act.act === 'retry_node') {
    const { was } = onceMore(walk, index);
    return walk.fireAgain(index, { ...afresh(walk, index, act), round: (before.round ?? 0) + 1, was: was! });
  }
  if (act.act !== 'set_output') return;
  const { maybe: _, ...state } = onceMore(walk, index);
  walk.takeBack(index, { ...state, input: before.input, queued_at: before.queued_at, by_hand: true });
  walk.complete(index, act.output);
}

const pausedBy = ({ actor, reason }: Act): { by: string; reason: string } => ({ by: actor, reason });

/** Fires what became ready meanwhile. */
export function goOn(walk: Walk, index: number | undefined): void {
  if (index === undefined) walk.paused = undefined;
  else delete walk.nodes[index]!.paused;
  if (walk.ending) return;
  const asked = nodesAskedFor(walk);
  for (const node of index === undefined ? walk.nodes.keys() : [index])
    if (walk.nodes[node]!.status === 'queued' && !isPaused(walk, node) && !asked.has(walk.key(node))) walk.fire(node);
}

/** Nodes that something is asked for already. What is left of an earlier asking (told to stop, or about the inbox and events) brings none of them on. */
function nodesAskedFor({ agenda: { tasks, queue, quick, fused }, places }: Walk): Set<string | undefined> {
  const out = [...tasks].flatMap(([task, { told }]) => (told ? [] : [task]));
  const all = [...out, ...[queue, quick, fused].flatMap((some) => [...some.keys()])];
  const work = all.filter((task) => !isNotice(task) && !/~(?:open|await)$/.test(task));
  return new Set([...work, ...places.parkedTasks].map(nodeOfTask));
}

/** The state of a node that is to begin once more: what its edges said stays, and so does its effect's key unless another effect is asked for. */
export function afresh(
  walk: Walk,
  index: number,
  { input, fresh = false, attempts, actor, reason }: Extract<Act, { act: 'retry_node' }>,
): NodeState {
  const {
    open,
    taken,
    failed,
    edited,
    map,
    gate,
    event,
    round = 0,
    generation = 0,
    before = 0,
    attempts: fused = 0,
    paused,
    begun,
    ...others
  } = walk.nodes[index]!;
  const config = input ?? edited;
  const child = walk.plan.nodes[index]!.type === 'subworkflow';
  const made = attempts ?? before + fused + walk.plan.nodes[index]!.retry.max_attempts;
  return {
    ...{ status: 'pending', open, taken, failed, input: null as Json, output: null, error: null, reason: null },
    ...{ queued_at: null, finished_at: null, alone: true, before: made },
    ...(paused ? { paused } : {}),
    ...(begun ? { begun } : {}),
    ...pick(others, 'unsure', 'was', 'changed_in', 'fired_in', 'child'),
    ...(child && input !== undefined ? { child: (others.child ?? 0) + 1 } : {}),
    ...(child && input === undefined ? { again: { actor, reason, ...(fresh ? { fresh } : {}) } } : {}),
    ...(gate || map || event || child ? { round: round + 1 } : round > 0 ? { round } : {}),
    ...(map && !fresh && input === undefined ? { map } : {}),
    ...(config === undefined ? {} : { edited: config }),
    ...(generation === 0 && !fresh && input === undefined
      ? {}
      : { generation: generation + (fresh || input !== undefined ? 1 : 0) }),
  };
}
