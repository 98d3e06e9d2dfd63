import type { Decision, ItemResult, RunRef } from '../contract/work.js';
import type { RunScope } from '../expr/scope.js';
import type { Json } from '../json.js';
import type { Plan } from '../spec/plan.js';
import type { Question } from './kinds/question.js';
import type { EdgeState, Tally } from './edges.js';
import type { NodeError, NodeStatus } from './outcome.js';

/** The rules that new runs start with. */
export const ENGINE: RunStart['engine'] = 3;

/** What a run starts with: the argument of the `run` workflow, together with what an earlier segment carried over. */
export interface RunStart {
  /**
   * Which rules the walk follows. A run keeps those that it started with: a change of what the walk does for the same facts
   * gets a new number, and the old behaviour stays reachable under the old one (P6, docs/decisions/0002). 2: quick nodes are fused.
   * 3: one region follows another while that pays; what is too much for one workflow task goes on after a short activity instead of a
   * timer; a history that is full makes the run wait; errors weigh no more than a node's share.
   */
  engine: 1 | 2 | 3;
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
  /** Counts the Temporal runs of this run, from 0; it continues as new when its history grows long. */
  segment: number;
  carried?: Carried;
}

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
  gate?: GateState;
  /** How often a person had it tried again after its gate was open or its map had begun: names its tasks anew (facts.ts). */
  round?: number;
  map?: MapState;
}

export interface GateState {
  title: string;
  show: Json;
  role: string;
  /** The row of the inbox is written; then a decision can close it. */
  recorded: boolean;
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
  paused?: { by: string; reason: string };
  nodes: ({ index: number } & NodeState)[];
  edges: [index: number, state: EdgeState][];
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

const FINAL: ReadonlySet<NodeStatus> = new Set(['completed', 'failed', 'skipped', 'cancelled']);
export const isFinal = (status: NodeStatus): boolean => FINAL.has(status);
