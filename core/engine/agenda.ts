import type { ActivityCommand, ChildCommand, TaskId } from './facts.js';

export type ActivityOrChild = ActivityCommand | ChildCommand;

/** What a walk has asked for, and what it will ask for when there is room. */
export class Agenda {
  /** Outstanding tasks; a slot is what counts against `max_parallel`. */
  readonly tasks = new Map<TaskId, { slot: boolean; long: boolean; turn: number; told?: true }>();
  /** Activities and children that wait for a slot. */
  readonly queue = new Map<TaskId, ActivityOrChild>();
  /** Activities that wait for the next region. */
  readonly quick = new Map<TaskId, ActivityCommand>();
  /** What the outstanding region does first. */
  readonly fused = new Map<TaskId, ActivityCommand>();
  slots = 0;
  /** Of them those that are told to stop and wait to have ended. */
  told = 0;
  /** Counts the workflow tasks of this segment: what is taken back in the one that asked for it never goes out. */
  turn = 0;
  /** When this one began, in ms since the epoch. */
  turnAt = 0;

  /** Whether nothing waits to be asked for. */
  get isEmpty(): boolean {
    return this.queue.size === 0 && this.quick.size === 0;
  }

  begin(task: TaskId, { slot = false, long = false } = {}): void {
    this.tasks.set(task, { slot, long, turn: this.turn });
    if (slot) this.slots++;
  }

  /** False when the task is not outstanding (any more). */
  end(task: TaskId): boolean {
    const found = this.tasks.get(task);
    if (!found) return false;
    this.tasks.delete(task);
    if (found.slot) this.slots--;
    if (found.told) this.told--;
    return true;
  }

  /** Those of these tasks that wait for a slot get the next ones. */
  moveFirst(tasks: ReadonlySet<TaskId>): void {
    const all = [...this.queue];
    this.queue.clear();
    for (const [task, command] of all) if (tasks.has(task)) this.queue.set(task, command);
    for (const [task, command] of all) this.queue.set(task, command);
  }

  /** Takes back what was asked for under these tasks; answers those that were outstanding. */
  withdraw(belongs: (task: TaskId) => boolean): TaskId[] {
    for (const waiting of [this.queue, this.quick, this.fused])
      for (const task of waiting.keys()) if (belongs(task)) waiting.delete(task);
    const out = [...this.tasks.keys()].filter(belongs);
    for (const task of out) this.end(task);
    return out;
  }

  /** Whether the task is a part of what has been handed to a worker. */
  isOut(task: TaskId): boolean {
    return this.tasks.has(task) || this.fused.has(task);
  }

  holdsLongTask(): boolean {
    for (const { long } of this.tasks.values()) if (long) return true;
    return false;
  }

  clear(): void {
    for (const all of [this.tasks, this.queue, this.quick, this.fused]) all.clear();
    this.slots = 0;
    this.told = 0;
  }
}
