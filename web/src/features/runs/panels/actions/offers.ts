import type { Action } from '../../../../../../core/auth/can.js';
import type { NodeStatus, RunStatus } from '../../../../../../core/engine/outcome.js';

/** What people may do to a run or a node, and when. The server is asked in any case: this decides what is offered, and says why not. */
export type RunAct = 'pause' | 'resume' | 'redrive' | 'fork' | 'amend' | 'event' | 'compare' | 'cancel' | 'terminate';
export type NodeAct = 'retry' | 'skip' | 'set_output' | 'pause_node' | 'resume_node' | 'fork_here';
export type ActName = RunAct | NodeAct;

export interface Offer<A extends ActName = ActName> {
  act: A;
  /** Why it can't be done now; absent: it can. */
  not?: string;
}

interface Rule {
  label: string;
  /** Pressed with Shift, where no text is typed. */
  key: string;
  action: Action;
  danger?: true;
}
export const ACTS: Record<ActName, Rule> = {
  pause: { label: 'Pause', key: 'P', action: 'runs:repair' },
  resume: { label: 'Resume', key: 'P', action: 'runs:repair' },
  redrive: { label: 'Redrive', key: 'D', action: 'runs:repair' },
  fork: { label: 'Fork', key: 'F', action: 'runs:repair' },
  amend: { label: 'Amend', key: 'A', action: 'runs:repair' },
  event: { label: 'Send event', key: 'E', action: 'events:send' },
  compare: { label: 'Compare with another run', key: 'C', action: 'read' },
  cancel: { label: 'Cancel', key: 'X', action: 'runs:cancel', danger: true },
  terminate: { label: 'Terminate', key: 'T', action: 'runs:terminate', danger: true },
  retry: { label: 'Retry', key: 'R', action: 'runs:repair' },
  skip: { label: 'Skip', key: 'S', action: 'runs:repair' },
  set_output: { label: 'Set output', key: 'O', action: 'runs:repair' },
  pause_node: { label: 'Pause', key: 'H', action: 'runs:repair' },
  resume_node: { label: 'Resume', key: 'H', action: 'runs:repair' },
  fork_here: { label: 'Fork from here', key: 'F', action: 'runs:repair' },
};

export type May = (action: Action) => boolean;

const OVER: ReadonlySet<RunStatus> = new Set([
  ...(['completed', 'failed', 'cancelled', 'terminated', 'timed_out'] as const),
]);
export const isOver = (status: RunStatus): boolean => OVER.has(status);
const SETTLED: ReadonlySet<NodeStatus> = new Set(['completed', 'failed', 'skipped', 'cancelled'] as const);
export const isSettled = (status: NodeStatus): boolean => SETTLED.has(status);

export interface RunFacts {
  status: RunStatus;
  /** It is going to end, and undoes what it has done first. */
  ending: boolean;
  /** It is a part of another run. */
  isChild: boolean;
  /** Nodes that failed. */
  failed: number;
  /** Nodes that have settled. */
  settled: number;
}

/** In the order in which they are listed. What the reader may not do at all is left out. */
export function runOffers(run: RunFacts, may: May): Offer<RunAct>[] {
  const over = isOver(run.status);
  const paused = run.status === 'paused';
  const open = (act: RunAct, not?: string): Offer<RunAct> => offer(act, over ? 'The run is over.' : not);
  const ending = run.ending ? 'The run is going to end.' : undefined;
  const all = [
    open(paused ? 'resume' : 'pause', ending),
    offer('redrive', noRedrive(run)),
    offer('fork', run.settled === 0 ? 'No node has settled yet.' : undefined),
    open('amend', ending),
    open('event', ending),
    offer('compare'),
    open('cancel', ending),
    open('terminate'),
  ];
  return all.filter(({ act }) => may(ACTS[act].action));
}

function noRedrive({ status, isChild, failed }: RunFacts): string | undefined {
  if (!isOver(status)) return 'The run is open: retry its nodes.';
  if (isChild) return 'It is a part of another run: redrive that one.';
  return status === 'completed' && failed === 0 ? 'It completed, and no node failed.' : undefined;
}

export interface NodeFacts {
  type: string;
  status: NodeStatus;
  /** It waits for its next attempt. */
  waitsForAttempt: boolean;
  paused: boolean;
  /** How far it is undone. */
  undo?: string;
  run: Pick<RunFacts, 'status' | 'ending'>;
}

export function nodeOffers(node: NodeFacts, may: May): Offer<NodeAct>[] {
  const all = [
    offer('retry', noRetry(node)),
    offer('skip', noSkip(node)),
    offer('set_output', noOutput(node)),
    offer(node.paused ? 'resume_node' : 'pause_node', noPause(node)),
    offer('fork_here', isSettled(node.status) ? undefined : 'It has not settled yet.'),
  ];
  return all.filter(({ act }) => may(ACTS[act].action));
}

/** What holds for every act on a node of a living run; null: nothing is in the way. */
function closed({ run, undo }: NodeFacts, whenEnding: boolean): string | undefined {
  if (isOver(run.status)) return 'The run is over: redrive or fork it.';
  return run.ending && !(whenEnding && undo === 'held') ? 'The run is going to end.' : undefined;
}

function noRetry(node: NodeFacts): string | undefined {
  const { status, waitsForAttempt, run } = node;
  const not = closed(node, true);
  if (not !== undefined || run.ending) return not;
  if (status === 'held' || status === 'completed' || status === 'failed') return undefined;
  if (status === 'skipped' || status === 'cancelled') return `It is ${status}: no way leads to it.`;
  if (waitsForAttempt || status === 'running') return undefined;
  return `It is ${status}: there is nothing to try again.`;
}

function noSkip(node: NodeFacts): string | undefined {
  const { status, type, run } = node;
  const not = closed(node, true);
  if (not !== undefined || run.ending) return not;
  if (isSettled(status)) return `It is ${status} already.`;
  return type === 'human_gate' && status !== 'held' ? 'A gate is decided, not skipped.' : undefined;
}

function noOutput(node: NodeFacts): string | undefined {
  const { status, type } = node;
  const not = closed(node, false);
  if (not !== undefined) return not;
  if (type === 'human_gate') return 'A gate’s output is what people decide.';
  return status === 'skipped' || status === 'cancelled' ? `It is ${status}: no way leads to it.` : undefined;
}

function noPause(node: NodeFacts): string | undefined {
  const not = closed(node, false);
  if (not !== undefined) return not;
  return isSettled(node.status) ? `It is ${node.status} already.` : undefined;
}

const offer = <A extends ActName>(act: A, not?: string): Offer<A> => ({ act, ...(not === undefined ? {} : { not }) });
