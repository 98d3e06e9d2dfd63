import type { Amendment, Decision } from '../contract/work.js';
import { Meter } from '../expr/index.js';
import { Fault } from '../fault.js';
import type { Json } from '../json.js';
import { MAX_WORKFLOW_STEPS } from '../limits.js';
import type { Plan, PlanNode } from '../spec/plan.js';
import { applyFact } from './apply.js';
import { type Bound, bindTemplate, decideEdge } from './bind.js';
import { type ActivityOrChild, Agenda } from './agenda.js';
import { adopt, begin } from './begin.js';
import { carry } from './carry.js';
import { conclude, drains } from './conclude.js';
import { type EdgeState, judgeJoin, losersOf, resolveEdge } from './edges.js';
import { endRun } from './end.js';
import { skipReason } from './reasons.js';
import { Fusing } from './fuse.js';
import {
  type Change,
  type Command,
  type Fact,
  type HistoryRoom,
  isTaskOf,
  type News,
  type RunEnd,
  type TaskId,
} from './facts.js';
import { withdrawGate } from './kinds/human-gate.js';
import { kindOf } from './kinds/index.js';
import { Mailbox } from './mailbox.js';
import { refuseDecision } from './kinds/refuse-decision.js';
import { isUnknown, lightError, type NodeError, type RunStatus } from './outcome.js';
import { inOrder } from './order.js';
import { Places } from './places.js';
import { release } from './release.js';
import { isAsItWas, noteChange, nowSure, settleAsBefore, staysByHand } from './reopen.js';
import { isPaused } from './repair.js';
import { lingers } from './lingering.js';
import { Undoing } from './undo.js';
import { shareOf } from './weigh.js';
import { refuseUnsigned } from './signed.js';
import { Settled } from './settled.js';
import { taskOf } from './task-names.js';
import { type Carried, type Ending, isFinal, type NodeState, pendingNode, type RunStart } from './state.js';

/**
 * The pure scheduler. The workflow drives it live, the fold drives it again from history; both give it the same facts in
 * the same groups, so both see the same run (P1). It holds:
 *
 * 1. A node starts at most once, after every edge that its join waits for has resolved.
 * 2. Every edge resolves exactly once (P4).
 * 3. A fact about a task that is not outstanding changes nothing.
 * 4. Facts of one step are applied in an order of their own (order.ts), never in the order of their arrival.
 * 5. At most `run.max_parallel` activities and children are outstanding; a region of quick nodes is one.
 * 6. What a run holds in memory and sends in one request is bounded, however large its graph (P7): values above a node's share stay
 *    outside, and what one step asks for weighs about TASK_BYTES at most.
 */
export class Walk {
  plan: Plan;
  nodes: NodeState[];
  edges: EdgeState[];
  indexOf: ReadonlyMap<string, number>;
  readonly agenda = new Agenda();
  readonly mailbox: Mailbox;
  status: RunStatus = 'queued';
  /** Nothing begins until it is resumed. */
  paused: { by: string; reason: string } | undefined;
  startedAt = 0;
  /** How many times the result of a settled node was to be replaced (reopen.ts). */
  reopened = 0;
  /** How it came to go on by another plan, in order. */
  readonly amendments: Amendment[] = [];
  /** When the run was taken up (take-up.ts). */
  since: number | undefined;
  at = 0;
  end: RunEnd | undefined;
  /** It is going to end like this, when what is to be undone is. */
  ending: Ending | undefined;
  /** What had not settled by itself when the run ended. */
  readonly cut = { nodes: new Set<number>(), edges: new Set<number>() };
  readonly start: RunStart;
  /** What a node's value may weigh to stay in the workflow: its share of what the run may hold. */
  inlineBytes: number;
  /** Edges whose condition a worker evaluates. */
  readonly conditions = new Map<TaskId, number>();
  /** Signed acts that were taken lately, by when they were signed. */
  readonly spent = new Map<string, number>();
  /** What the evaluations of this step may cost together: one step is one workflow task. */
  meter = new Meter(MAX_WORKFLOW_STEPS);

  readonly fusing: Fusing;
  undoing: Undoing;
  readonly places: Places;
  private commands: Command[] = [];
  private changes: Change[] = [];
  readonly settled = new Settled();
  unsettled: number;
  waiting = 0;
  /** Nodes, and compensations, that wait for a person. */
  held = 0;

  constructor(start: RunStart) {
    this.start = start;
    this.fusing = new Fusing(this, this.agenda);
    this.places = new Places(this);
    this.plan = start.plan;
    this.undoing = new Undoing(this);
    this.inlineBytes = start.inline_bytes ?? shareOf(start.plan.nodes.length);
    this.nodes = start.plan.nodes.map((node) => pendingNode(node.in.length));
    this.edges = start.plan.edges.map(() => 'open');
    this.indexOf = placesOf(start.plan);
    this.unsettled = this.nodes.length;
    this.mailbox = new Mailbox(start.plan.run.mailbox?.ttl_ms, start.carried?.mailbox);
    if (start.carried) adopt(this, start.carried);
  }

  /** Takes what one workflow task brought, at its time; answers what to do now, and what changed. */
  step(facts: Fact[], at: number, room: HistoryRoom = 'enough'): { commands: Command[]; changes: Change[] } {
    this.commands = [];
    this.changes = [];
    this.at = at;
    this.meter = new Meter(MAX_WORKFLOW_STEPS);
    this.fusing.begin(facts);
    if (this.end) return { commands: [], changes: [] };
    if (this.status === 'queued') begin(this);
    for (const fact of inOrder(facts, this.indexOf)) applyFact(this, fact);
    this.propagate();
    const draining = drains(this, room);
    this.places.settle();
    if (!draining) release(this, this.fusing);
    conclude(this, draining);
    return { commands: this.commands, changes: this.changes };
  }

  /** The walk goes on in a new segment: nothing is outstanding there, timers are armed again. */
  continueWalk(): Carried {
    const carried = carry(this);
    this.agenda.clear();
    this.status = 'queued';
    return carried;
  }

  /** Whether what comes is only taken note of: nothing follows from it. */
  get isEnding(): boolean {
    return this.end !== undefined || this.ending !== undefined;
  }

  key(node: number): string {
    return this.plan.nodes[node]!.key;
  }

  progress(): { done: number; total: number } {
    return { done: this.nodes.length - this.unsettled, total: this.nodes.length };
  }

  // What kinds of nodes use.

  /** Queues an activity or child until a slot is free. */
  enqueue(command: ActivityOrChild): void {
    if (!this.places.parks(command)) this.fusing.enqueue(command);
  }

  timer(task: TaskId, ms: number): void {
    this.agenda.begin(task);
    this.ask({ do: 'timer', task, ms: Math.max(1, ms) });
  }

  ask(command: Command): void {
    this.commands.push(command);
  }

  /** Takes back what was asked for under these tasks, queued or outstanding. */
  withdraw(belongs: (task: TaskId) => boolean): void {
    this.places.withdraw(belongs);
    for (const task of this.agenda.withdraw(belongs)) this.commands.push({ do: 'cancel', task });
  }

  /** All that is asked for the node; that its gate leaves the inbox stays asked, and so does what may bring an event along. */
  withdrawTasksOf(node: number): void {
    const stays = this.nodes[node]!.gate?.withdrawn ? /~(?:close|await|open)$/ : /~(?:close|await)$/;
    this.withdraw((task) => isTaskOf(this.key(node), task) && !stays.test(task) && !lingers(this, node, task));
  }

  note(news: News & { at?: number }): void {
    this.changes.push({ at: this.at, ...news });
  }

  /** One fact by itself, with all that follows from it. */
  hear(fact: Fact): void {
    this.meter = new Meter(MAX_WORKFLOW_STEPS);
    applyFact(this, fact);
    this.propagate();
  }

  enter(node: number, status: 'running' | 'waiting'): void {
    const state = this.nodes[node]!;
    if (state.status === status) return;
    const resumed = state.status === 'waiting' ? { resumed: true as const } : {};
    this.leave(node);
    state.status = status;
    if (status === 'waiting') this.waiting++;
    this.note({ node: this.key(node), status, ...resumed });
  }

  complete(node: number, output: Json): void {
    this.settle(node, 'completed', { output });
  }

  fail(node: number, error: NodeError, output: Json = null): void {
    const light = this.start.engine < 3 ? error : lightError(error, this.inlineBytes);
    if (this.ending) this.undoing.failed(node, light, output);
    else if (this.plan.nodes[node]!.on_error === 'hold' || isUnknown(error)) this.hold(node, light, output);
    else this.settle(node, 'failed', { error: light, output });
  }

  skip(node: number, reason: string): void {
    this.settle(node, 'skipped', { reason });
  }

  /** As if it had become ready just now. */
  fireAgain(node: number, afresh: NodeState): void {
    this.replace(node, afresh);
    this.fire(node);
  }

  /** What became of it does not count any more; it is to settle again. */
  takeBack(node: number, afresh: NodeState): void {
    this.replace(node, afresh);
    this.note({ node: this.key(node), status: 'pending' });
  }

  private replace(node: number, afresh: NodeState): void {
    this.leave(node);
    this.withdrawTasksOf(node);
    if (isFinal(this.nodes[node]!.status)) this.unsettled++;
    this.nodes[node] = afresh;
  }

  /** The run goes on by another plan, with the states that its nodes and edges have there. */
  goOnBy(plan: Plan, nodes: NodeState[], edges: EdgeState[]): void {
    Object.assign(this, { plan, nodes, edges });
    this.indexOf = placesOf(plan);
    this.inlineBytes = this.start.inline_bytes ?? shareOf(nodes.length);
    this.undoing = new Undoing(this);
    this.unsettled = nodes.filter(({ status }) => !isFinal(status)).length;
  }

  /** Its edges are to be resolved. */
  goOnFrom(node: number): void {
    this.settled.put(node);
  }

  /** Parks it with its error: nothing that hangs on it goes on until a person acts. */
  private hold(node: number, error: NodeError, output: Json): void {
    const state = this.nodes[node]!;
    if (isFinal(state.status)) return;
    this.leave(node);
    this.withdrawTasksOf(node);
    Object.assign(state, { status: 'held', error, output });
    this.held++;
    this.note({ node: this.key(node), status: 'held', error, ...(output === null ? {} : { output }) });
  }

  private leave(node: number): void {
    const { status } = this.nodes[node]!;
    if (status === 'waiting') this.waiting--;
    if (status === 'held') this.held--;
  }

  failWith(node: number, err: unknown): void {
    if (!(err instanceof Fault)) throw err;
    this.fail(node, {
      code: err.code,
      message: err.message,
      ...(err.details === undefined ? {} : { details: err.details }),
    });
  }

  /** Says why the decision can't be taken now, in ms since the epoch, as a Fault; undefined when it can. */
  refuse(decision: Decision, now = this.at, via: 'update' | 'signal' = 'update'): Fault | undefined {
    if (this.ending) return new Fault('GATE_CLOSED', `gate ${decision.node} is closed: the run is ending`);
    return refuseUnsigned(this, decision, now, via) ?? refuseDecision(this, decision);
  }

  // The walk itself.

  fire(index: number): void {
    const node = this.plan.nodes[index]!;
    const state = this.nodes[index]!;
    const again = state.status === 'queued'; // fired before, in an earlier segment
    state.status = 'queued';
    state.queued_at ??= this.at;
    delete state.retry;
    if (isPaused(this, index)) {
      if (!again) this.note({ node: node.key, status: 'queued' });
      return;
    }
    if (this.reopened > 0 && isAsItWas(this, index)) return;
    if (node.losers === 'cancel')
      for (const loser of losersOf(this.plan, index, (n) => isFinal(this.nodes[n]!.status)))
        this.lose(loser, `${node.key} went on without it`);
    const bound: Bound =
      state.edited === undefined
        ? bindTemplate(
            this,
            `${taskOf(this, index)}~bind`,
            node,
            kindOf(node).template(node.config),
            kindOf(node).limit,
          )
        : { is: 'value', value: state.edited };
    if (bound.is === 'asked') {
      if (!again) this.note({ node: node.key, status: 'queued' });
      return;
    }
    if (bound.is === 'value') state.input = kindOf(node).shown?.(bound.value) ?? bound.value;
    if (!again) this.note({ node: node.key, status: 'queued', input: state.input });
    if (bound.is === 'failed') return this.fail(index, bound.error);
    this.startNode(index, node, bound.value);
  }

  private lose(index: number, reason: string): void {
    if (this.start.engine >= 4) withdrawGate(this, index);
    this.settle(index, 'cancelled', { reason });
  }

  startNode(index: number, node: PlanNode, bound: Json): void {
    try {
      kindOf(node).begin(this, index, bound);
    } catch (err) {
      this.failWith(index, err);
    }
  }

  settle(
    index: number,
    status: 'completed' | 'failed' | 'skipped' | 'cancelled',
    { output = null, error = null, reason = null }: { output?: Json; error?: NodeError | null; reason?: string | null },
  ): void {
    const state = this.nodes[index]!;
    if (isFinal(state.status)) return;
    this.leave(index);
    if (state.status !== 'pending' && status !== 'completed' && !this.ending) this.withdrawTasksOf(index);
    Object.assign(state, { status, output, error, reason, finished_at: this.at });
    noteChange(this, state);
    this.unsettled--;
    this.note({ node: this.key(index), status, ...(output === null ? {} : { output }), ...(error ? { error } : {}) });
    if (status === 'failed' && !this.ending && this.plan.nodes[index]!.on_error === 'fail_run') {
      endRun(this, 'failed', {
        code: error!.code,
        message: `node ${this.key(index)} failed: ${error!.message}`,
        details: { node: this.key(index), ...(error!.details === undefined ? {} : { details: error!.details }) },
      });
    } else if (!state.unsure) this.settled.put(index);
  }

  /** Resolves the edges of what has settled, until nothing more follows. */
  propagate(): void {
    for (let index = this.settled.take(); index !== undefined && !this.isEnding; index = this.settled.take()) {
      for (const edge of this.plan.nodes[index]!.out) {
        if (this.edges[edge] !== 'open') continue; // of a run that was taken up
        const resolution = resolveEdge(this.plan.edges[edge]!, this.nodes[index]!.status);
        if (resolution !== 'ask') this.resolve(edge, resolution);
        else decideEdge(this, edge, (state) => this.resolve(edge, state));
      }
    }
  }

  /** Also for an edge whose condition was being evaluated when the last segment ended. */
  resolve(edge: number, state: Exclude<EdgeState, 'open'>): void {
    if (this.edges[edge] !== 'open') return;
    this.edges[edge] = state;
    const { to } = this.plan.edges[edge]!;
    const node = this.nodes[to]!;
    node.open--;
    if (state === 'taken') node.taken++;
    if (state === 'failed') node.failed++;
    if (node.unsure && !this.isEnding) return nowSure(this, to, this.plan.nodes[to]!);
    if (node.status !== 'pending' || this.isEnding) return;
    const verdict = judgeJoin(this.plan.nodes[to]!.join, node);
    if (verdict === 'fire') this.fire(to);
    else if (verdict === 'skip' && staysByHand(node)) settleAsBefore(this, to);
    else if (verdict === 'skip') this.settle(to, 'skipped', { reason: skipReason(this, to) });
  }
}

const placesOf = ({ nodes }: Plan): Map<string, number> => new Map(nodes.map(({ key }, index) => [key, index]));
