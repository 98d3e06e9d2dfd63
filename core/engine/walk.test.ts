import fc from 'fast-check';
import { planOf, randomPlans } from '../../tests/support/plans.js';
import { allAtOnce, chooser, drive, firstOnly, modelOf, regionBy, startOf } from '../../tests/support/walks.js';
import type { Plan } from '../spec/plan.js';
import type { Command, Fact } from './facts.js';
import { isFinal } from './state.js';
import { Walk } from './walk.js';

const statuses = ({ walk }: ReturnType<typeof drive>) => walk.nodes.map(({ status }) => status);

/** Where a join waits for every edge, its node begins after all parents that did; else after one of them. */
function beginsAfterParents(plan: Plan, began: string[]): void {
  const at = (node: number) => began.indexOf(plan.nodes[node]!.key);
  for (const [index, { join, in: into }] of plan.nodes.entries()) {
    if (at(index) === -1 || into.length === 0) continue;
    const parents = into.map((edge) => at(plan.edges[edge]!.from)).filter((place) => place !== -1);
    if (join === 'all' || join === 'none_failed') expect(Math.max(...parents, -1)).toBeLessThan(at(index));
    else expect(Math.min(...parents)).toBeLessThan(at(index));
  }
}

test('P4: every random walk ends, each node runs at most once and never before its parents, every edge resolves once', () => {
  fc.assert(
    fc.property(randomPlans(), fc.integer(), fc.constantFrom(Infinity, 0, 1, 3), (plan, seed, continueAfter) => {
      const { walk, began, most } = drive(plan, chooser(seed), { continueAfter });
      expect(new Set(began).size).toBe(began.length);
      beginsAfterParents(plan, began);
      expect(most).toBeLessThanOrEqual(plan.run.max_parallel);
      expect(walk.nodes.every(({ status }) => isFinal(status))).toBe(true);
      expect(walk.edges.every((edge) => edge !== 'open')).toBe(true);
    }),
    { numRuns: 500 },
  );
});

const steady = (plan: Plan): Plan => ({
  ...plan,
  nodes: plan.nodes.map((node) => ({ ...node, on_error: 'continue', losers: 'let_run' })),
});
const failing = (salt: number) => (key: string) => (key.charCodeAt(1) * 31 + salt) % 4 === 0;

test('in whatever order the work ends, every node ends as the model says', () => {
  fc.assert(
    fc.property(randomPlans().map(steady), fc.integer(), fc.nat(100), (plan, seed, salt) => {
      const driven = drive(plan, chooser(seed, failing(salt)));
      expect(statuses(driven)).toEqual(modelOf(plan, failing(salt)));
      expect(driven.walk.end?.status).toBe('completed');
    }),
    { numRuns: 500 },
  );
});

test('fused or not, in whatever order the work ends, every node ends as the model says and runs once', () => {
  fc.assert(
    fc.property(
      ...[randomPlans().map(steady), fc.integer(), fc.nat(100), fc.nat(8), fc.constantFrom(2 as const, 3 as const)],
      fc.constantFrom('little' as const, 'none' as const),
      (plan, seed, salt, continueAfter, engine, room) => {
        const fails = failing(salt);
        const region = regionBy(seed, fails);
        const driven = drive(plan, chooser(seed, fails), { continueAfter, region, engine, room });
        expect(statuses(driven)).toEqual(modelOf(plan, fails));
        expect(new Set(driven.began).size).toBe(driven.began.length);
        expect(driven.walk.edges.every((edge) => edge !== 'open')).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a run that stops or cancels losers leaves every other node as the model says', () => {
  fc.assert(
    fc.property(randomPlans(), fc.integer(), fc.nat(100), (plan, seed, salt) => {
      const driven = drive(plan, chooser(seed, failing(salt)));
      const stopped = driven.walk.end!.status === 'failed';
      for (const [index, expected] of modelOf(plan, failing(salt)).entries()) {
        const allowed = [expected, 'cancelled', ...(stopped ? ['skipped'] : [])];
        expect(allowed).toContain(statuses(driven)[index]);
      }
      const fatal = driven.walk.nodes.some(
        ({ status }, index) => status === 'failed' && plan.nodes[index]!.on_error === 'fail_run',
      );
      expect(stopped).toBe(fatal);
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
  // Where losers are cancelled, who loses may depend on when: another segment, another winner.
  fc.assert(
    fc.property(randomPlans().map(steady), fc.nat(6), (plan, continueAfter) => {
      const whole = drive(plan, allAtOnce());
      const cut = drive(plan, allAtOnce(), { continueAfter });
      expect(statuses(cut)).toEqual(statuses(whole));
      expect([...cut.began].sort()).toEqual([...whole.began].sort());
    }),
    { numRuns: 200 },
  );
});

test('the first of several wins and the losers are cancelled', () => {
  const plan = planOf(
    [{ key: 'a' }, { key: 'b' }, { key: 'b2' }, { key: 'j', join: 'any', losers: 'cancel' }],
    [
      { from: 'a', to: 'j' },
      { from: 'b', to: 'b2' },
      { from: 'b2', to: 'j' },
    ],
  );
  expect(statuses(drive(plan, firstOnly))).toEqual(['completed', 'cancelled', 'cancelled', 'completed']);
});

test('a failed node stops the run: what is outstanding is cancelled, the rest is skipped', () => {
  const plan = planOf([{ key: 'a' }, { key: 'b' }, { key: 'c' }], [{ from: 'a', to: 'c' }]);
  const driven = drive(plan, () => [{ task: 'a', fails: true }]);
  expect(statuses(driven)).toEqual(['failed', 'cancelled', 'skipped']);
  expect(driven.walk.end).toMatchObject({
    status: 'failed',
    error: { code: 'FUNCTION_ERROR', details: { node: 'a' } },
  });
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
  expect(statuses(drive(plan, firstOnly))).toEqual(['completed', 'completed', 'skipped', 'completed']);
});

const MINUTE = 60_000;
const alone = { fuse: 'never' } as const;
const slowPlan = () => {
  const plan = planOf(
    [
      { key: 'slow', ...alone },
      { key: 'a', ...alone },
      { key: 'b', ...alone },
    ],
    [{ from: 'a', to: 'b' }],
  );
  for (const node of plan.nodes)
    node.timeout = { ...node.timeout, attempt_ms: node.key === 'slow' ? 60 * MINUTE : MINUTE };
  return plan;
};
const did = (commands: Command[]) => commands.map((command) => ('task' in command ? command.task : command.do));
const doneFact = (task: string): Fact => ({ is: 'completed', task, value: { output: null } });

test('a long task is waited for in passing while history has room, and alone when it has none', () => {
  const walk = new Walk(startOf(slowPlan(), {}, 3));
  expect(did(walk.step([], 1).commands)).toEqual(['slow', 'a']);
  expect(did(walk.step([doneFact('a')], 2, 'little').commands)).toEqual(['b']);

  const full = new Walk(startOf(slowPlan(), {}, 3));
  full.step([], 1);
  expect(did(full.step([doneFact('a')], 2, 'none').commands)).toEqual([]);
  expect(did(full.step([doneFact('slow')], 3, 'none').commands)).toEqual(['continue']);
  const next = new Walk({ ...startOf(slowPlan(), {}, 3), segment: 1, carried: full.continueWalk() });
  expect(did(next.step([], 4).commands)).toEqual(['b']);
});

test('what is too much for one request goes on with the next workflow task', () => {
  const keys = Array.from({ length: 8 }, (_, i) => `n${i}`);
  const plan = planOf(
    keys.map((key) => ({ key, type: 'agent_call' as const })),
    [],
  );
  for (const node of plan.nodes) node.config = { agent: 'https://a.example', message: 'x'.repeat(300_000) };
  const walk = new Walk(startOf(plan, {}, 3));
  const first = walk.step([], 1).commands;
  expect(did(first)).toEqual(['n0~bind', 'n1~bind', 'n2~bind', 'n3~bind', '~more']);
  expect(first.at(-1)).toMatchObject({ do: 'activity', activity: 'next_task' });
  expect(did(walk.step([{ is: 'completed', task: '~more', value: null }], 2).commands)).toEqual([
    'n4~bind',
    'n5~bind',
    'n6~bind',
    'n7~bind',
  ]);
});

test('P7: an error weighs no more than its node may', () => {
  const plan = planOf(
    Array.from({ length: 8_000 }, (_, i) => ({ key: `n${i}`, ...alone })),
    [],
  );
  const walk = new Walk(startOf(plan, {}, 3));
  walk.step([], 1);
  const error = { code: 'HTTP_4XX', message: 'm'.repeat(2_000), details: { body: 'b'.repeat(4_000) } };
  walk.step([{ is: 'failed', task: 'n0', error }], 2);
  expect(walk.nodes[0]!.error).toEqual({ code: 'HTTP_4XX', message: `${'m'.repeat(200)}…` });
});
