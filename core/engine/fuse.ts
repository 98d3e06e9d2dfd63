import type { FusedRegion } from '../contract/work.js';
import type { Json } from '../json.js';
import { FUSE_BYTES, FUSE_MS } from '../limits.js';
import type { ActivityOrChild, Agenda } from './agenda.js';
import { type ActivityCommand, againTask, type Fact, FUSE, type FuseCommand } from './facts.js';
import { fuses, regionOf } from './region.js';
import type { NodeState } from './state.js';
import type { Walk } from './walk.js';
import { weightOf } from './weigh.js';

/** A run's use of regions (region.ts): what it hands out, and what it makes of what comes back. */
export class Fusing {
  private readonly walk: Walk;
  private readonly agenda: Agenda;
  /** How long regions have kept the current workflow task open. */
  private spentMs = 0;
  /** What they have brought to it: all of it travels in one request. */
  private spentBytes = 0;

  constructor(walk: Walk, agenda: Agenda) {
    this.walk = walk;
    this.agenda = agenda;
  }

  /** A step begins. Facts of a region come in the workflow task that asked for it, all others with a new one. */
  begin(facts: Fact[]): void {
    if (!facts.some((fact) => 'task' in fact && fact.task === FUSE)) [this.spentMs, this.spentBytes] = [0, 0];
  }

  isQuick(command: ActivityOrChild): boolean {
    if (this.walk.start.engine < 2 || command.do === 'child' || command.activity !== 'tool_call') return false;
    const index = this.walk.indexOf.get(command.task)!;
    return fuses(this.walk.plan.nodes[index]!, this.walk.nodes[index]!);
  }

  /** Takes what is ready and quick out of the queue, as the beginning of a region. */
  next(): FuseCommand | undefined {
    if (this.walk.start.engine < 2 || this.agenda.queue.size === 0 || this.agenda.tasks.has(FUSE)) return undefined;
    const quick = [...this.agenda.queue.values()].filter((command) => this.isQuick(command));
    // The workflow task has been open for long enough. A timer of a moment would end it, too, but the server fires it up to a second late.
    if (this.spentMs >= FUSE_MS || this.spentBytes >= FUSE_BYTES)
      for (const { task } of quick) this.state(task).alone = true;
    else if (quick.length > 0) return this.region(quick);
    return undefined;
  }

  private region(quick: ActivityOrChild[]): FuseCommand | undefined {
    const indices = quick.map(({ task }) => this.walk.indexOf.get(task)!);
    const region = regionOf(this.walk, indices);
    for (const [at, command] of quick.entries()) {
      if (!region?.nodes.has(indices[at]!)) {
        this.state(command.task).alone = true;
        continue;
      }
      this.agenda.queue.delete(command.task);
      this.agenda.fused.set(command.task, command as ActivityCommand);
    }
    if (!region) return undefined;
    this.agenda.begin(FUSE, { slot: true });
    const others = region.nodes.size - 1;
    const summary = others === 0 ? quick[0]!.task : `${quick[0]!.task} and ${others} more`;
    return { do: 'fuse', task: FUSE, input: region.start, summary };
  }

  /** Each member's outcome is taken as if it had come by itself; what the region began with and left undone goes on alone. */
  ended(fact: Fact): void {
    const { queue, fused } = this.agenda;
    if (fact.is === 'completed') this.take(fact.value as unknown as FusedRegion);
    for (const [task, command] of fused) {
      this.state(task).alone = true;
      queue.set(task, command);
    }
    fused.clear();
  }

  private take(region: FusedRegion): void {
    const { walk } = this;
    const { took, members, slow, spent } = region;
    const { queue, fused } = this.agenda;
    const now = walk.at;
    const began = now - took;
    this.spentMs += spent ? FUSE_MS : took;
    this.spentBytes += weightOf(region as unknown as Json, FUSE_BYTES);
    for (const member of members) {
      const { task } = member;
      if (walk.end || !(fused.delete(task) || queue.delete(task))) continue;
      this.agenda.begin(task);
      walk.at = began + member.ended;
      walk.note({ at: began + member.began, node: task, status: 'running' });
      walk.hear({ ...member, is: 'error' in member ? 'failed' : 'completed' } as Fact);
    }
    if (!walk.end) walk.at = now;
    for (const task of slow) this.state(task).alone = true;
  }

  /** A first attempt failed in a region: those that are left are made by an activity of the node's own, after the same wait as between any two. */
  again(index: number, { error, again_ms = 0 }: Extract<Fact, { is: 'failed' }>): void {
    const state = this.walk.nodes[index]!;
    state.attempts = (state.attempts ?? 0) + 1;
    state.retry = { at: this.walk.at + again_ms, error };
    this.walk.timer(againTask(this.walk.key(index)), again_ms);
  }

  private state(task: string): NodeState {
    return this.walk.nodes[this.walk.indexOf.get(task)!]!;
  }
}
