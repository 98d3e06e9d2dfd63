import type { Act, Decision, EngineActivities } from '../contract/work.js';
import type { EventFate, NamedEvent } from '../contract/named-events.js';
import type { Granted, PlaceOf } from '../contract/limits.js';
import type { RunStart, TakesUp } from './state.js';
import type { Json } from '../json.js';
import { FULL_HISTORY_BYTES, FULL_HISTORY_EVENTS } from '../limits.js';
import type { RetryPolicy } from '../spec/plan.js';
import type { NodeError, NodeStatus, RunStatus } from './outcome.js';

/**
 * What the walk asks for and what it is told. A task is one activity, timer or child workflow; its id names it in history
 * (activity id, timer summary, child workflow id), so that history alone tells what a fact belongs to (P1):
 *
 *   `web`            the work of node web             `items[3]`, `items[0..9]`  an item, a batch of a map
 *   `web~bind`       an evaluation that node needs    `a->b~if`, `a->b:always~if`  the condition of an edge
 *   `web~again`      the wait for its next attempt    `~fuse`                    a region of quick nodes
 *   `pay~await`      a wait for an event is made known           `pay~due`          its time is up
 *   `pay~fits`       whether an event fits its schema
 *   `web~place:crm~3` the asking for a place of limit crm
 *   `~timeout`       the run's own timer              `~output`                  the run's output
 *   `web~1`, `items~1[3]`, `gate~1~open`              the same once more, after a person had it done again: what was withdrawn may still be out
 *   `web~undo`       what undoes node web             `items~undo[3]`            an item of a map
 */
export type TaskId = string;

/** Something that history has recorded. The walk is a function of the facts, grouped by workflow task. */
export type Fact =
  | { is: 'completed'; task: TaskId; value: Json }
  /** `again_ms`: it failed in a region, and another attempt is due after so long. */
  | { is: 'failed'; task: TaskId; error: NodeError; again_ms?: number }
  | { is: 'fired'; task: TaskId }
  | { is: 'decided'; decision: Decision; via: 'update' | 'signal' }
  | { is: 'acted'; act: Act }
  | { is: 'event'; event: NamedEvent; via: 'update' | 'signal' }
  /** A place of a limit has come. */
  | ({ is: 'granted' } & Granted)
  | { is: 'cancel_requested' };

export type Command =
  | ActivityCommand
  | { do: 'timer'; task: TaskId; ms: number }
  | ChildCommand
  | FuseCommand
  /** `wait`: what becomes of it is still to be heard, since its effect may have happened. */
  | { do: 'cancel'; task: TaskId; wait?: true }
  | { do: 'status'; status: RunStatus }
  /** A place of a limit is free again, or all that the run has of it; nobody waits for an answer, but for the run's end. */
  | { do: 'give_back'; of: PlaceOf; place?: { task: TaskId; ticket: number } }
  | { do: 'continue' }
  | { do: 'end'; end: RunEnd };

export interface ActivityCommand {
  do: 'activity';
  task: TaskId;
  activity: keyof EngineActivities;
  input: unknown;
  retry: RetryPolicy;
  attempt_ms: number;
  total_ms?: number;
  heartbeat_ms?: number;
  /** For Temporal Web, next to the activity's type. */
  summary: string;
  /** When it is cancelled, it ends with what became of it, and not at once. */
  waits?: true;
}

export interface ChildCommand {
  do: 'child';
  task: TaskId;
  workflow: 'run' | 'map';
  input: unknown;
  summary: string;
  waits?: true;
}

/** A local activity that walks several nodes. At most one is outstanding, and what it brings is a step of its own. */
export interface FuseCommand {
  do: 'fuse';
  task: TaskId;
  input: RunStart;
  summary: string;
}
export const FUSE: TaskId = '~fuse';
/** An activity that does nothing (before engine 3, a timer that fires at once): what is left goes out with the next workflow task. */
export const MORE: TaskId = '~more';
/** For steps of the engine's own, which only fail while the store is away: they are tried until it is back. */
export const UNTIL_IT_WORKS: RetryPolicy = {
  max_attempts: 0,
  initial_interval_ms: 500,
  backoff: 2,
  max_interval_ms: 30_000,
  non_retryable: [],
};
export const nextTask = (): ActivityCommand => ({
  do: 'activity',
  task: MORE,
  activity: 'next_task',
  input: null,
  retry: UNTIL_IT_WORKS,
  attempt_ms: 10_000,
  summary: 'goes on with the next workflow task',
});
/** The wait for a node's next attempt. */
export const againTask = (key: string): TaskId => `${key}~again`;

export interface RunEnd {
  status: Extract<RunStatus, 'completed' | 'failed' | 'cancelled' | 'timed_out'>;
  output: Json;
  error: NodeError | null;
}

/**
 * How much more the history of this Temporal run may take: `enough`; `little`: the server advises to continue as new; `none`: a run that
 * could not do so until now must wait for that, or Temporal would end it.
 */
export type HistoryRoom = 'enough' | 'little' | 'none';

export function historyRoom({
  suggested,
  events,
  bytes,
}: {
  suggested: boolean;
  events: number;
  bytes: number;
}): HistoryRoom {
  if (events >= FULL_HISTORY_EVENTS || bytes >= FULL_HISTORY_BYTES) return 'none';
  return suggested ? 'little' : 'enough';
}

/** What a step changed, in order and with its time in ms since the epoch: the fold makes durable events of it. */
export type Change = { at: number } & News;
export type News =
  | { run: RunStatus; output?: Json; error?: NodeError }
  /** `resumed`: it runs again after it has waited, within one attempt. */
  | { node: string; status: NodeStatus; input?: Json; output?: Json; error?: NodeError; resumed?: true }
  | { gate: string; opened: Json }
  | { gate: string; decided: Decision }
  | { gate: string; lapsed: Decision }
  | { gate: string; voted: Decision; waits_for: string }
  | { gate: string; reminded: { due_at: string; waits_for: string; escalated: boolean } }
  | { acted: Act }
  | {
      received: Omit<NamedEvent, 'data' | 'only_waiting'> &
        Omit<EventFate, 'outcome'> & { outcome: EventFate['outcome'] | 'unfit' };
    }
  /** The run is going to end like this, when what is to be undone is. */
  | { ending: RunEnd['status'] }
  | { undo: string; is: 'compensating' | 'compensated' | 'compensation_held'; error?: NodeError; data?: Json }
  | { taken_up: TakesUp };

/** The node that a task belongs to: `items` for `items[3]`, `web` for `web~bind`; an edge's or the run's has none. */
export function nodeOfTask(task: TaskId): string | undefined {
  if (task.includes('->') || task.startsWith('~')) return undefined;
  return /^[^[~]+/.exec(task)?.[0];
}

/** Whether the task is one of the node's. */
export const isTaskOf = (key: string, task: TaskId): boolean =>
  task === key || (task.startsWith(key) && (task[key.length] === '~' || task[key.length] === '['));

/** The items of a map's task: `[3, 4)` for `items[3]`, `[0, 10)` for `items[0..9]`. */
export function itemsOfTask(task: TaskId): { from: number; to: number } | undefined {
  const match = /\[(\d+)(?:\.\.(\d+))?\]$/.exec(task);
  if (!match) return undefined;
  const from = Number(match[1]);
  return { from, to: Number(match[2] ?? from) + 1 };
}
export const itemsTask = (node: string, from: number, to: number): TaskId =>
  to === from + 1 ? `${node}[${from}]` : `${node}[${from}..${to - 1}]`;

/** Undoes a node, or an item of a map. */
export const undoTask = (node: string, item?: number): TaskId =>
  item === undefined ? `${node}~undo` : `${node}~undo[${item}]`;
export const isUndo = (task: TaskId): boolean => /^[^~[]+~undo(?:$|[~[])/.test(task);

/** What tasks of a node are named after: its key, and which round it is when a person had it tried again. */
export const nameInRound = (key: string, round = 0): string => (round === 0 ? key : `${key}~${round}`);

/** Whether the task only tells others of the node: it holds up nothing, and nothing holds it up. */
export const isNotice = (task: TaskId): boolean => /~(?:close|note\d+)$/.test(task);

/** Whether the task is work that a node was made for, and not something that the engine does for it. */
export const isWork = (task: TaskId): boolean => !task.replace(/~\d+(?=\[|$)/, '').includes('~');
