import fc from 'fast-check';
import { planOf, randomPlans } from '../../tests/support/plans.js';
import type { Plan } from '../spec/plan.js';
import type { Command, Fact } from './facts.js';
import { isFinal, type RunStart } from './state.js';
import { Walk } from './walk.js';

const startOf = (plan: Plan, input: RunStart['input'] = {}): RunStart => ({
  engine: 1,
  plan,
  run: { id: 'run_1', org: 'org_1', workflow: plan.name, version: 1 },
  scope: { starter: 'key:test', metadata: {} },
  input,
  segment: 0,
});

/** Drives a walk to its end: in each step the chooser picks which outstanding tasks have ended, and how. */
function drive(
  plan: Plan,
  choose: (outstanding: string[]) => { task: string; fails: boolean }[],
  continueAfter = Infinity,
) {
  let start = startOf(plan);
  let walk = new Walk(start);
  const began: string[] = [];
  const outstanding = new Set<string>();
  let most = 0;
  let facts: Fact[] = [];
  for (let step = 0; step < 500; step++) {
    const { commands } = walk.step(facts, 1000 + step, step >= continueAfter);
    for (const command of commands) {
      if (command.do === 'activity') {
        began.push(command.task);
        outstanding.add(command.task);
      } else if (command.do === 'cancel') outstanding.delete(command.task);
    }
    most = Math.max(most, outstanding.size);
    const last = commands.at(-1) as Command | undefined;
    if (last?.do === 'end') return { walk, began, most, steps: step };
    if (last?.do === 'continue') {
      start = { ...start, segment: start.segment + 1, carried: JSON.parse(JSON.stringify(walk.continueWalk())) };
      walk = new Walk(start);
      facts = [];
      continueAfter = step + 3;
      continue;
    }
    const ended = choose([...outstanding]);
    for (const { task } of ended) outstanding.delete(task);
    facts = ended.map(({ task, fails }) =>
      fails
        ? { is: 'failed', task, error: { code: 'FUNCTION_ERROR', message: 'broken' } }
        : { is: 'completed', task, value: { output: { from: task } } },
    );
  }
  throw new Error(`the walk hangs: ${JSON.stringify(walk.nodes.map(({ status }) => status))}`);
}

/** A seeded chooser: a few of the outstanding tasks end, in any order, each fails now and then. */
function chooser(seed: number) {
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return (outstanding: string[]) => {
    const shuffled = outstanding.map((task) => ({ task, key: random() })).sort((a, b) => a.key - b.key);
    return shuffled
      .slice(0, 1 + Math.floor(random() * shuffled.length))
      .map(({ task }) => ({ task, fails: random() < 0.25 }));
  };
}

const precedes = (plan: Plan, began: string[]) => {
  for (const edge of plan.edges) {
    const [from, to] = [began.indexOf(plan.nodes[edge.from]!.key), began.indexOf(plan.nodes[edge.to]!.key)];
    if (plan.nodes[edge.to]!.join !== 'all' || from === -1 || to === -1) continue;
    expect(from).toBeLessThan(to);
  }
};

test('P4: every random walk ends, each node runs at most once and never before its parents, every edge resolves', () => {
  fc.assert(
    fc.property(randomPlans(), fc.integer(), (plan, seed) => {
      const { walk, began, most } = drive(plan, chooser(seed));
      expect(new Set(began).size).toBe(began.length);
      precedes(plan, began);
      expect(most).toBeLessThanOrEqual(plan.run.max_parallel);
      expect(walk.nodes.every(({ status }) => isFinal(status))).toBe(true);
      expect(walk.edges.every((edge) => edge !== 'open')).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('the order in which the facts of one step arrive changes nothing', () => {
  fc.assert(
    fc.property(randomPlans(), fc.integer(), (plan, seed) => {
      const forward = drive(plan, chooser(seed));
      const choose = chooser(seed);
      const backward = drive(plan, (outstanding) => choose(outstanding).reverse());
      expect(backward.walk.nodes).toEqual(forward.walk.nodes);
      expect(backward.began).toEqual(forward.began);
    }),
    { numRuns: 200 },
  );
});

test('a walk that is carried over into new segments comes to the same end', () => {
  fc.assert(
    fc.property(randomPlans(), fc.nat(6), (plan, after) => {
      const all = (outstanding: string[]) => outstanding.map((task) => ({ task, fails: false }));
      const whole = drive(plan, all);
      const cut = drive(plan, all, after);
      expect(cut.walk.nodes.map(({ status }) => status)).toEqual(whole.walk.nodes.map(({ status }) => status));
      expect([...cut.began].sort()).toEqual([...whole.began].sort());
    }),
    { numRuns: 200 },
  );
});

const one = (outstanding: string[]) => outstanding.slice(0, 1).map((task) => ({ task, fails: false }));

test('the first of several wins and the losers are cancelled', () => {
  const plan = planOf(
    [{ key: 'a' }, { key: 'b' }, { key: 'b2' }, { key: 'j', join: 'any', losers: 'cancel' }],
    [
      { from: 'a', to: 'j' },
      { from: 'b', to: 'b2' },
      { from: 'b2', to: 'j' },
    ],
  );
  const { walk } = drive(plan, one);
  expect(walk.nodes.map(({ status }) => status)).toEqual(['completed', 'cancelled', 'cancelled', 'completed']);
});

test('a failed node stops the run: what is outstanding is cancelled, the rest is skipped', () => {
  const plan = planOf([{ key: 'a' }, { key: 'b' }, { key: 'c' }], [{ from: 'a', to: 'c' }]);
  const { walk } = drive(plan, () => [{ task: 'a', fails: true }]);
  expect(walk.nodes.map(({ status }) => status)).toEqual(['failed', 'cancelled', 'skipped']);
  expect(walk.end).toMatchObject({ status: 'failed', error: { code: 'FUNCTION_ERROR', details: { node: 'a' } } });
});

test('conditions route, and a join fires on the branch that lives', () => {
  const plan = planOf(
    [{ key: 'a' }, { key: 'yes' }, { key: 'no' }, { key: 'j' }],
    [
      { from: 'a', to: 'yes', condition: "nodes.a.output.from == 'a'", reads: ['a'] },
      { from: 'a', to: 'no', condition: "nodes.a.output.from != 'a'", reads: ['a'] },
      { from: 'yes', to: 'j' },
      { from: 'no', to: 'j' },
    ],
  );
  expect(drive(plan, one).walk.nodes.map(({ status }) => status)).toEqual([
    'completed',
    'completed',
    'skipped',
    'completed',
  ]);
});
