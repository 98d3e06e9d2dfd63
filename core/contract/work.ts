import type { LimitActivities } from './limits.js';
import type { Launch } from '../engine/launch.js';
import type { NodeError } from '../engine/outcome.js';
import type { RunStart } from '../engine/state.js';
import type { Scope } from '../expr/scope.js';
import type { Json, JsonSchema } from '../json.js';
import type { EventWait, NamedEvent } from './named-events.js';

/** Which run a piece of work belongs to. */
export interface RunRef {
  id: string;
  org: string;
  workflow: string;
  version: number;
}

/** What an activity that carries out one node gets. All of it is bound: no expression is left in `config`. */
export interface Work {
  run: RunRef;
  /** The node's key; of a map's item `key[index]`. */
  node: string;
  /** Names the intended effect, the same for all attempts (P3): `<run>/<node>/<generation>`. */
  effect: string;
  /** The node type's parsed config. Artifact references in it are loaded by whoever needs the content. */
  config: Json;
  /** The output is checked against it where it was made. */
  output_schema?: JsonSchema;
  /** Parts of the output become artifacts until it weighs no more than this; absent: INLINE_BYTES. */
  inline_bytes?: number;
  /** Whoever is called does not honour the effect's key: what may have gone out and has no answer fails with EFFECT_UNKNOWN. */
  once?: true;
  /** Attempts that were made elsewhere, before the first of this activity. */
  attempts_before?: number;
}

/** What comes back: parts above the inline threshold are artifact references already. */
export interface Worked {
  output: Json;
}

/** An evaluation that must look inside artifacts, so it happens in a worker. */
export interface Evaluation {
  run: RunRef;
  /** For messages: `brief` or `archive->brief`. */
  of: string;
  /** A template, or a condition (bare CEL of type bool). */
  template?: Json;
  condition?: string;
  /** What the value may weigh; parts of it become artifacts above that. Absent: INLINE_BYTES. */
  bytes?: number;
  scope: Scope;
}
export interface Evaluated {
  value: Json;
}

/** The node types that a map may have as its body and that run inside one activity. */
export type BodyType = 'tool_call' | 'agent_call' | 'transform';

/** Items [from, to) of a map, in one activity. A single item fails the activity; in a batch it is reported. */
export interface MapBatch {
  run: RunRef;
  /** The map node's key. */
  node: string;
  generation: number;
  /** The list, or an artifact reference to it. An inline list may be just the part from `offset` on: item i is `over[i - offset]`. */
  over: Json;
  offset?: number;
  from: number;
  to: number;
  body: { type: BodyType; config: Json; output_schema?: JsonSchema };
  /** What each item's output may weigh; absent: INLINE_BYTES. */
  inline_bytes?: number;
  /** Without `item` and `index`, which are added for each. */
  scope: Scope;
  /** It undoes them; counts the effects that people asked for afresh. */
  undo?: number;
}
export interface MapBatchResult {
  items: ItemResult[];
}
export type ItemResult =
  | { status: 'completed'; output: Json }
  | { status: 'failed'; error: NodeError; retryable: boolean };

/** What became of a region of quick nodes. Times are in ms since it began. */
export interface FusedRegion {
  took: number;
  /** In the order in which they ended: to apply them in this order leads to the same walk. */
  members: FusedMember[];
  /** Tasks that were given up because they took too long; they left nothing behind but, maybe, an effect under their key. */
  slow: string[];
  /** Tasks that were cut off because the walk went on without them: their effect may have happened. Absent: none. */
  cut?: string[];
  /** The time was up while there was more to do. */
  spent: boolean;
}
export type FusedMember = { task: string; began: number; ended: number } & (
  | { value: Json }
  /** `again_ms`: another attempt is due after so long. */
  | { error: NodeError; again_ms?: number }
);

export interface GateNote {
  run: RunRef;
  node: string;
  round?: number;
  votes: Decision[];
  /** Whom it waits for, in words. */
  waits_for: string;
  /** Those that it was escalated to. */
  addressees?: string[];
  /** Whoever still has to decide is told once more, or those that it was escalated to for the first time; when, in ms since the epoch. */
  told?: { as: 'reminder' | 'escalation'; at: number };
}

export interface GateOpening {
  run: RunRef;
  node: string;
  title: string;
  show: Json;
  role: string;
  /** How often it was asked before; absent: 0. */
  round?: number;
  /** Who may decide it, besides those with the role: `group:legal`, `role:approver`, `user:ann`; absent: the role alone. */
  addressees?: string[];
  /** RFC 3339: when it is decided by itself. */
  due_at?: string;
  /** What a decision has to bring along, as a JSON Schema. */
  form?: JsonSchema;
}

export interface Decision {
  node: string;
  decision: 'approve' | 'deny';
  /** Subject of the person, such as `user:ann` or `key:…`. */
  actor: string;
  /** The roles that the API vouches for; of a decision in somebody's place, theirs. */
  roles: string[];
  /** The groups that the API vouches for; of a decision in somebody's place, theirs. */
  groups?: string[];
  /** Whose seat it takes, where `actor` decides in that person's place; the API vouches that the person has delegated it. */
  on_behalf_of?: string;
  /** Of a decision in somebody's place: they have delegated seats of groups alone, and none that asks for them by name. */
  groups_only?: true;
  /** The hash of what was shown to the person, as the gate has it. */
  evidence?: string;
  /** What the gate's form asks for. */
  form?: Json;
  comment?: string;
  /** Which asking of the gate it is about, as `GateOpening` has it; absent: the first. */
  round?: number;
  /** RFC 3339; set by whoever took it. */
  at: string;
  /** By the API, over all the rest (core/auth/signed.ts): that the actor is who it says. */
  signatures?: string[];
}

interface AmendmentRecord {
  amendment: string;
  /** Of the workflow, when the run was moved to another one. */
  version?: number;
  /** Keys of nodes, and edges as `from->to`. */
  changes: { added: string[]; removed: string[]; changed: string[] };
}
/** How a run came to go on by another plan. */
export type Amendment = AmendmentRecord & { actor: string; reason: string; at: string };

/** What a person does to a living run, each with an Update of its own of the same name. */
export type Act = {
  actor: string;
  reason: string;
  /** RFC 3339; set by whoever took it. */
  at: string;
  /** As a decision has them. */
  signatures?: string[];
} & (
  | { act: 'pause' | 'resume'; node?: string }
  | {
      act: 'retry_node';
      node: string;
      /** Instead of what its config's expressions gave: another effect, under a new key. */
      input?: Json;
      /** The effect is wanted once more, under a new key. */
      fresh?: boolean;
      /** Attempts begun so far, as the view tells: the next ones are counted on from there. */
      attempts?: number;
    }
  | { act: 'skip_node'; node: string }
  | { act: 'set_output'; node: string; output: Json }
  | ({
      act: 'amend';
      node?: undefined;
      /** By which the run goes on, compiled whole. */
      plan: Json;
    } & AmendmentRecord)
);
export const ACTS = [
  'pause',
  'resume',
  'retry_node',
  'skip_node',
  'set_output',
  'amend',
] as const satisfies Act['act'][];

/** What a subworkflow node starts its child run with. */
export interface SubworkflowStart {
  plan: Json;
  run: RunRef;
  input: Json;
  /** Who registered the version. */
  author?: string;
  /** The child run was over: how it starts once more. */
  taken_up?: RunStart;
}

/** The argument of the `scheduled_run` workflow: the rest is read when it fires. */
export interface ScheduledRun {
  schedule: string;
  org: string;
  /** Of the schedule's row, when it was last told to Temporal. */
  revision: number;
}

/** One time at which a schedule starts a run. */
export interface Fire {
  schedule: string;
  org: string;
  /** RFC 3339: of the schedule's times the one that it is for, without jitter. */
  due_at: string;
  /** The Temporal workflow that carries it out, and which execution of it. */
  workflow: string;
  execution: string;
}
export interface AcceptedFire {
  run_id: string;
  /** Absent: another execution has accepted this fire's run before, and sees to it. */
  launch?: Launch;
}

/** Every activity that the engine's workflows call, by the name that Temporal Web shows. */
export interface EngineActivities {
  tool_call(work: Work): Promise<Worked>;
  agent_call(work: Work): Promise<Worked>;
  evaluate(evaluation: Evaluation): Promise<Evaluated>;
  /** Walks a region of quick nodes: the start of a run that consists of nothing else. A local activity. */
  fuse(region: RunStart): Promise<FusedRegion>;
  /** Does nothing: its end brings the run's next workflow task, sooner than a timer would. */
  next_task(nothing: null): Promise<void>;
  /** The length of a list behind an artifact reference. */
  count_items(input: { run: RunRef; over: Json }): Promise<{ total: number }>;
  map_batch(batch: MapBatch): Promise<MapBatchResult>;
  /** Puts results together, in order, as one artifact; each part is a list or a reference to one. */
  join_items(input: { run: RunRef; parts: Json[] }): Promise<{ value: Json }>;
  /** Turns values into artifact references, so that they weigh nothing in history. */
  stash(input: { run: RunRef; values: Json[] }): Promise<{ refs: Json[] }>;
  /** Answers the hash of what is shown. */
  open_gate(gate: GateOpening): Promise<{ evidence: string }>;
  /** Somebody of several has decided, or nobody yet: what the inbox shows of it. */
  note_gate(gate: GateNote): Promise<void>;
  close_gate(gate: { run: RunRef; node: string; round?: number; decision: Decision | null }): Promise<void>;
  /** Makes a wait known to those who send events to whoever waits; answers one that was sent before, which is this run's then. */
  await_event(wait: EventWait): Promise<{ event: NamedEvent | null }>;
  /** Whether the data of an event that came by a signal fits its wait's schema. */
  check_event(given: { run: RunRef; schema: JsonSchema; data: Json }): Promise<{ fits: boolean }>;
  /** Writes the row of the run that a fire starts, once. */
  accept_fire(fire: Fire): Promise<AcceptedFire>;
  /** Asks the limiter for a place; it answers the run with a signal. */
  ask_limit: LimitActivities['ask_limit'];
  /** The plan that a subworkflow node is to run, pinned for the child. */
  start_subworkflow(input: {
    run: RunRef;
    node: string;
    child: string;
    workflow: string;
    version?: number;
    input: Json;
    /** The node runs again: a child run that is over is redriven, once for each key. */
    again?: ChildRedrive;
  }): Promise<SubworkflowStart>;
}

interface ChildRedrive {
  key: string;
  actor: string;
  reason: string;
  fresh?: boolean;
  /** RFC 3339. */
  at: string;
}
