import fc from 'fast-check';
import { planOf, randomPlans } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import type { Act, Decision, FusedRegion, Work } from '../contract/work.js';
import type { Json } from '../json.js';
import type { Plan } from '../spec/plan.js';
import { judgeJoin, resolveEdge, type EdgeState } from './edges.js';
import { type Command, type Fact, FUSE } from './facts.js';
import { previewOf } from './preview.js';
import { factOf } from './region.js';
import { refuseAct } from './repair.js';
import type { RunStart } from './state.js';
import { Walk } from './walk.js';

const by = { actor: 'user:ann', reason: 'the figures were wrong', at: '2026-01-01T00:00:00.000Z' };
const act = (given: object): Act => ({ ...by, ...given }) as Act;
const acted = (given: object): Fact => ({ is: 'acted', act: act(given) });
const worked = (task: string, output: Json): Fact => ({ is: 'completed', task, value: { output } });
const reading = (...keys: string[]) => ({
  reads: keys,
  config: { tool: 'function', name: 'noop', input: keys.map((key) => `\${ nodes.${key}.output }`) },
});
const tasks = (commands: Command[]) => commands.flatMap((command) => (command.do === 'activity' ? [command.task] : []));
const works = (commands: Command[]): Work[] =>
  commands.flatMap((command) => (command.do === 'activity' ? [command.input as Work] : []));
const statuses = (walk: Walk) => walk.nodes.map(({ status }) => status).join(' ');
/** Lets the tasks complete, one step each. */
function go(walk: Walk, ...outputs: [task: string, output: Json][]): Command[] {
  return outputs.flatMap(([task, output]) => walk.step([worked(task, output)], 1).commands);
}

/** fetch -> sum (reads fetch) -> ship (reads sum); fetch -> log (reads nothing); all -> last, which is at work. */
function shipped(): Walk {
  const plan = planOf(
    [
      { key: 'fetch' },
      { key: 'sum', ...reading('fetch') },
      { key: 'log' },
      { key: 'ship', ...reading('sum') },
      { key: 'last' },
    ],
    [
      { from: 'fetch', to: 'sum' },
      { from: 'fetch', to: 'log' },
      { from: 'sum', to: 'ship' },
      { from: 'ship', to: 'last' },
      { from: 'log', to: 'last' },
    ],
  );
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  go(walk, ['fetch', 1], ['sum', 1], ['log', 'said'], ['ship', 'sent']);
  expect(statuses(walk)).toBe('completed completed completed completed queued');
  return walk;
}

test('P3: another output has done again what reads it, under another key, and what comes out the same stops there', () => {
  const walk = shipped();
  const { commands } = walk.step([acted({ act: 'set_output', node: 'fetch', output: 2 })], 2);
  expect(works(commands)).toMatchObject([{ node: 'sum', effect: 'run_1/sum/1', config: { input: [2] } }]);
  expect(tasks(commands)).toEqual(['sum~1']);
  expect(statuses(walk)).toBe('completed queued completed pending queued');
  expect(tasks(go(walk, ['sum~1', 1]))).toEqual([]); // the same sum: what was shipped stands
  expect(walk.nodes[3]).toMatchObject({ status: 'completed', output: 'sent' });
  expect(tasks(go(walk, ['last', 'done']))).toEqual([]);
  expect(walk.end).toMatchObject({ status: 'completed' });
});

test('what is at work and reads nothing of it goes on, and what follows from it waits until all is settled again', () => {
  const walk = shipped();
  walk.step([acted({ act: 'retry_node', node: 'fetch' })], 2);
  expect(statuses(walk)).toBe('queued pending pending pending queued');
  go(walk, ['last', 'done']); // not withdrawn, and not the end of the run
  expect(walk.nodes[4]).toMatchObject({ status: 'completed', output: 'done' });
  expect(walk.end).toBeUndefined();
  expect(tasks(go(walk, ['fetch~1', 3]))).toEqual(['sum~1']);
  expect(works(go(walk, ['sum~1', 3]))).toMatchObject([
    { node: 'ship', effect: 'run_1/ship/1', config: { input: [3] } },
  ]);
  go(walk, ['ship~1', 'sent again']);
  expect(walk.end).toMatchObject({ status: 'completed' });
});

test('the same result as before: nothing else runs again', () => {
  const walk = shipped();
  const asked = walk.step([acted({ act: 'retry_node', node: 'fetch' })], 2).commands;
  expect(works(asked)).toMatchObject([{ node: 'fetch', effect: 'run_1/fetch/0' }]); // a plain retry is the same effect
  expect(tasks(go(walk, ['fetch~1', 1], ['last', 'done']))).toEqual([]);
  expect(walk.end).toMatchObject({ status: 'completed' });
});

const gate = { type: 'human_gate' as const, config: { title: 'Go?' } };
const yes = (node: string): Fact => ({
  is: 'decided',
  via: 'update',
  decision: { node, decision: 'approve', actor: 'user:bob', roles: ['approver'], at: by.at } satisfies Decision,
});

test('an approval lapses when anything upstream of it has another result, and stands when nothing has', () => {
  const approved = () => {
    const plan = planOf(
      [{ key: 'brief' }, { key: 'sign', ...gate }, { key: 'print', ...reading('brief') }],
      [
        { from: 'brief', to: 'sign' },
        { from: 'sign', to: 'print' },
      ],
    );
    const walk = new Walk(startOf(plan));
    walk.step([], 1);
    go(walk, ['brief', 'one']);
    go(walk, ['sign~open', { evidence: 'e' }]);
    walk.step([yes('sign')], 1);
    expect(statuses(walk)).toBe('completed completed queued');
    return walk;
  };
  const same = approved();
  same.step([acted({ act: 'set_output', node: 'brief', output: 'one' })], 2);
  expect(statuses(same)).toBe('completed completed queued');
  const other = approved();
  const { commands, changes } = other.step([acted({ act: 'set_output', node: 'brief', output: 'two' })], 2);
  expect(tasks(commands)).toEqual(['sign~1~open']);
  expect(changes).toContainEqual(
    expect.objectContaining({ gate: 'sign', lapsed: expect.objectContaining({ actor: 'user:bob' }) }),
  );
  expect(statuses(other)).toBe('completed waiting pending');
  other.step([yes('sign')], 3);
  expect(other.nodes[2]).toMatchObject({ status: 'queued' });
});

test('a way that is not taken any more: what was at work on it is withdrawn', () => {
  const plan = planOf(
    [{ key: 'look' }, { key: 'act' }],
    [{ from: 'look', to: 'act', condition: 'nodes.look.output == 1', reads: ['look'] }],
  );
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  go(walk, ['look', 1]);
  expect(statuses(walk)).toBe('completed queued');
  const { commands } = walk.step([acted({ act: 'set_output', node: 'look', output: 2 })], 2);
  expect(commands).toContainEqual({ do: 'cancel', task: 'act' });
  expect(walk.nodes[1]).toMatchObject({ status: 'skipped', reason: 'its way was not taken any more' });
  expect(walk.end).toMatchObject({ status: 'completed' });
});

test('what is refused, and why', () => {
  const walk = shipped();
  const refused = (given: object) => refuseAct(walk, act(given))?.message;
  expect(refused({ act: 'skip_node', node: 'fetch' })).toMatch('is completed');
  expect(refused({ act: 'pause', node: 'fetch' })).toMatch('is completed');
  go(walk, ['last', 'done']);
  expect(refused({ act: 'set_output', node: 'fetch', output: 1 })).toMatch('run run_1 is over');
});

test('an output that was too heavy to come along into a new history is missed before anything is done', () => {
  const heavy = 'x'.repeat(200_000);
  const walk = shipped();
  walk.nodes[0]!.output = heavy;
  const carried = JSON.parse(JSON.stringify(walk.continueWalk())) as never;
  const next = new Walk({ ...walk.start, carried });
  next.step([], 2);
  expect(refuseAct(next, act({ act: 'retry_node', node: 'sum' }))).toMatchObject({ code: 'RUN_STATE' });
  expect(refuseAct(next, act({ act: 'set_output', node: 'fetch', output: 1 }))).toBeUndefined();
});

test('a preview tells what is taken back', () => {
  const told = previewOf(shipped(), act({ act: 'set_output', node: 'fetch', output: 2 }));
  expect(told).toMatchObject({
    taken_back: ['sum', 'log', 'ship'],
    begins: [{ node: 'sum', again: true }],
    effects: [{ node: 'sum', key: 'run_1/sum/1', repeated: false }],
    may_run: ['ship'],
  });
});

/**
 * The model: what comes of each node is a function of what it reads and of what people set by hand, so in the end a run is as if it had known
 * all of that from the start, in whatever order it came.
 */
test('P3, P4: whatever is replaced, and when, the run ends as if it had been so from the start; one key never carries two inputs', () => {
  const readers = fc.array(fc.array(fc.nat(11), { maxLength: 3 }), { minLength: 12, maxLength: 12 });
  const steps = fc.array(fc.record({ pick: fc.nat(), what: fc.nat(9) }), { maxLength: 60 });
  fc.assert(
    fc.property(randomPlans(), readers, fc.boolean(), fc.boolean(), steps, (plan, reads, fails, fused, course) => {
      new Course(withReads(plan, reads, fails), fails, fused).follow(course);
    }),
    { numRuns: 3_000 },
  );
});

/** `near`: only of nodes right before; a join that is skipped early goes ahead of those further up. */
function withReads(plan: Plan, reads: number[][], near: boolean): Plan {
  const above = plan.nodes.map(() => new Set<number>());
  const nodes = plan.nodes.map((node, index) => {
    for (const edge of node.in) {
      const { from } = plan.edges[edge]!;
      for (const each of near ? [from] : [from, ...above[from]!]) above[index]!.add(each);
    }
    const all = [...above[index]!];
    const keys = [...new Set(reads[index]!.flatMap((at) => (all.length === 0 ? [] : [`n${all[at % all.length]}`])))];
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

class Course {
  private walk: Walk;
  private start: RunStart;
  private readonly out = new Map<string, Work>();
  private readonly sent = new Map<string, string>();
  private readonly set = new Map<string, Json>();
  private readonly left = new Set<string>();
  private at = 1;

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
      else if (this.out.size === 0 && !this.region) this.continueAsNew();
    }
    for (let left = 500; !this.walk.end; left--) {
      expect(left).toBeGreaterThan(0);
      this.answer(0);
    }
    const told = this.walk.nodes.map(({ status, output }) => ({ status, output }));
    expect(told).toEqual(expected(this.start.plan, this.set, this.left, this.fails));
    expect(this.walk.edges).not.toContain('open');
  }

  private act(given: { act: string; node: string; output?: Json; fresh?: boolean }): void {
    // What is set before it is ready goes ahead, and whoever reads what has not settled sees nothing of it.
    if (this.walk.nodes[this.walk.indexOf.get(given.node)!]!.status === 'pending') return;
    if (refuseAct(this.walk, act(given))) return;
    if (given.act === 'set_output') this.set.set(given.node, given.output!);
    else this.set.delete(given.node);
    if (given.act === 'skip_node') this.left.add(given.node);
    else this.left.delete(given.node);
    this.step([acted(given)]);
  }

  private region: RunStart | undefined;

  /** A region is out like any task; what it brings may come after people have acted. */
  private endRegion(): void {
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
    this.step([result ? worked(task, result.output) : { is: 'failed', task, error: BROKEN }]);
  }

  private step(facts: Fact[]): void {
    for (const command of this.walk.step(facts, this.at++).commands) {
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
    this.start = { ...this.start, carried: JSON.parse(JSON.stringify(this.walk.continueWalk())) as never };
    this.walk = new Walk(this.start);
    this.step([]);
  }
}
