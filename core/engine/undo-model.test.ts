import fc from 'fast-check';
import { randomPlans, undoOf } from '../../tests/support/plans.js';
import { Tally } from '../../tests/support/tally.js';
import { regionBy, startOf } from '../../tests/support/walks.js';
import type { Act, FusedRegion } from '../contract/work.js';
import type { Plan } from '../spec/plan.js';
import { type Command, type Fact, FUSE, type HistoryRoom, isUndo, MORE, nodeOfTask } from './facts.js';
import { refuseAct } from './repair.js';
import { isFinal, type RunStart } from './state.js';
import { Walk } from './walk.js';

/**
 * Random graphs, failures, cancellations, held compensations, people's acts and new segments, against a world that knows what has happened.
 * Whatever comes: what happened is undone once or by hand, in the order of the graph, and nothing while it may still happen.
 */
const by = { actor: 'user:ann', reason: 'by chance', at: '2026-01-01T00:00:00.000Z' };
const ERROR = { code: 'HTTP_4XX', message: 'no' };
const STOPPED = { code: 'RUN_CANCELLED', message: 'stopped' };

const undoable = (plan: Plan, choices: number[]): Plan => ({
  ...plan,
  nodes: plan.nodes.map((node, index) => {
    const choice = choices[index % choices.length]!;
    const on_error = choice % 5 === 0 ? ('hold' as const) : node.on_error;
    if (choice % 4 === 0) return { ...node, on_error };
    const when = choice % 3 === 0 ? ('started' as const) : ('completed' as const);
    const compensate = undoOf({ when, reads: [], config: { tool: 'function', name: 'undo', input: null } });
    return { ...node, on_error, compensate };
  }),
});

const tally = new Tally();

class World {
  walk: Walk;
  private start: RunStart;
  private at = 1;
  private room: HistoryRoom = 'enough';
  private helps = false;
  /** Counts workflow tasks. */
  private turn = 0;
  /** Tasks that are out; those that were told to stop may still do anything. */
  private readonly out = new Map<string, { told: boolean; turn: number }>();
  private readonly began = new Set<string>();
  /** Nodes that had their effect, and those that a person says had it. */
  private readonly happened = new Set<string>();
  private readonly undone = new Map<string, number>();
  private readonly byHand = new Set<string>();
  private readonly region: (start: RunStart) => FusedRegion;
  private cancelled = false;

  constructor(plan: Plan, engine: RunStart['engine'], seed: number) {
    this.region = regionBy(seed, (task) => (seed + task.charCodeAt(1)) % 7 === 0);
    this.start = startOf(plan, {}, engine);
    this.walk = new Walk(this.start);
    this.step([]);
  }

  follow(course: { pick: number; what: number }[]): void {
    for (const { pick, what } of course) {
      if (this.walk.end) break;
      const task = [...this.out.keys()][pick % Math.max(1, this.out.size)];
      const node = this.walk.key(pick % this.walk.nodes.length);
      if (what < 4) this.answer(task, 'completes');
      else if (what < 6) this.answer(task, 'fails');
      else if (what === 6) this.act({ act: 'retry_node', node, ...(pick % 3 === 0 ? { fresh: true } : {}) });
      else if (what === 7) this.act({ act: 'skip_node', node });
      else if (what === 8) this.act({ act: 'set_output', node, output: pick });
      else if (what === 9) this.cancel();
      else if (what === 10) this.act({ act: this.walk.paused ? 'resume' : 'pause' });
      else {
        this.room = 'little'; // until nothing is out any more
        this.step([]);
      }
    }
    this.helps = true;
    this.bringToEnd();
    this.check();
  }

  private cancel(): void {
    tally.note('cancels');
    this.cancelled = true;
    this.step([{ is: 'cancel_requested' }]);
  }

  private act(given: object): void {
    const act = { ...by, ...given } as Act;
    const index = act.node === undefined ? -1 : this.walk.indexOf.get(act.node)!;
    if (refuseAct(this.walk, act)) return;
    if (!this.helps) tally.note(this.walk.ending ? `${act.act} in the end` : act.act);
    if (this.walk.ending && act.act === 'skip_node') this.byHand.add(act.node);
    if (act.act === 'set_output') this.happened.add(act.node);
    // Whoever has it tried takes back what was said by hand.
    if (act.act === 'retry_node' && !this.walk.ending && !this.began.has(act.node)) this.happened.delete(act.node);
    const { ending } = this.walk;
    this.step([{ is: 'acted', act }]);
    if (index >= 0 && act.act === 'retry_node' && ending) expect(this.walk.nodes[index]!.undo).toBeDefined();
  }

  private answer(task: string | undefined, how: 'completes' | 'fails'): void {
    if (task === undefined) return;
    const { told } = this.out.get(task)!;
    this.out.delete(task);
    if (task === MORE) return this.step([{ is: 'completed', task, value: null }]);
    if (!this.helps) tally.note(isUndo(task) ? `undoing ${how}` : how);
    if (told) tally.note('late');
    if (how === 'fails') return this.step([{ is: 'failed', task, error: told ? STOPPED : ERROR }]);
    if (isUndo(task)) this.undone.set(task, (this.undone.get(task) ?? 0) + 1);
    else this.happened.add(nodeOfTask(task)!);
    this.step([{ is: 'completed', task, value: { output: { from: task } } }]);
  }

  private step(facts: Fact[]): void {
    if (!facts.some((fact) => 'task' in fact && fact.task === FUSE)) this.turn++;
    const { commands } = this.walk.step(facts, this.at++, this.room);
    for (const command of commands) this.obey(command);
    for (const command of commands) if (command.do === 'fuse') this.fuse(command); // ends in the same workflow task
  }

  private obey(command: Command): void {
    if (command.do === 'cancel' && command.wait) {
      expect(this.out.get(command.task)!.turn).toBeLessThan(this.turn);
      this.out.get(command.task)!.told = true;
    } else if (command.do === 'cancel') this.takeBack(command.task);
    else if (command.do === 'continue') this.continueAsNew();
    else if (command.do === 'activity') {
      expect(this.out.has(command.task)).toBe(false);
      if (isUndo(command.task)) this.mayUndo(command.task);
      else if (command.task !== MORE) this.began.add(nodeOfTask(command.task)!);
      this.out.set(command.task, { told: false, turn: this.turn });
    }
  }

  /** Told to stop without more, work of a node that can be undone has not gone out. */
  private takeBack(task: string): void {
    const out = this.out.get(task);
    this.out.delete(task);
    if (out && out.turn === this.turn) this.began.delete(nodeOfTask(task)!);
    else if (out && task !== MORE && this.walk.end?.status !== 'completed')
      expect(this.walk.plan.nodes[this.walk.indexOf.get(nodeOfTask(task)!)!]!.compensate).toBeUndefined();
  }

  private fuse({ task, input }: Extract<Command, { do: 'fuse' }>): void {
    tally.note('fused');
    const value = this.region(input);
    for (const member of value.members) {
      this.began.add(member.task);
      if ('value' in member) this.happened.add(member.task);
    }
    for (const task of [...value.slow, ...(value.cut ?? [])]) this.began.add(task);
    this.step([{ is: 'completed', task, value: value as never }]);
  }

  private continueAsNew(): void {
    expect([...this.out.keys()].filter((task) => task !== MORE)).toEqual([]);
    tally.note('continues');
    this.room = 'enough';
    this.out.clear();
    const carried = JSON.parse(JSON.stringify(this.walk.continueWalk())) as NonNullable<RunStart['carried']>;
    this.start = { ...this.start, segment: this.start.segment + 1, carried };
    this.walk = new Walk(this.start);
    this.step([]);
  }

  /** What has to hold when a node begins to be undone. */
  private mayUndo(task: string): void {
    const key = nodeOfTask(task)!;
    expect([...this.out.keys()].filter((other) => !isUndo(other) && other !== MORE)).toEqual([]);
    expect(this.began.has(key) || this.happened.has(key)).toBe(true);
    expect(this.undone.get(task) ?? 0).toBe(0);
    const { plan } = this.walk;
    const after = new Set([this.walk.indexOf.get(key)!]);
    for (const node of after) for (const edge of plan.nodes[node]!.out) after.add(plan.edges[edge]!.to);
    for (const node of after) {
      const behind = this.walk.key(node);
      if (behind === key || !plan.nodes[node]!.compensate || !this.happened.has(behind)) continue;
      if (this.walk.nodes[node]!.status === 'skipped' && !this.walk.nodes[node]!.late) continue;
      expect((this.undone.get(`${behind}~undo`) ?? 0) === 1 || this.byHand.has(behind)).toBe(true);
    }
  }

  private bringToEnd(): void {
    for (let left = 1_000; !this.walk.end; left--) {
      expect(left).toBeGreaterThan(0);
      const held = this.walk.nodes.findIndex(({ status, undo }) => status === 'held' || undo?.status === 'held');
      if (this.walk.paused) this.act({ act: 'resume' });
      else if (this.out.size > 0) this.answer([...this.out.keys()][0], left % 3 === 0 ? 'fails' : 'completes');
      else if (held >= 0) this.act({ act: left % 2 ? 'skip_node' : 'retry_node', node: this.walk.key(held) });
      else expect('something is out or held').toBe('it hangs');
    }
  }

  private check(): void {
    const { end, nodes, plan } = this.walk;
    for (const { status } of nodes) expect(isFinal(status)).toBe(true);
    if (this.cancelled) expect(end!.status).not.toBe('completed');
    for (const [index, { key, compensate }] of plan.nodes.entries()) {
      const times = this.undone.get(`${key}~undo`) ?? 0;
      expect(times).toBeLessThanOrEqual(1);
      if (!compensate || end!.status === 'completed') {
        expect(times).toBe(0);
        continue;
      }
      const { status, late } = nodes[index]!;
      const due = status === 'completed' || late || (compensate.when === 'started' && this.began.has(key));
      if (due && this.happened.has(key)) expect(times + (this.byHand.has(key) ? 1 : 0)).toBe(1);
      if (!this.began.has(key) && !this.happened.has(key)) expect(times).toBe(0);
    }
  }
}

test.each([1, 3] as const)(
  'engine %i: what happened is undone once or by hand, in order, and nothing too early',
  (engine) => {
    const steps = fc.array(fc.record({ pick: fc.nat(), what: fc.nat(11) }), { maxLength: 60, size: 'max' });
    const choices = fc.array(fc.nat(59), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(randomPlans(), choices, steps, fc.nat(), (random, chosen, course, seed) => {
        new World(undoable(random, chosen), engine, seed).follow(course);
      }),
      { numRuns: 1_000 },
    );
    const [often, seldom] = [100, 20];
    tally.expectEach({
      ...{ completes: often, fails: often, cancels: often, continues: often, late: often, set_output: often },
      ...{ skip_node: often, pause: often, retry_node: seldom, resume: seldom },
      ...{ 'undoing completes': often, 'undoing fails': often, 'skip_node in the end': seldom },
      ...{ 'retry_node in the end': seldom, ...(engine === 3 ? { fused: often } : {}) },
    });
  },
);
