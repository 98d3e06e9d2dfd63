import type { Act } from '../contract/work.js';
import type { NodeLevelEvent, RunEvent } from '../events/event.js';
import type { NodeView, RunHeader, RunView } from '../events/view.js';
import type { Json } from '../json.js';
import {
  type Change,
  type Fact,
  type HistoryRoom,
  isUndo,
  isWork,
  itemsOfTask,
  nodeOfTask,
  type TaskId,
} from './facts.js';
import type { NodeError, RunStatus } from './outcome.js';
import { attemptsBefore } from './kinds/work.js';
import { type Past, recall } from './redrive.js';
import { isFinal, type RunStart, type TakesUp } from './state.js';
import { undoEvent } from './undo-view.js';
import { runView } from './view.js';
import { Walk } from './walk.js';

/** A history event as far as the fold is concerned, decoded from Temporal's form by adapters/temporal. */
export interface HistoryFact {
  /** The history event's id. */
  id: number;
  /** Ms since the epoch. */
  at: number;
  what:
    | { is: 'task_started'; room: HistoryRoom }
    | { is: 'task_completed' }
    | { is: 'task_lost' }
    | { is: 'fact'; fact: Fact }
    /** The outcome of a local activity, which the current workflow task has waited for; `at` is when it ended. */
    | { is: 'local'; fact: Fact; at: number }
    /** The outcome of an Update that the current workflow task answered. */
    | { is: 'answered'; fact: Fact }
    | { is: 'attempt'; task: TaskId; attempt: number }
    | { is: 'command' }
    | { is: 'continued' }
    | { is: 'closed'; status: RunStatus; error?: NodeError };
}

/** What one step of the walk is made of. */
interface Step {
  id: number;
  facts: Fact[];
  at: number;
  room: HistoryRoom;
}

interface Seen {
  attempt: number;
  at: number;
}

/**
 * A run's state out of its history (P1): `view = fold(plan, history)`. Each workflow task becomes one step of the walk, with
 * the facts that history had recorded before that task started, at the time that the task started: just what the
 * workflow itself saw. The durable events (P2) are what the steps changed, and where history says that an attempt began.
 */
export class Fold {
  /** Another one when the run has been redriven. */
  walk: Walk;
  private readonly header: RunHeader;
  private pending: Fact[] = [];
  private room: HistoryRoom = 'enough';
  private task: { facts: number; at: number } | undefined;
  private step: Step | undefined;
  private readonly seen = new Map<string, Seen>();
  private readonly itemTimes = new Map<string, { queued?: string; finished?: string }>();
  /** Attempts to undo, by node. */
  private readonly undoAttempts = new Map<string, number>();
  private segment = 0;
  private counted = { id: -1, n: 0 };
  private cursor = '';
  private closedAs: { status: RunStatus; at: number; error: NodeError | null } | undefined;
  private lastAt = 0;

  constructor(header: RunHeader, start: RunStart) {
    this.header = header;
    this.walk = new Walk(start);
    this.segment = start.segment;
  }

  /** The run was over and has been redriven: what it starts with now takes the place of what it had come to. */
  takeUp(start: RunStart): void {
    const before = this.walk;
    this.walk = new Walk(start);
    recall(this.walk, before);
    Object.assign(this, { segment: start.segment, closedAs: undefined, pending: [], task: undefined });
    this.counted = { id: -1, n: 0 };
  }

  /** What the run has come to, for whoever takes it up. */
  past(): Past {
    const { status } = this.view();
    const attempts = new Map([...this.seen].map(([key, { attempt }]) => [key, attempt]));
    return { walk: this.walk, status, segment: this.segment, attempts };
  }

  /** True when the run is over and nothing more follows. */
  get closed(): boolean {
    return this.closedAs !== undefined;
  }

  /** Takes whole batches of history, in order; answers the durable events that they hold. */
  apply(history: Iterable<HistoryFact>): RunEvent[] {
    const events: RunEvent[] = [];
    for (const fact of history) this.take(fact, events);
    this.flush(events);
    return events;
  }

  view(): RunView {
    const view = runView(this.walk, this.header, this.cursor);
    for (const node of view.nodes) this.overlay(node);
    if (this.closedAs && !this.walk.end) this.closeFromOutside(view);
    return view;
  }

  private take({ id, at, what }: HistoryFact, events: RunEvent[]): void {
    this.lastAt = at;
    if (what.is === 'answered') {
      this.step?.facts.push(what.fact);
      return;
    }
    if (what.is !== 'command' && what.is !== 'closed' && what.is !== 'continued') this.flush(events);
    switch (what.is) {
      case 'task_started':
        this.room = what.room;
        this.task = { facts: this.pending.length, at };
        break;
      case 'task_lost':
        this.task = undefined;
        break;
      case 'task_completed':
        if (this.task)
          this.step = { id, facts: this.pending.splice(0, this.task.facts), at: this.task.at, room: this.room };
        this.task = undefined;
        break;
      case 'fact':
        this.pending.push(what.fact);
        break;
      case 'local':
        this.advance({ id, facts: [what.fact], at: what.at, room: this.room }, events);
        break;
      case 'attempt':
        this.attemptBegan(id, at, what.task, what.attempt, events);
        break;
      case 'continued':
        this.flush(events);
        this.walk.continueWalk();
        this.segment++;
        this.pending = [];
        break;
      case 'closed':
        this.flush(events);
        this.closedAs = { status: this.walk.end?.status ?? what.status, at, error: what.error ?? null };
        if (!this.walk.end)
          this.emit(events, id, { at, run: what.status, ...(what.error ? { error: what.error } : {}) });
        break;
      case 'command':
    }
  }

  private flush(events: RunEvent[]): void {
    const { step } = this;
    if (!step) return;
    this.step = undefined;
    const first = this.walk.status === 'queued';
    if (!first && step.facts.length === 0) return;
    this.advance(step, events);
  }

  private advance({ id, facts, at, room }: Step, events: RunEvent[]): void {
    for (const change of this.walk.step(facts, at, room).changes) this.emit(events, id, change);
  }

  /** Cursors of one run sort as text: segment, history event, place within it. */
  private nextCursor(id: number): string {
    this.counted = this.counted.id === id ? { id, n: this.counted.n + 1 } : { id, n: 0 };
    const pad = (n: number, width: number) => String(n).padStart(width, '0');
    this.cursor = `${pad(this.segment, 4)}.${pad(id, 6)}.${pad(this.counted.n, 6)}`;
    return this.cursor;
  }

  private emit(events: RunEvent[], id: number, change: Change): void {
    const at = new Date(change.at).toISOString();
    if ('run' in change) {
      const { run, output, error } = change;
      const type = `run.${run}` as Extract<RunEvent['type'], `run.${string}`>;
      events.push({
        cursor: this.nextCursor(id),
        type,
        at,
        status: run,
        ...(output === undefined || run !== 'completed' ? {} : { output }),
        ...(error ? { error } : {}),
      });
    } else if ('gate' in change) {
      const [type, data] = gateNews(change);
      events.push({
        cursor: this.nextCursor(id),
        type,
        at,
        node_key: change.gate,
        status: 'waiting',
        attempt: 1,
        data,
      });
    } else if ('received' in change)
      events.push({
        ...{ cursor: this.nextCursor(id), type: 'event.received', at },
        ...{ status: this.walk.status, data: change.received as unknown as Json },
      });
    else if ('taken_up' in change) this.emitTakenUp(events, id, at, change.taken_up);
    else if ('acted' in change) this.emitAct(events, id, at, change.acted);
    else if ('undo' in change || 'ending' in change)
      events.push(undoEvent(this.walk, change, at, this.nextCursor(id), this.attemptsToUndo(change)));
    else this.emitNode(events, id, change);
  }

  private emitTakenUp(events: RunEvent[], id: number, at: string, { is, ...data }: TakesUp): void {
    const type = is === 'fork' ? 'run.forked' : 'run.redriven';
    events.push({ cursor: this.nextCursor(id), type, at, status: 'running', data: data as unknown as Json });
  }

  private emitAct(events: RunEvent[], id: number, at: string, act: Act): void {
    const cursor = this.nextCursor(id);
    const { plan: _, ...told } = act as Act & { plan?: Json };
    const data = told as unknown as Json;
    if (act.node === undefined) {
      events.push({ cursor, type: 'run.acted', at, status: this.walk.status, data });
      return;
    }
    const { status } = this.walk.nodes[this.walk.indexOf.get(act.node)!]!;
    events.push({
      ...{ cursor, type: 'node.acted', at, node_key: act.node, status, data },
      attempt: this.seen.get(act.node)?.attempt ?? 0,
    });
  }

  private emitNode(events: RunEvent[], id: number, change: Extract<Change, { node: string }>): void {
    const { node, status, at: ms, resumed, ...rest } = change;
    const at = new Date(ms).toISOString();
    if (node.includes('['))
      this.itemTimes.set(node, {
        ...this.itemTimes.get(node),
        ...(status === 'queued' ? { queued: at } : { finished: at }),
      });
    const attempt = this.seen.get(node)?.attempt ?? 0;
    const type = `node.${status}` as NodeLevelEvent['type'];
    if (status === 'running' && !this.seen.has(node)) this.seen.set(node, { attempt: 1, at: ms });
    if (status === 'running' && attempt !== 0 && !resumed) return;
    events.push({
      cursor: this.nextCursor(id),
      type,
      at,
      node_key: node,
      status,
      attempt: this.seen.get(node)?.attempt ?? attempt,
      ...rest,
    });
  }

  /** History records the start of an attempt when it has ended; the time is the true one. */
  private attemptBegan(id: number, ms: number, task: TaskId, attempt: number, events: RunEvent[]): void {
    const node = nodeOfTask(task);
    if (isUndo(task)) return this.undoAttempt(node!, task, attempt);
    if (node === undefined || !isWork(task)) return;
    if (!this.walk.agenda.tasks.has(task)) return;
    const items = itemsOfTask(task);
    const before = attemptsBefore(this.walk.nodes[this.walk.indexOf.get(node)!]!);
    const keys = items ? Array.from({ length: items.to - items.from }, (_, i) => `${node}[${items.from + i}]`) : [node];
    for (const key of keys) {
      const earlier = items && this.seen.get(key);
      this.seen.set(key, { attempt: (earlier?.attempt ?? before) + attempt, at: earlier?.at ?? ms });
      events.push({
        cursor: this.nextCursor(id),
        type: 'node.running',
        at: new Date(ms).toISOString(),
        node_key: key,
        status: 'running',
        attempt: this.seen.get(key)!.attempt,
      });
    }
  }

  private attemptsToUndo(change: Change): number {
    return 'undo' in change ? (this.undoAttempts.get(change.undo) ?? 0) : 0;
  }

  private undoAttempt(node: string, task: TaskId, attempt: number): void {
    const { before = 0 } = this.walk.nodes[this.walk.indexOf.get(node)!]!.undo ?? {};
    if (!task.endsWith('~bind'))
      this.undoAttempts.set(node, Math.max(this.undoAttempts.get(node) ?? 0, before + attempt));
  }

  private overlay(node: NodeView): void {
    if (node.compensation) node.compensation.attempt = this.undoAttempts.get(node.key) ?? 0;
    const seen = this.seen.get(node.key);
    if (seen) {
      node.attempt = seen.attempt;
      if (node.status !== 'pending') node.started_at = new Date(seen.at).toISOString(); // it may begin again, later
      // An attempt in a region is over, whatever came of it.
      const over = attemptsBefore(this.walk.nodes[this.walk.indexOf.get(node.key) ?? -1] ?? {});
      if (node.status === 'queued' && seen.attempt > over) node.status = 'running';
    }
    const times = this.itemTimes.get(node.key);
    if (!times) return;
    node.queued_at = times.queued ?? null;
    node.finished_at = times.finished ?? null;
  }

  /** Closed behind the walk's back: terminated, or timed out by the server. */
  private closeFromOutside(view: RunView): void {
    const { status, at, error } = this.closedAs!;
    Object.assign(view, { status, error, finished_at: new Date(at).toISOString() });
    delete view.ending;
    for (const node of view.nodes) {
      if (isFinal(node.status)) continue;
      node.why = `the run was ${status.replace('_', ' ')}`;
      node.status = node.status === 'pending' ? 'skipped' : 'cancelled';
    }
  }
}

/** The event that tells of it, and its data. */
function gateNews(change: Extract<Change, { gate: string }>): [Extract<RunEvent['type'], `gate.${string}`>, Json] {
  if ('opened' in change) return ['gate.opened', change.opened];
  if ('decided' in change) return ['gate.decided', change.decided as unknown as Json];
  if ('lapsed' in change) return ['gate.lapsed', change.lapsed as unknown as Json];
  if ('voted' in change) return ['gate.voted', { ...change.voted, waits_for: change.waits_for } as unknown as Json];
  return ['gate.reminded', change.reminded];
}
