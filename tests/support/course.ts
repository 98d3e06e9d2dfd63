import type { Act, FusedRegion, Work } from '../../core/contract/work.js';
import { type EdgeState, judgeJoin, resolveEdge } from '../../core/engine/edges.js';
import { type Fact, FUSE, type HistoryRoom } from '../../core/engine/facts.js';
import { factOf } from '../../core/engine/region.js';
import { refuseAct } from '../../core/engine/repair.js';
import { isFinal, type RunStart } from '../../core/engine/state.js';
import { Walk } from '../../core/engine/walk.js';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import { planOf } from './plans.js';
import { Tally } from './tally.js';
import { startOf } from './walks.js';

/**
 * A model of what people may do to a living run. What comes of each node is a function of what it reads and of what people set by hand, so in
 * the end a run is as if it had known all of that, and its last plan, from the start, in whatever order it came.
 */

export const by = { actor: 'user:ann', reason: 'the figures were wrong', at: '2026-01-01T00:00:00.000Z' };
export const actOf = (given: object): Act => ({ ...by, ...given }) as Act;
export const acted = (given: object): Fact => ({ is: 'acted', act: actOf(given) });
export const worked = (task: string, output: Json): Fact => ({ is: 'completed', task, value: { output } });
export const reading = (...keys: string[]) => ({
  reads: keys,
  config: { tool: 'function', name: 'noop', input: keys.map((key) => `\${ nodes.${key}.output }`) },
});

/** `near`: only of nodes right before; a join that is skipped early goes ahead of those further up. */
export function withReads(plan: Plan, reads: number[][], near: boolean): Plan {
  const above = aboveOf(plan, near);
  const nodes = plan.nodes.map((node, index) => {
    const all = [...above[index]!];
    const keys = [...new Set(reads[index]!.flatMap((at) => (all.length === 0 ? [] : [all[at % all.length]!])))];
    const join = node.join === 'none_failed' ? node.join : 'all'; // what a join of some of its edges sees depends on the order
    return { ...node, ...reading(...keys), join, losers: 'let_run', on_error: 'continue' } as Plan['nodes'][number];
  });
  return { ...plan, nodes };
}

const BROKEN = { code: 'FUNCTION_ERROR', message: 'broken' };
/** What comes of a node's work: some fail, and always do with that input. */
function resultOf(node: string, input: Json, fails: boolean): { output: Json } | undefined {
  const text = JSON.stringify([node, input]);
  let hash = 7;
  for (const char of text) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  return fails && hash % 5 === 0 ? undefined : { output: { [node]: Math.abs(hash) % 100 } };
}

type Told = { status: string; output: Json };

/** A run that knew from the start what people would say. */
function expected(plan: Plan, set: ReadonlyMap<string, Json>, left: ReadonlySet<string>, fails: boolean): Told[] {
  const told: Told[] = [];
  const edges: EdgeState[] = plan.edges.map(() => 'open');
  for (const { key, in: ways, out, join, reads } of plan.nodes) {
    const count = (state: EdgeState) => ways.filter((edge) => edges[edge] === state).length;
    const verdict =
      ways.length === 0 ? 'fire' : judgeJoin(join, { open: 0, taken: count('taken'), failed: count('failed') });
    const input = reads.map((read) => told[plan.nodes.findIndex((node) => node.key === read)]!.output);
    const result = resultOf(key, input, fails);
    if (left.has(key)) told.push({ status: 'skipped', output: null });
    else if (set.has(key)) told.push({ status: 'completed', output: set.get(key)! });
    else if (verdict === 'skip') told.push({ status: 'skipped', output: null });
    else told.push(result ? { status: 'completed', ...result } : { status: 'failed', output: null });
    for (const edge of out) {
      const { condition } = plan.edges[edge]!;
      const state = resolveEdge(plan.edges[edge]!, told.at(-1)!.status as never);
      edges[edge] = state === 'ask' ? (condition === 'true' ? 'taken' : 'not_taken') : state;
    }
  }
  return told;
}

export class Course {
  /** Of all courses. */
  static readonly tally = new Tally<Act['act'] | 'fresh' | 'done_again' | 'fails' | 'fused' | 'continues'>();

  private walk: Walk;
  private start: RunStart;
  private readonly out = new Map<string, Work>();
  private readonly sent = new Map<string, string>();
  private readonly set = new Map<string, Json>();
  private readonly left = new Set<string>();
  private at = 1;
  private room: HistoryRoom = 'enough';

  private readonly fails: boolean;

  constructor(plan: Plan, fails: boolean, fused: boolean) {
    this.fails = fails;
    const nodes = fused ? plan.nodes : plan.nodes.map((node) => ({ ...node, fuse: 'never' as const }));
    this.start = startOf({ ...plan, nodes }, {}, 3);
    this.walk = new Walk(this.start);
    this.step([]);
  }

  follow(course: { pick: number; what: number }[]): void {
    for (const { pick, what } of course) {
      if (this.walk.end) break;
      const node = this.walk.key(pick % this.walk.nodes.length);
      if (what < 4) this.answer(pick);
      else if (what === 4) this.act({ act: 'retry_node', node });
      else if (what === 5) this.act({ act: 'retry_node', node, fresh: true });
      else if (what < 8) this.act({ act: 'set_output', node, output: pick % 3 });
      else if (what === 8) this.act({ act: 'skip_node', node });
      else if (what > 9) this.amend(pick);
      else {
        this.room = 'little'; // until nothing is out any more
        this.step([]);
      }
    }
    for (let left = 500; !this.walk.end; left--) {
      expect(left).toBeGreaterThan(0);
      this.answer(0);
    }
    const told = this.walk.nodes.map(({ status, output }) => ({ status, output }));
    expect(told).toEqual(expected(this.walk.plan, this.set, this.left, this.fails));
    expect(this.walk.edges).not.toContain('open');
  }

  private act(given: { act: string; node: string; output?: Json; fresh?: boolean }): void {
    // What is set before it is ready goes ahead, and whoever reads what has not settled sees nothing of it.
    if (this.walk.nodes[this.walk.indexOf.get(given.node)!]!.status === 'pending') return;
    if (refuseAct(this.walk, actOf(given))) return;
    Course.tally.note(given.fresh ? 'fresh' : (given.act as Act['act']));
    if (isFinal(this.walk.nodes[this.walk.indexOf.get(given.node)!]!.status)) Course.tally.note('done_again');
    if (given.act === 'set_output') this.set.set(given.node, given.output!);
    else this.set.delete(given.node);
    if (given.act === 'skip_node') this.left.add(given.node);
    else this.left.delete(given.node);
    this.step([acted(given)]);
  }

  private region: RunStart | undefined;

  private amend(pick: number): void {
    const plan = edited(this.walk.plan, pick, this.fails);
    const given = { act: 'amend', amendment: 'am', changes: { added: [], removed: [], changed: [] }, plan };
    if (plan.nodes.length > 0 && !refuseAct(this.walk, actOf(given))) {
      Course.tally.note('amend');
      this.step([acted(given)]);
    }
  }

  /** A region is out like any task; what it brings may come after people have acted. */
  private endRegion(): void {
    Course.tally.note('fused');
    const walk = new Walk(this.region!);
    this.region = undefined;
    const members: FusedRegion['members'] = [];
    const go = (facts: Fact[]): void => {
      for (const { task, input } of walk.step(facts, 1).commands.filter((command) => command.do === 'activity')) {
        const result = this.resultOf(input as Work);
        members.push({ task, began: 0, ended: 0, ...(result ? { value: result } : { error: BROKEN }) });
        go([factOf(members.at(-1)!)]);
      }
    };
    go([]);
    const value = { took: 0, members, slow: [], spent: false } satisfies FusedRegion;
    this.step([{ is: 'completed', task: FUSE, value: value as unknown as Json }]);
  }

  private resultOf = ({ node, config }: Work) => resultOf(node, (config as { input: Json }).input, this.fails);

  private answer(pick: number): void {
    if (this.region && (pick % 2 === 0 || this.out.size === 0)) return this.endRegion();
    const [task, work] = [...this.out][pick % Math.max(1, this.out.size)] ?? [];
    if (task === undefined) return;
    this.out.delete(task);
    const result = this.resultOf(work!);
    if (!result) Course.tally.note('fails');
    this.step([result ? worked(task, result.output) : { is: 'failed', task, error: BROKEN }]);
  }

  private step(facts: Fact[]): void {
    for (const command of this.walk.step(facts, this.at++, this.room).commands) {
      if (command.do === 'continue') this.continueAsNew();
      if (command.do === 'fuse') this.region = command.input;
      if (command.do === 'cancel') this.out.delete(command.task);
      if (command.do !== 'activity') continue;
      expect(this.out.has(command.task)).toBe(false);
      const work = command.input as Work;
      this.out.set(command.task, work);
      const input = JSON.stringify(work.config);
      expect(this.sent.get(work.effect) ?? input).toBe(input);
      this.sent.set(work.effect, input);
    }
  }

  private continueAsNew(): void {
    Course.tally.note('continues');
    expect([...this.out.keys()]).toEqual([]);
    this.room = 'enough';
    this.start = {
      ...this.start,
      plan: this.walk.plan,
      carried: JSON.parse(JSON.stringify(this.walk.continueWalk())) as never,
    };
    this.walk = new Walk(this.start);
    this.step([]);
  }
}

/** The plan with a change somewhere: a node or an edge more or less, or another condition. */
function edited(plan: Plan, pick: number, near: boolean): Plan {
  const at = Math.floor(pick / 8);
  let nodes = plan.nodes.map(({ in: _in, out: _out, ...node }) => node);
  let edges = plan.edges.map(({ from, to, ...edge }) => ({
    ...edge,
    from: nodes[from]!.key,
    to: nodes[to]!.key,
  }));
  const chosen = nodes[at % nodes.length]!.key;
  const fresh = `x${at}`;
  if (pick % 8 < 3 && !nodes.some(({ key }) => key === fresh)) {
    const place = 1 + (at % nodes.length);
    const added = { ...nodes[0]!, ...reading(...(pick % 2 ? [chosen] : [])), key: fresh };
    const before = nodes.findIndex(({ key }) => key === chosen);
    nodes = [...nodes.slice(0, Math.max(place, before + 1)), added, ...nodes.slice(Math.max(place, before + 1))];
    const after = nodes.slice(nodes.indexOf(added) + 1)[0]?.key;
    edges = [...edges, { on: 'success', reads: [], from: chosen, to: fresh }];
    if (after && pick % 5 > 1) edges = [...edges, { on: 'success', reads: [], from: fresh, to: after }];
  } else if (pick % 8 < 5) {
    nodes = nodes.filter(({ key }) => key !== chosen);
    edges = edges.filter(({ from, to }) => from !== chosen && to !== chosen);
  } else if (pick % 8 === 5) edges = edges.filter((_, index) => index !== at % Math.max(1, edges.length));
  else
    edges = edges.map((edge, index) =>
      index === at % Math.max(1, edges.length) ? { ...edge, condition: pick % 2 ? 'true' : 'false' } : edge,
    );
  const rebuilt = planOf(nodes, edges, plan.run);
  return readable(rebuilt, near);
}

/** What is not upstream any more can't be read. */
function readable(plan: Plan, near: boolean): Plan {
  const above = aboveOf(plan, near);
  const nodes = plan.nodes.map((node, index) => {
    const keys = node.reads.filter((key) => above[index]!.has(key));
    return keys.length === node.reads.length ? node : { ...node, ...reading(...keys) };
  });
  return { ...plan, nodes };
}

function aboveOf(plan: Plan, near: boolean): Set<string>[] {
  const above = plan.nodes.map(() => new Set<string>());
  for (const [index, node] of plan.nodes.entries())
    for (const edge of node.in) {
      const { from } = plan.edges[edge]!;
      for (const each of near ? [plan.nodes[from]!.key] : [plan.nodes[from]!.key, ...above[from]!])
        above[index]!.add(each);
    }
  return above;
}
