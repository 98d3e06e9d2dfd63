import type { NamedEvent } from '../contract/named-events.js';
import type { Decision } from '../contract/work.js';
import { refuseEvent } from '../engine/deliver.js';
import type { EdgeState } from '../engine/edges.js';
import type { Command, Fact, RunEnd, TaskId } from '../engine/facts.js';
import { stepsOf } from '../engine/order.js';
import type { RunStart } from '../engine/state.js';
import { nodeViews } from '../engine/view.js';
import { Walk } from '../engine/walk.js';
import type { NodeView } from '../events/view.js';
import { Fault } from '../fault.js';
import type { Outcome } from './attempts.js';
import { OBEY } from './commands.js';
import type { NodePath } from './paths.js';
import type { World } from './world.js';

/** A walk that remembers how its edges resolved: a run that ends closes those that are open, and they went no way. */
class TracedWalk extends Walk {
  readonly resolved = new Map<number, EdgeState>();

  override resolve(edge: number, state: Exclude<EdgeState, 'open'>): void {
    if (this.edges[edge] === 'open') this.resolved.set(edge, state);
    super.resolve(edge, state);
  }
}

/** Where a run of a case stands: `ended` hears when it is over. */
export interface Opening {
  prefix?: string;
  ended?: (end: RunEnd) => void;
}

/**
 * A run of a case: the scheduler that every run has, driven in the case's own time. What it asks for is answered by mocks, and by the
 * code that answers it in a real run where that has no effect.
 */
export class CaseRun {
  readonly world: World;
  readonly walk: TracedWalk;
  /** Of the paths of its nodes: '' for the case's own run, `metals.` for one that node metals runs. */
  readonly prefix: string;
  /** Attempts that were made, by node or `node[item]`. */
  readonly attempts = new Map<string, number>();
  /** Paths of the gates that have opened. */
  readonly opened = new Set<NodePath>();
  private readonly inbox: Fact[] = [];
  private readonly outstanding = new Map<TaskId, () => void>();
  private readonly children = new Set<TaskId>();
  private readonly ended: (end: RunEnd) => void;

  constructor(world: World, start: RunStart, { prefix = '', ended = () => undefined }: Opening = {}) {
    this.world = world;
    this.walk = new TracedWalk(start);
    this.prefix = prefix;
    this.ended = ended;
  }

  put(fact: Fact): void {
    this.inbox.push(fact);
    this.world.stir(this);
  }

  /** Why the decision can't be taken now: as the run's workflow has it, which also looks at what has just come. */
  refuse(decision: Decision): Fault | undefined {
    const coming = this.inbox.some((fact) => fact.is === 'decided' && fact.decision.node === decision.node);
    if (coming) return new Fault('GATE_CLOSED', `gate ${decision.node} is being decided by somebody else`);
    return this.walk.refuse(decision);
  }

  /** The same of an event. */
  refuseEvent(event: NamedEvent): Fault | undefined {
    const before = this.inbox.flatMap((fact) => (fact.is === 'event' ? [fact.event] : []));
    return refuseEvent(this.walk, event, this.world.clock.now, before);
  }

  /** Takes what has come; answers how much that was, in steps and commands. */
  async step(): Promise<number> {
    let cost = 0;
    for (const facts of stepsOf(this.inbox.splice(0))) {
      if (this.walk.end) break;
      const { commands, changes } = this.walk.step(facts, this.world.clock.now);
      cost += 1 + commands.length;
      for (const change of changes) {
        if ('gate' in change && 'opened' in change) this.opened.add(this.prefix + change.gate);
        this.world.hears(this, change);
      }
      for (const command of commands) await this.obey(command);
    }
    return cost;
  }

  /** The task ends as the outcome says, unless it is withdrawn before; without one it never does. */
  answer(task: TaskId, outcome: Outcome | undefined, heard: () => void = () => undefined): void {
    if (!outcome) return this.keep(task, () => undefined);
    const fact: Fact =
      'error' in outcome
        ? { is: 'failed', task, error: outcome.error }
        : { is: 'completed', task, value: outcome.value };
    this.later(task, outcome.after, fact, heard);
  }

  later(task: TaskId, after: number, fact: Fact, heard: () => void = () => undefined): void {
    const takeBack = this.world.clock.after(after, () => {
      this.outstanding.delete(task);
      heard();
      this.put(fact);
    });
    this.keep(task, takeBack);
  }

  /** What withdraws the task. */
  keep(task: TaskId, withdraw: () => void): void {
    this.outstanding.set(task, withdraw);
  }

  withdraw(task: TaskId): void {
    this.outstanding.get(task)?.();
    this.outstanding.delete(task);
  }

  /** A child tells its end itself. */
  keepChild(task: TaskId, cancel: () => void): void {
    this.children.add(task);
    this.keep(task, cancel);
  }

  /** As `withdraw`, and what becomes of it is heard. */
  stop(task: TaskId): void {
    const isChild = this.children.has(task);
    this.withdraw(task);
    if (!isChild) this.put({ is: 'failed', task, error: { code: 'RUN_CANCELLED', message: 'it was cancelled' } });
  }

  end(end: RunEnd): void {
    this.ended(end);
  }

  /** The run's nodes under their paths, with the attempts that were made. */
  views(): NodeView[] {
    return nodeViews(this.walk).map((view) => ({
      ...view,
      key: this.prefix + view.key,
      attempt: this.attempts.get(view.key) ?? 0,
    }));
  }

  private async obey(command: Command): Promise<void> {
    await (OBEY[command.do] as (run: CaseRun, command: Command) => void | Promise<void>)(this, command);
  }
}
