import type { Work } from '../contract/work.js';
import { isObject, type Json } from '../json.js';
import { apartFromCode } from '../nodes/code.js';
import { bindTemplate, boundValue } from './bind.js';
import type { ActivityOrChild } from './agenda.js';
import { endNow, settleRest } from './end.js';
import { type Fact, FUSE, isWork, itemsOfTask, MORE, nodeOfTask, type TaskId, undoTask } from './facts.js';
import { effectKey } from './kinds/work.js';
import { stop } from './lingering.js';
import type { NodeError } from './outcome.js';
import { END_REASONS } from './reasons.js';
import { release } from './release.js';
import { withdrawGate } from './kinds/human-gate.js';
import { asItStands, type Ending, isFinal, type UndoState } from './state.js';
import { inDoubt } from './doubt.js';
import { askForItems, itemsToUndo, itemUndone } from './undo-items.js';
import type { Walk } from './walk.js';

/**
 * A run that ends otherwise than well is undone first. It holds:
 *
 * 1. Nothing is undone while anything of the run is under way: it is told to stop, and waited for.
 * 2. Undone is what completed; with `when: started` also what began and has no known good end. Never what never began.
 * 3. A node is undone after all of its successors, however far, that are to be undone.
 * 4. Each once, under a key of its own; one that can't be undone waits for a person, and so does the end of the run.
 * 5. Neither another request to cancel nor the run's timeout stops it.
 */
export class Undoing {
  private readonly walk: Walk;
  /** Nodes that can be undone. */
  private readonly nodes: number[];
  /** Ways out of each node to what is not clear yet: to be undone, or before something that is. */
  private ways: number[] = [];
  private open = 0;

  constructor(walk: Walk) {
    this.walk = walk;
    this.nodes = walk.plan.nodes.flatMap(({ compensate }, index) => (compensate ? [index] : []));
  }

  /** Whether a run that ended now would have something to undo, or may have. */
  isNeeded(): boolean {
    if (this.walk.agenda.told > 0) return true; // work that was withdrawn may still complete
    return this.nodes.some((node) => {
      const { status, begun } = asItStands(this.walk.nodes[node]!);
      return isFinal(status) ? this.isDue(node) : begun || this.walk.agenda.fused.has(this.walk.key(node));
    });
  }

  /** Whether what the node has and reads may still be needed to undo it. */
  wants(node: number): boolean {
    if (!this.walk.plan.nodes[node]!.compensate) return false;
    const { status, undo } = this.walk.nodes[node]!;
    return undo ? isOpen(undo) : !isFinal(status) || this.isDue(node);
  }

  private isDue(node: number): boolean {
    const { status, begun, late } = asItStands(this.walk.nodes[node]!);
    if (status === 'completed' || late) return true;
    if (itemsToUndo(this.walk, node).length > 0) return true;
    return begun === true && this.walk.plan.nodes[node]!.compensate!.when === 'started';
  }

  /** What is asked for of a run that may have to be undone is heard of to its end. */
  waitedFor(task: TaskId, command: ActivityOrChild): ActivityOrChild {
    if (this.nodes.length === 0) return command;
    if (isWork(task)) this.mark([task]);
    return { ...command, waits: true };
  }

  /** Work of these tasks was begun. */
  mark(tasks: TaskId[]): void {
    if (this.nodes.length === 0) return;
    for (const task of tasks) {
      const node = this.walk.indexOf.get(nodeOfTask(task)!)!;
      if (this.walk.plan.nodes[node]!.compensate) this.walk.nodes[node]!.begun = true;
    }
  }

  /** Whether it matters what a region made of a node that nobody waits for any more: what has happened may have to be undone. */
  hears(node: number): boolean {
    const { compensate } = this.walk.plan.nodes[node]!;
    return this.walk.ending !== undefined || (compensate !== undefined && isFinal(this.walk.nodes[node]!.status));
  }

  begin(ending: Ending): void {
    const { walk } = this;
    const { agenda } = walk;
    walk.ending = ending;
    walk.paused = undefined; // what has happened is not left as it is
    walk.note({ ending: ending.status });
    for (const waiting of [agenda.queue, agenda.quick]) waiting.clear();
    walk.places.withdraw(() => true);
    for (const node of walk.nodes.keys()) if (!isFinal(walk.nodes[node]!.status)) withdrawGate(walk, node);
    // A timer has no slot: nothing can come of it.
    const works = (task: TaskId) => isWork(task) && agenda.tasks.get(task)!.slot;
    const kept = new Set([FUSE, MORE, ...[...agenda.tasks.keys()].filter((task) => works(task) && stop(walk, task))]);
    walk.withdraw((task) => agenda.tasks.has(task) && !kept.has(task));
  }

  /** A node failed while the run lets go of it. */
  failed(node: number, error: NodeError, output: Json): void {
    const { walk } = this;
    if (error.code === 'RUN_CANCELLED') {
      walk.cut.nodes.add(node);
      walk.settle(node, 'cancelled', { reason: END_REASONS[walk.ending!.status], output });
    } else walk.settle(node, 'failed', { error, output });
  }

  /** At the end of a step. True when nothing is left to be said of it. */
  goOn(draining: boolean): boolean {
    const { walk } = this;
    const { agenda } = walk;
    if (!walk.ending!.undoing) {
      if (agenda.slots > 0) return false;
      this.start();
    }
    if (this.open === 0) {
      const { status, error } = walk.ending!;
      endNow(walk, status, this.accountOf(error));
      return true;
    }
    if (!draining) release(walk, walk.fusing);
    if (!draining || agenda.slots > 0) return false;
    walk.ask({ do: 'continue' });
    return true;
  }

  /** Nothing is under way any more. */
  private start(): void {
    const { walk } = this;
    settleRest(walk, walk.ending!.status);
    walk.ending!.undoing = true;
    for (const node of this.nodes) {
      if (!this.isDue(node)) continue;
      const state = walk.nodes[node]!;
      if (state.late) state.output = state.late.output;
      delete state.paused;
      state.undo = { ...PENDING, ...(state.map ? { items: { left: itemsToUndo(walk, node), out: [] } } : {}) };
    }
    this.arrange();
  }

  /** In a new segment: nothing is out there. */
  resume(): void {
    if (!this.walk.ending!.undoing) return;
    for (const node of this.nodes) {
      const { undo } = this.walk.nodes[node]!;
      if (undo?.items) undo.items = { left: [...undo.items.out, ...undo.items.left], out: [] };
    }
    this.arrange();
  }

  private arrange(): void {
    const { plan, nodes } = this.walk;
    this.ways = plan.nodes.map(({ out }) => out.length);
    this.open = this.nodes.filter((node) => isOpen(nodes[node]!.undo)).length;
    const last = [...nodes.keys()].filter((node) => this.ways[node] === 0);
    const [ready, clear] = [true, false].map((open) => last.filter((node) => isOpen(nodes[node]!.undo) === open));
    this.spread(clear!, ready!);
  }

  /** Goes back from nodes that are clear; what all ways lead to clear nodes from is undone now, what ended last first. */
  private spread(clear: number[], ready: number[] = []): void {
    const { plan, nodes } = this.walk;
    for (const node of clear)
      for (const edge of plan.nodes[node]!.in) {
        const { from } = plan.edges[edge]!;
        if (--this.ways[from]! === 0) (isOpen(nodes[from]!.undo) ? ready : clear).push(from);
      }
    ready.sort((a, b) => nodes[b]!.finished_at! - nodes[a]!.finished_at! || b - a);
    for (const node of ready) if (nodes[node]!.undo!.status !== 'held') this.ask(node);
  }

  private ask(node: number): void {
    const { walk } = this;
    const undo = walk.nodes[node]!.undo!;
    const { reads, config } = walk.plan.nodes[node]!.compensate!;
    const key = walk.key(node);
    if (undo.status === 'pending') walk.note({ undo: key, is: 'compensating' });
    Object.assign(undo, { status: 'running', started_at: undo.started_at ?? walk.at });
    if (walk.plan.nodes[node]!.type === 'map') return this.askForMap(node);
    if (undo.edited !== undefined) return this.send(node, undo.edited);
    const reader = { ...walk.plan.nodes[node]!, reads };
    const bound = bindTemplate(walk, `${undoTask(key)}~bind`, reader, apartFromCode(config).template, 'work');
    if (bound.is === 'value') this.send(node, bound.value);
    else if (bound.is === 'failed') this.hold(node, bound.error);
  }

  private askForMap(node: number): void {
    const problem = askForItems(this.walk, node);
    if (problem) this.hold(node, problem);
    else this.afterItem(node);
  }

  private send(node: number, bound: Json): void {
    const { walk } = this;
    const { type, config, retry, timeout } = walk.plan.nodes[node]!.compensate!;
    const undo = walk.nodes[node]!.undo!;
    undo.input = bound;
    const task = undoTask(walk.key(node));
    const input: Work = {
      ...{ run: walk.start.run, node: task, effect: undoKey(walk, node) },
      config: isObject(bound) ? { ...bound, ...apartFromCode(config).code } : bound,
      inline_bytes: walk.inlineBytes,
      ...(undo.before === undefined ? {} : { attempts_before: undo.before }),
    };
    walk.agenda.queue.set(task, { do: 'activity', task, activity: type, input, retry, ...timeout, summary: task });
  }

  /** What became of a task of a compensation. */
  fact(fact: Extract<Fact, { task: TaskId }>): void {
    const { walk } = this;
    const node = walk.indexOf.get(nodeOfTask(fact.task)!)!;
    const { undo } = walk.nodes[node]!;
    if (undo?.status !== 'running') return;
    const items = itemsOfTask(fact.task);
    if (items) {
      itemUndone(undo, items.from, fact);
      this.afterItem(node);
    } else if (fact.is === 'failed') this.hold(node, fact.error);
    else if (fact.task.endsWith('~bind')) this.send(node, boundValue(fact));
    else if (fact.is === 'completed') this.done(node, 'completed', (fact.value as { output: Json }).output);
  }

  /** A map is undone when all its items are; what of it could not be waits until the others have ended. */
  private afterItem(node: number): void {
    const { items, error } = this.walk.nodes[node]!.undo!;
    if (items!.out.length > 0) return;
    if (items!.left.length > 0) this.hold(node, error!);
    else this.done(node, 'completed', null);
  }

  private hold(node: number, error: NodeError): void {
    const { walk } = this;
    Object.assign(walk.nodes[node]!.undo!, { status: 'held', error });
    walk.held++;
    walk.note({ undo: walk.key(node), is: 'compensation_held', error });
  }

  private done(node: number, status: 'completed' | 'skipped', output: Json): void {
    const { walk } = this;
    Object.assign(walk.nodes[node]!.undo!, { status, output, error: null, finished_at: walk.at });
    walk.note({
      ...{ undo: walk.key(node), is: 'compensated' },
      data: { output, by_hand: status === 'skipped' },
    });
    this.open--;
    this.spread([node]);
  }

  /** A person has it tried again: with other input, or afresh, it is another effect. */
  again(node: number, { input, fresh = false, attempts }: { input?: Json; fresh?: boolean; attempts?: number }): void {
    const { walk } = this;
    const undo = walk.nodes[node]!.undo!;
    const { max_attempts } = walk.plan.nodes[node]!.compensate!.retry;
    walk.held--;
    undo.before = attempts ?? (undo.before ?? 0) + max_attempts;
    if (input !== undefined) undo.edited = input;
    if (fresh || input !== undefined) undo.generation = (undo.generation ?? 0) + 1;
    Object.assign(undo, { status: 'pending', error: null });
    this.ask(node);
  }

  /** A person says that it is undone. */
  skip(node: number): void {
    this.walk.held--;
    this.done(node, 'skipped', null);
  }

  /** Nodes that a run which ended now would undo, in the order in which they would be; `certain`: whatever becomes of what is under way. */
  course(): { node: string; key: string; certain: boolean }[] {
    const { nodes } = this.walk;
    return this.nodes
      .filter((node) => this.isAhead(node))
      .reverse()
      .flatMap((node) => {
        const certain =
          isFinal(asItStands(nodes[node]!).status) || this.walk.plan.nodes[node]!.compensate!.when === 'started';
        const items = nodes[node]!.undo?.items?.left ?? itemsToUndo(this.walk, node);
        if (items.length === 0) return [{ node: this.walk.key(node), key: undoKey(this.walk, node), certain }];
        return [...items].reverse().map((item) => ({
          ...{ node: `${this.walk.key(node)}[${item}]`, key: undoKey(this.walk, node, item), certain },
        }));
      });
  }

  private isAhead(node: number): boolean {
    const { status, begun, undo } = asItStands(this.walk.nodes[node]!);
    if (undo) return isOpen(undo);
    return isFinal(status) ? this.isDue(node) : begun === true;
  }

  /** The error that the run ends with, and what was made of what it had done. */
  private accountOf(error: NodeError): NodeError {
    const { nodes } = this.walk;
    const named = (wanted: (undo: UndoState | undefined, node: number) => boolean): string[] =>
      this.nodes.filter((node) => wanted(nodes[node]!.undo, node)).map((node) => this.walk.key(node));
    const compensated = named((undo) => undo?.status === 'completed');
    const by_hand = named((undo) => undo?.status === 'skipped');
    const in_doubt = named((undo, node) => !undo && nodes[node]!.begun === true && inDoubt(nodes[node]!));
    const details = {
      ...(isObject(error.details) ? error.details : error.details === undefined ? {} : { cause: error.details }),
      compensated,
      ...(by_hand.length > 0 ? { by_hand } : {}),
      ...(in_doubt.length > 0 ? { in_doubt } : {}),
    };
    return { ...error, details };
  }
}

/** The key of the effect that undoes the node. */
export function undoKey(walk: Walk, node: number, item?: number): string {
  const { generation, undo } = walk.nodes[node]!;
  const name = item === undefined ? walk.key(node) : `${walk.key(node)}[${item}]`;
  return `${effectKey(walk.start.run.id, name, generation)}/undo${undo?.generation ? `/${undo.generation}` : ''}`;
}

export const isOpen = (undo: UndoState | undefined): boolean =>
  undo !== undefined && undo.status !== 'completed' && undo.status !== 'skipped';

const PENDING: UndoState = {
  ...{ status: 'pending', input: null, output: null, error: null, started_at: null, finished_at: null },
};
