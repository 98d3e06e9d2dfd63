import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { setImmediate as turn } from 'node:timers/promises';
import type { FusedMember, FusedRegion, Work, Worked } from '../core/contract/work.js';
import { type ActivityCommand, type Command, type Fact, MORE, type TaskId } from '../core/engine/facts.js';
import { nodeErrorFrom } from '../core/engine/failure.js';
import { factOf } from '../core/engine/region.js';
import type { RunStart } from '../core/engine/state.js';
import { Walk } from '../core/engine/walk.js';
import { weightOf } from '../core/engine/weigh.js';
import type { Json } from '../core/json.js';
import { FUSE_BYTES, FUSE_MS, FUSE_NODE_MS } from '../core/limits.js';
import type { PlanNode } from '../core/spec/plan.js';
import type { ActivityDeps } from './deps.js';
import { perform } from './perform.js';
import { PERFORMERS } from './performers.js';
import type { SlowNodes } from './slow-nodes.js';

/** Work that never waits must not keep the process from everything else. */
const TURN_MS = 8;

/** Does a node's work once, as an activity of its own would: with its key, log, checks and outcome. Fails as that would fail. */
type Attempt = (work: Work, node: PlanNode, signal: AbortSignal) => Promise<Worked>;

export const walkRegion = (start: RunStart, slow: SlowNodes, attempt: Attempt): Promise<FusedRegion> =>
  new RegionWalk(start, slow, attempt).run();

/** Walks a region of quick nodes (core/engine/region.ts). */
export const fuse = (deps: ActivityDeps, slow: SlowNodes, start: RunStart): Promise<FusedRegion> =>
  walkRegion(start, slow, async (work, { retry }, signal) => {
    const pulse = { resumeFrom: undefined, heartbeat: () => undefined };
    const circumstances = { attempt: 1, signal, retry, provisional: true };
    const output = await perform(
      deps,
      work,
      pulse,
      (attempt) => PERFORMERS.tool_call(deps, work.config, attempt),
      circumstances,
    );
    return { output };
  });

class RegionWalk {
  private readonly tryOnce: Attempt;
  private readonly slowNodes: SlowNodes;
  private readonly walk: Walk;
  private readonly began = performance.now();
  private readonly beganAt = Date.now();
  private readonly working = new Map<TaskId, AbortController>();
  private readonly members: FusedMember[] = [];
  private readonly slow: TaskId[] = [];
  private readonly cut: TaskId[] = [];
  /** What has ended and was not walked on from yet. */
  private ended: Fact[] = [];
  private spent = false;
  private left = FUSE_BYTES;
  private lastTurn = 0;
  private wake: () => void = () => undefined;

  constructor(start: RunStart, slow: SlowNodes, attempt: Attempt) {
    this.tryOnce = attempt;
    this.slowNodes = slow;
    this.walk = new Walk(start);
  }

  async run(): Promise<FusedRegion> {
    const { cancellationSignal } = Context.current();
    const stop = () => this.giveUp();
    const timer = setTimeout(stop, FUSE_MS);
    cancellationSignal.addEventListener('abort', stop, { once: true });
    this.go([]);
    while (this.working.size > 0 || this.ended.length > 0) {
      if (this.ended.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      for (const fact of this.ended.splice(0)) this.go([fact]);
      if (this.now() - this.lastTurn > TURN_MS) {
        await turn();
        this.lastTurn = this.now();
      }
    }
    clearTimeout(timer);
    cancellationSignal.removeEventListener('abort', stop);
    const { members, slow, cut, spent } = this;
    return { took: this.now(), members, slow, spent, ...(cut.length === 0 ? {} : { cut }) };
  }

  /** Whole ms since the region began. */
  private now(): number {
    return Math.floor(performance.now() - this.began);
  }

  private go(facts: Fact[]): void {
    this.spent ||= this.now() >= FUSE_MS;
    const { commands } = this.walk.step(facts, this.beganAt + this.now());
    for (const command of commands) this.obey(command);
  }

  /** What is not quick work is left to the run's own walk, which comes to the same command. */
  private obey(command: Command): void {
    if (command.do === 'cancel') this.cutOff(command.task);
    else if (command.do === 'timer' && command.task === MORE) this.ended.push({ is: 'fired', task: command.task });
    else if (command.do === 'activity' && command.activity === 'tool_call') this.begin(command);
  }

  private begin({ task, input }: ActivityCommand): void {
    const node = this.walk.plan.nodes[this.walk.indexOf.get(task)!]!;
    if (this.slowNodes.has(this.walk.start.run, task)) return this.giveBack(task);
    if (this.spent) return;
    const control = new AbortController();
    this.working.set(task, control);
    const late = setTimeout(() => this.tooSlow(task), FUSE_NODE_MS);
    void this.attempt(node, input as Work, control.signal).then((member) => {
      clearTimeout(late);
      if (!this.working.delete(task)) return; // given up meanwhile
      if (member) this.end(member);
      this.wake();
    });
  }

  private cutOff(task: TaskId): void {
    const control = this.working.get(task);
    if (!control) return;
    this.cut.push(task);
    control.abort(new Error('the walk went on without it'));
  }

  private end(member: FusedMember): void {
    this.members.push(member);
    this.left -= weightOf(member as unknown as Json, this.left);
    if (this.left <= 0) this.spent = true; // what is at work may end
    this.ended.push(factOf(member));
  }

  private async attempt(node: PlanNode, work: Work, signal: AbortSignal): Promise<FusedMember | undefined> {
    const began = this.now();
    try {
      const value = await this.tryOnce(work, node, signal);
      return { task: node.key, began, ended: this.now(), value: { ...value } };
    } catch (err) {
      if (signal.aborted) return undefined;
      return { task: node.key, began, ended: this.now(), ...failureOf(err, node) };
    }
  }

  private tooSlow(task: TaskId): void {
    this.slowNodes.add(this.walk.start.run, task);
    this.drop(task);
  }

  /** The time is up, or nobody waits any more: what is at work is given back. */
  private giveUp(): void {
    this.spent = true;
    for (const task of this.working.keys()) this.drop(task);
  }

  private drop(task: TaskId): void {
    const control = this.working.get(task);
    this.working.delete(task);
    control?.abort(new Error('it goes on as an activity of its own'));
    this.giveBack(task);
  }

  private giveBack(task: TaskId): void {
    this.slow.push(task);
    this.ended.push({ is: 'fired', task }); // its slot is free, and nothing came of it
    this.wake();
  }
}

/** As Temporal would see it: an error that is no fault is a bug or an outage, and tried again. */
function failureOf(
  err: unknown,
  { retry, timeout }: PlanNode,
): Pick<Extract<FusedMember, { error: unknown }>, 'error' | 'again_ms'> {
  const known = err instanceof ApplicationFailure;
  const error = nodeErrorFrom(
    known
      ? { kind: 'application', type: err.type, message: err.message, details: err.details ?? [] }
      : { kind: 'other', message: err instanceof Error ? err.message : String(err) },
  );
  const { max_attempts, non_retryable, initial_interval_ms } = retry;
  const final = (known && err.nonRetryable) || max_attempts === 1 || non_retryable.includes(error.code);
  const again_ms = Number((known && err.nextRetryDelay) || initial_interval_ms);
  if (final || (timeout.total_ms !== undefined && again_ms >= timeout.total_ms)) return { error };
  return { error, again_ms };
}
