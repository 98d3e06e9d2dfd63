import type { Amendment, Decision, ItemResult, RunRef } from '../contract/work.js';
import type { RunScope } from '../expr/scope.js';
import type { Json } from '../json.js';
import type { Plan } from '../spec/plan.js';
import type { Question } from './kinds/question.js';
import type { EdgeState, Tally } from './edges.js';
import type { CarriedMailbox, Received } from './mailbox.js';
import type { RunEnd } from './facts.js';
import type { NodeError, NodeStatus } from './outcome.js';
import type { CarriedPlaces } from './places.js';

/** The rules that new runs start with. */
export const ENGINE: RunStart['engine'] = 4;

/** What a run starts with: the argument of the `run` workflow, together with what an earlier segment carried over. */
export interface RunStart {
  /**
   * Which rules the walk follows. A run keeps those that it started with: a change of what the walk does for the same facts
   * gets a new number, and the old behaviour stays reachable under the old one (P6, docs/decisions/0002). 2: quick nodes are fused.
   * 3: one region follows another while that pays; what is too much for one workflow task goes on after a short activity instead of a
   * timer; a history that is full makes the run wait; errors weigh no more than a node's share. 4: a gate that a join cancels leaves the
   * inbox at once, not with the end of the run.
   */
  engine: 1 | 2 | 3 | 4;
  plan: Plan;
  run: RunRef;
  /** Public keys that vouch for who decides and acts, as `<id>:<base64>`; absent: the run takes everybody's word. */
  signers?: readonly string[];
  /** Who registered the version; absent in runs that began before it was carried. */
  author?: string;
  scope: Omit<RunScope, 'id' | 'workflow' | 'version' | 'started_at'>;
  input: Json;
  /** What the run's output may weigh before it becomes an artifact; absent: INLINE_BYTES. A parent of many children sets it. */
  output_bytes?: number;
  /** What a node's value may weigh; absent: a share by the number of nodes. */
  inline_bytes?: number;
  /** Instead of the plan's own: said when the run was started, or its parent's. */
  priority?: number;
  /** Counts the Temporal runs of this run, from 0; it continues as new when its history grows long. */
  segment: number;
  carried?: Carried;
  /** It does not begin at the beginning: `carried` is what is taken over from before. */
  takes_up?: TakesUp;
}

/** Why a run begins where another execution had come to, who wanted it, and which nodes begin (again). */
export type TakesUp = {
  actor: string;
  reason: string;
  /** RFC 3339; set by whoever took it. */
  at: string;
  /** Keys of the nodes that are not settled any more, in the plan's order. */
  begins: string[];
} & (
  | {
      /** The same run once more, after it was over. `n`: which redrive it is, from 1. */
      is: 'redrive';
      n: number;
    }
  | { /** A new run out of the past of another. */ is: 'fork'; from: { run_id: string; node_key: string } }
);

export interface NodeState extends Tally {
  status: NodeStatus;
  input: Json;
  output: Json;
  error: NodeError | null;
  /** Why a node was skipped or cancelled. */
  reason: string | null;
  queued_at: number | null;
  finished_at: number | null;
  /** When a waiting node's timer fires, in ms since the epoch. */
  due_at?: number;
  /** It shares no activity with other nodes any more. */
  alone?: boolean;
  /** Nothing of it begins until it is resumed. */
  paused?: { by: string; reason: string };
  /** What a person put in the place of its bound config. */
  edited?: Json;
  /** Moves when a person asks for a fresh effect (P3); absent: 0. */
  generation?: number;
  /** Attempts that were made before a person asked for more. */
  before?: number;
  /** Attempts that were made in a region. */
  attempts?: number;
  /** What the last of them ended with, and when the next is due, in ms since the epoch. */
  retry?: { at: number; error: NodeError };
  /** It begins once more because a person wanted it: a child run of it is redriven. */
  again?: { actor: string; reason: string; fresh?: boolean };
  /** Of a subworkflow node: how many child runs it had before, with other input. */
  child?: number;
  /** The run that it was taken over from, settled. */
  origin?: string;
  gate?: GateState;
  /** How often it was done again after its gate was open, its map had begun, or it was taken back: names its tasks anew (facts.ts). */
  round?: number;
  /** What it was before it was taken back (reopen.ts); gone when it has settled again. */
  was?: Omit<NodeState, 'was'>;
  /** That may still hold. */
  maybe?: true;
  /** It goes on though what it followed from was taken back; what follows from it waits. */
  unsure?: true;
  /** How many times something had been reopened in the run when its result became another one, and when it began. */
  changed_in?: number;
  fired_in?: number;
  /** When it began before it was taken back; and since when it has had its result, if it was done again with the same one. */
  fired_at?: number;
  same_since?: number;
  /** A person said what it puts out, or left it out. */
  by_hand?: true;
  /** Its output weighed too much to come along into this segment. */
  left_behind?: true;
  map?: MapState;
  /** What it waits for; `registered`: events that are sent to whoever waits find it; `checking`: one has come, and a worker looks whether it fits. */
  event?: { name: string; key: string; registered?: true; checking?: Received };
  /** Of a node that can be undone: work of it was handed to a worker. */
  begun?: true;
  /** It had ended otherwise when its work, which had been withdrawn, completed all the same: with this output. */
  late?: { output: Json };
  undo?: UndoState;
}

/** How far a node is undone. `skipped`: a person said that it is, or need not be. */
export interface UndoState {
  status: 'pending' | 'running' | 'held' | 'completed' | 'skipped';
  input: Json;
  output: Json;
  error: NodeError | null;
  started_at: number | null;
  finished_at: number | null;
  /** What a person put in the place of its bound config. */
  edited?: Json;
  /** Counts the effects that people asked for afresh. */
  generation?: number;
  /** Attempts before the last that a person asked for. */
  before?: number;
  /** Of a map: the items that are left, and those that are being undone. */
  items?: { left: number[]; out: number[] };
}

/** A run that is about to end: what is under way is let go of, then what has happened is undone. */
export interface Ending {
  status: Exclude<RunEnd['status'], 'completed'>;
  error: NodeError;
  /** Nothing of the run is under way any more. */
  undoing?: true;
}

export interface GateState {
  title: string;
  show: Json;
  role: string;
  /** The row of the inbox is written; then a decision can close it. */
  recorded: boolean;
  /** It was cancelled while the row was being written: it leaves the inbox as soon as it is in it. */
  withdrawn?: true;
  /** What settled it. */
  decision?: Decision;
  /** Of a gate with a policy: decisions so far, one a person. */
  votes?: Decision[];
  /** The hash of what is shown. */
  evidence?: string;
  /** Of a remote agent that asks. */
  question?: Question;
  /** In ms since the epoch; of a gate with a deadline. */
  opened_at?: number;
  /** It was handed to others, too. */
  escalated?: boolean;
}

/** The progress of a map whose items run in this workflow. */
export interface MapState {
  over: Json;
  total: number;
  next: number;
  working: number;
  completed: number;
  failed: number;
  items: (ItemResult | null)[];
}

/** A walk as it crosses into the next segment: what later steps may still need, and nothing else. */
export interface Carried {
  started_at: number;
  /** When the run was taken up, in ms since the epoch: its timeout counts from there. */
  since?: number;
  paused?: { by: string; reason: string };
  /** How many times something had been reopened. */
  reopened?: number;
  amendments?: Amendment[];
  ending?: Ending;
  /** Of limits; absent: it never needed any. */
  places?: CarriedPlaces;
  nodes: ({ index: number } & NodeState)[];
  edges: [index: number, state: EdgeState][];
  /** Absent: no event has come yet. */
  mailbox?: CarriedMailbox;
  /** Signed acts that were taken lately (signed.ts). */
  spent?: [act: string, at: number][];
}

export const pendingNode = (open: number): NodeState => ({
  status: 'pending',
  open,
  taken: 0,
  failed: 0,
  input: null,
  output: null,
  error: null,
  reason: null,
  queued_at: null,
  finished_at: null,
});

/** What a node counts as while it is taken back and what it was may still hold: if the run ends now, it was that. */
export const asItStands = (state: NodeState): Omit<NodeState, 'was'> =>
  state.status === 'pending' && state.maybe && state.was ? state.was : state;

const FINAL: ReadonlySet<NodeStatus> = new Set(['completed', 'failed', 'skipped', 'cancelled']);
export const isFinal = (status: NodeStatus): boolean => FINAL.has(status);

/** Of a run and all that it asks for, 1 (first) to 5; undefined: nobody has said. */
export const priorityOf = ({ priority, plan }: Pick<RunStart, 'priority' | 'plan'>): number | undefined =>
  priority ?? plan.run.priority;
