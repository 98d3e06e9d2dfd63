import type { FusedRegion } from '../contract/work.js';
import type { Json } from '../json.js';
import { FUSE_BYTES, FUSE_MS, FUSE_PAYS_MS } from '../limits.js';
import type { ActivityOrChild, Agenda } from './agenda.js';
import {
  type ActivityCommand,
  againTask,
  type Fact,
  FUSE,
  type FuseCommand,
  nodeOfTask,
  type TaskId,
} from './facts.js';
import { factOf, fuses, regionOf } from './region.js';
import { more } from './release.js';
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
  /** Nodes of the region that is out. */
  private out: string[] = [];
  /** Whether the last region did so much that what it left is worth another one. */
  private pays = false;

  constructor(walk: Walk, agenda: Agenda) {
    this.walk = walk;
    this.agenda = agenda;
  }

  /** A step begins. Facts of a region come in the workflow task that asked for it, all others with a new one. */
  begin(facts: Fact[]): void {
    if (facts.some((fact) => 'task' in fact && fact.task === FUSE)) return;
    [this.spentMs, this.spentBytes] = [0, 0];
    this.agenda.turn++;
    this.agenda.turnAt = this.walk.at;
  }

  /** Queues what the walk asks for: for a region when it is quick work, else for a slot of its own. */
  enqueue(command: ActivityOrChild): void {
    if (this.isQuick(command)) this.agenda.quick.set(command.task, command);
    else this.agenda.queue.set(command.task, command);
  }

  /** Takes what is ready and quick as the beginning of a region. */
  next(): FuseCommand | undefined {
    const { quick, fused, tasks } = this.agenda;
    if (quick.size === 0 || tasks.has(FUSE)) return undefined;
    const spent = this.spentMs >= FUSE_MS || this.spentBytes >= FUSE_BYTES; // the workflow task has been open for long enough
    if (spent && this.pays) {
      more(this.walk);
      return undefined;
    }
    const region = spent ? undefined : regionOf(this.walk, [...quick.keys()].map(this.indexOf));
    for (const [task, command] of quick) {
      if (!region?.nodes.has(this.indexOf(task))) this.leaveAlone(command);
      else fused.set(task, command);
    }
    quick.clear();
    if (!region) return undefined;
    this.out = [...region.nodes].map((node) => this.walk.key(node));
    this.agenda.begin(FUSE, { slot: true });
    const [first] = fused.keys();
    const others = region.nodes.size - 1;
    const summary = others === 0 ? first! : `${first} and ${others} more`;
    return { do: 'fuse', task: FUSE, input: region.start, summary };
  }

  /** Each member's outcome is taken as if it had come by itself; what the region began with and left undone goes on alone. */
  ended(fact: Fact): void {
    const { fused, quick } = this.agenda;
    if (fact.is === 'completed') this.take(fact.value as unknown as FusedRegion);
    else {
      this.pays = false;
      this.walk.undoing.mark(this.out); // nobody knows how far it came
    }
    if (this.walk.ending) return fused.clear();
    for (const command of fused.values())
      if (this.pays) quick.set(command.task, command);
      else this.leaveAlone(command);
    fused.clear();
  }

  private take(region: FusedRegion): void {
    const { walk } = this;
    const { took, members, slow, cut = [], spent } = region;
    this.pays = walk.start.engine >= 3 && members.length > 0 && members.length * FUSE_PAYS_MS >= took;
    const { quick, fused } = this.agenda;
    const now = walk.at;
    const began = now - took;
    this.spentMs += spent ? FUSE_MS : took;
    this.spentBytes += weightOf(region as unknown as Json, FUSE_BYTES);
    walk.undoing.mark([...members.map(({ task }) => task), ...slow, ...cut]);
    for (const member of members) {
      const { task } = member;
      const expected = fused.delete(task) || quick.delete(task);
      if (walk.end || !(expected || walk.undoing.hears(this.indexOf(task)))) continue;
      this.agenda.begin(task);
      walk.at = began + member.ended;
      if (expected || walk.ending) walk.note({ at: began + member.began, node: task, status: 'running' });
      walk.hear(factOf(member));
    }
    if (!walk.end) walk.at = now;
    for (const task of slow) {
      const command = quick.get(task) ?? fused.get(task);
      if (!command) continue;
      for (const waiting of [quick, fused]) waiting.delete(task);
      this.leaveAlone(command);
    }
  }

  private isQuick(command: ActivityOrChild): command is ActivityCommand {
    if (this.walk.start.engine < 2 || command.do === 'child' || command.activity !== 'tool_call') return false;
    const index = this.indexOf(command.task);
    return fuses(this.walk.plan.nodes[index]!, this.walk.nodes[index]!);
  }

  private leaveAlone(command: ActivityCommand): void {
    this.walk.nodes[this.indexOf(command.task)]!.alone = true;
    this.agenda.queue.set(command.task, command);
  }

  /** The node whose work it is. */
  private readonly indexOf = (task: TaskId): number => this.walk.indexOf.get(nodeOfTask(task)!)!;

  /** A first attempt failed in a region: those that are left are made by an activity of the node's own, after the same wait as between any two. */
  again(index: number, { error, again_ms = 0 }: Extract<Fact, { is: 'failed' }>): void {
    const state = this.walk.nodes[index]!;
    state.alone = true;
    state.attempts = (state.attempts ?? 0) + 1;
    state.retry = { at: this.walk.at + again_ms, error };
    this.walk.timer(againTask(this.walk.key(index)), again_ms);
  }
}
