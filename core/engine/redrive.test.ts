import fc from 'fast-check';
import { planOf, randomPlans } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import type { Work } from '../contract/work.js';
import type { Plan } from '../spec/plan.js';
import type { Command, Fact } from './facts.js';
import { forked } from './fork.js';
import { previewOfStart } from './preview.js';
import { type Past, redriven, type RedriveWish } from './redrive.js';
import type { RunStart } from './state.js';
import { Walk } from './walk.js';

const by = { actor: 'user:ann', reason: 'the network is back', at: '2026-01-01T00:00:00.000Z' };
const broken = (task: string): Fact => ({ is: 'failed', task, error: { code: 'HTTP_5XX', message: 'no luck' } });
const done = (task: string): Fact => ({ is: 'completed', task, value: { output: { from: task } } });
const works = (commands: Command[]): Work[] =>
  commands.flatMap((command) => (command.do === 'activity' ? [command.input as Work] : []));
const past = (walk: Walk, attempts: Record<string, number> = {}): Past => ({
  ...{ walk, status: walk.status, segment: walk.start.segment, attempts: new Map(Object.entries(attempts)) },
});
/** As it crosses the wire. */
const wire = (start: RunStart): RunStart => JSON.parse(JSON.stringify(start)) as RunStart;
const again = (walk: Walk, wish: Partial<RedriveWish> = {}, n = 1): Walk =>
  new Walk(wire(redriven(past(walk), { ...by, ...wish }, n)));
const statuses = (walk: Walk) => Object.fromEntries(walk.nodes.map(({ status }, i) => [walk.key(i), status]));

/** b fails beside a, which c needs, too; d hangs on c. */
function failedRun(): Walk {
  const walk = new Walk(
    startOf(
      planOf(
        (['a', 'b', 'c', 'd'] as const).map((key) => ({ key, fuse: 'never' as const })),
        [
          { from: 'a', to: 'c' },
          { from: 'b', to: 'c' },
          { from: 'c', to: 'd' },
        ],
      ),
    ),
  );
  walk.step([], 1);
  walk.step([done('a')], 2);
  walk.step([broken('b')], 3);
  return walk;
}

test('what completed is kept with its output; what failed runs again under its key, and what had been skipped follows', () => {
  const before = failedRun();
  expect(before.end).toMatchObject({ status: 'failed' });
  const walk = new Walk(wire(redriven(past(before, { a: 1, b: 3 }), by, 1)));
  const first = walk.step([], 10);
  expect(works(first.commands)).toMatchObject([{ node: 'b', effect: 'run_1/b/0', attempts_before: 3 }]);
  expect(first.changes.map((change) => ('taken_up' in change ? change.taken_up.begins : change))).toMatchObject([
    ['b', 'c', 'd'],
    { run: 'running' },
    { node: 'b', status: 'queued' },
  ]);
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: { from: 'a' } });
  expect(works(walk.step([done('b')], 11).commands)).toMatchObject([{ node: 'c', effect: 'run_1/c/0' }]);
  walk.step([done('c')], 12);
  walk.step([done('d')], 13);
  expect(walk.end).toMatchObject({ status: 'completed' });
});

test('fresh, or with another input, it is another effect', () => {
  expect(works(again(failedRun(), { fresh: true }).step([], 10).commands)).toMatchObject([{ effect: 'run_1/b/1' }]);
  const input = { tool: 'function', name: 'noop', input: { other: 1 } };
  const edited = again(failedRun(), { inputs: { b: input } });
  expect(works(edited.step([], 10).commands)).toMatchObject([{ effect: 'run_1/b/1', config: input }]);
});

test.each([
  ['a node that there is not', { inputs: { x: 1 } }, 'NOT_FOUND'],
  ['the input of what is kept', { inputs: { a: 1 } }, 'NODE_STATE'],
  ['the input of what never had one', { inputs: { d: 1 } }, 'NODE_STATE'],
  ['a node that did not fail', { nodes: ['a'] }, 'NODE_STATE'],
])('refused: %s', (_what, wish, code) => {
  expect(() => again(failedRun(), wish)).toThrow(expect.objectContaining({ code }) as Error);
});

test('of a run that completed only the failures that it lived with run again, when they are named', () => {
  const walk = new Walk(
    startOf(
      planOf(
        [{ key: 'a', on_error: 'continue' }, { key: 'good' }, { key: 'bad' }],
        [
          { from: 'a', to: 'good' },
          { from: 'a', to: 'bad', on: 'failure' },
        ],
      ),
    ),
  );
  walk.step([], 1);
  walk.step([broken('a')], 2);
  walk.step([done('bad')], 3);
  expect(walk.end).toMatchObject({ status: 'completed' });
  expect(() => again(walk)).toThrow(expect.objectContaining({ code: 'RUN_STATE' }) as Error);
  const once = again(walk, { nodes: ['a'] });
  once.step([], 10);
  once.step([done('a')], 11);
  expect(statuses(once)).toEqual({ a: 'completed', good: 'queued', bad: 'completed' });
});

test('what a person skipped stays skipped; a gate that was open is asked again', () => {
  const walk = new Walk(
    startOf(
      planOf(
        [{ key: 'a' }, { key: 'b' }, { key: 'gate', type: 'human_gate', config: { title: 'Go?' } }],
        [{ from: 'a', to: 'b' }],
      ),
    ),
  );
  walk.step([], 1);
  walk.step([{ is: 'acted', act: { ...by, act: 'skip_node', node: 'b' } }], 2);
  walk.step([{ is: 'cancel_requested' }], 3);
  const once = again(walk);
  const tasks = once.step([], 10).commands.flatMap((command) => ('task' in command ? [command.task] : []));
  expect(tasks).toEqual(['a', 'gate~1~open']);
  expect(statuses(once)).toEqual({ a: 'queued', b: 'skipped', gate: 'waiting' });
});

test('a map keeps the items that had completed', () => {
  const retry = { max_attempts: 1, initial_interval_ms: 1, backoff: 1, max_interval_ms: 1, non_retryable: [] };
  const body = {
    type: 'transform',
    config: { value: '${ item }' },
    retry,
    timeout: { attempt_ms: 1000, heartbeat_ms: 1000 },
  };
  const config = { over: [1, 2, 3], do: body, concurrency: 3, batch: 1 };
  const walk = new Walk(startOf(planOf([{ key: 'm', type: 'map', config } as never], [])));
  walk.step([], 1);
  walk.step([{ is: 'completed', task: 'm[0]', value: { items: [{ status: 'completed', output: 1 }] } }], 2);
  walk.step([broken('m[1]')], 3);
  expect(walk.end).toMatchObject({ status: 'failed' });
  const once = again(walk);
  const tasks = once.step([], 10).commands.flatMap((command) => (command.do === 'activity' ? [command.task] : []));
  expect(tasks).toEqual(['m~1[1]', 'm~1[2]']);
});

test('the timeout of a run counts anew, also in its next segments', () => {
  const plan = planOf([{ key: 'a' }], [], { timeout_ms: 1_000 });
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  walk.step([{ is: 'fired', task: '~timeout' }], 1_001);
  expect(walk.end).toMatchObject({ status: 'timed_out' });
  const once = again(walk);
  expect(once.step([], 5_000).commands).toContainEqual({ do: 'timer', task: '~timeout', ms: 1_000 });
  const next = new Walk({ ...once.start, carried: once.continueWalk() });
  const { commands, changes } = next.step([], 5_400);
  expect(commands).toContainEqual({ do: 'timer', task: '~timeout', ms: 600 });
  expect(changes.filter((change) => 'taken_up' in change)).toEqual([]);
});

test('a preview tells what would begin, and which keys went out before', () => {
  const before = failedRun();
  expect(previewOfStart(before, redriven(past(before), by, 1))).toEqual({
    begins: [{ node: 'b', again: true }],
    effects: [{ node: 'b', key: 'run_1/b/0', repeated: true }],
    ...{ taken_back: [], settles: [], may_run: ['c', 'd'], ends: null, cost: null },
  });
});

describe('fork', () => {
  const run = { id: 'run_2', org: 'org_1', workflow: 'w', version: 1 };
  const fork = (walk: Walk, wish: object): Walk =>
    new Walk(
      wire(forked(past(walk), { ...by, from: 'b', ...wish }, { run, scope: { starter: 'user:ann', metadata: {} } })),
    );

  test('from a node with another output: it does not run, what is behind it does, under the new run’s keys', () => {
    const walk = fork(failedRun(), { output: { by: 'hand' } });
    expect(works(walk.step([], 10).commands)).toMatchObject([{ node: 'c', effect: 'run_2/c/0' }]);
    expect(walk.nodes[0]).toMatchObject({ status: 'completed', origin: 'run_1' });
    expect(walk.nodes[1]).toMatchObject({ status: 'completed', output: { by: 'hand' } });
    expect(walk.nodes[1]!.origin).toBeUndefined();
  });

  test('from a node with another input: an effect of the new run; its events tell the past, too', () => {
    const walk = fork(failedRun(), { from: 'a', input: { other: 1 } });
    const { commands, changes } = walk.step([], 10);
    expect(works(commands)).toMatchObject([
      { node: 'a', effect: 'run_2/a/0', config: { other: 1 } },
      { node: 'b', effect: 'run_2/b/0' }, // it had failed
    ]);
    const told = fork(failedRun(), { output: 1 }).step([], 10).changes;
    expect(told).toMatchObject([
      { taken_up: { is: 'fork', begins: ['c', 'd'] } },
      ...Array(4).fill({ node: expect.stringMatching(/^[ab]$/) }),
      { run: 'running' },
      { node: 'c' },
    ]);
    expect(changes).toHaveLength(4);
  });

  test('refused: from what has not settled, both input and output', () => {
    const open = new Walk(startOf(planOf([{ key: 'b' }], [])));
    open.step([], 1);
    expect(() => fork(open, {})).toThrow(expect.objectContaining({ code: 'NODE_STATE' }) as Error);
    expect(() => fork(failedRun(), { input: 1, output: 1 })).toThrow(
      expect.objectContaining({ code: 'NODE_STATE' }) as Error,
    );
  });
});

describe('as a model: redriven until nothing fails, a run ends as one that never failed', () => {
  /** Walks to the end; `fails` says of each effect whether it does now. Counts what went out, by key. */
  function finish(walk: Walk, sent: Map<string, number>, fails: (node: string) => boolean): void {
    let { commands } = walk.step([], 1);
    for (let at = 2; !walk.end; at++) {
      const facts: Fact[] = [];
      for (const command of commands) {
        if (command.do !== 'activity' && command.do !== 'timer') continue;
        if (command.do === 'timer') facts.push({ is: 'fired', task: command.task });
        else if (command.activity !== 'tool_call') facts.push({ is: 'completed', task: command.task, value: true });
        else {
          const { effect, node } = command.input as Work;
          sent.set(effect, (sent.get(effect) ?? 0) + 1);
          facts.push(fails(node) ? broken(command.task) : done(command.task));
        }
      }
      ({ commands } = walk.step(facts, at));
      if (at > 10_000) throw new Error('it does not end');
    }
  }
  const strict = (plan: Plan): Plan => ({
    ...plan,
    nodes: plan.nodes.map((node) => ({ ...node, on_error: 'fail_run', fuse: 'never', losers: 'let_run' }) as never),
  });

  test('whatever its edges, joins and policies are: what completed stays, and never goes out again', () => {
    fc.assert(
      fc.property(randomPlans(), fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (random, failures) => {
        const plan = { ...random, nodes: random.nodes.map((node) => ({ ...node, fuse: 'never' }) as never) } as Plan;
        const walk = new Walk(startOf(plan));
        const sent = new Map<string, number>();
        finish(walk, sent, (node) => failures[Number(node.slice(1))]!);
        if (walk.end!.status !== 'failed') return;
        const settled = walk.nodes.map(({ status }) => status);
        const before = new Map(sent);
        const once = again(walk);
        finish(once, sent, () => false);
        for (const [i, node] of once.nodes.entries()) {
          const key = `run_1/${once.key(i)}/0`;
          expect(['completed', 'skipped', 'cancelled']).toContain(node.status);
          if (settled[i] !== 'completed') continue;
          expect(node).toMatchObject({ status: 'completed', output: walk.nodes[i]!.output });
          expect(sent.get(key)).toBe(before.get(key));
        }
        expect(once.edges).not.toContain('open');
        expect(once.end).toMatchObject({ status: 'completed' });
      }),
      { numRuns: 500 },
    );
  });

  test('each effect went out as often as it was asked for, and no other', () => {
    fc.assert(
      fc.property(randomPlans(), fc.array(fc.nat(3), { minLength: 30, maxLength: 30 }), (random, failures) => {
        const plan = strict(random);
        const clean = new Walk(startOf(plan));
        const once = new Map<string, number>();
        finish(clean, once, () => false);
        const left = new Map(plan.nodes.map(({ key }, i) => [key, failures[i % failures.length]!]));
        const failed = new Map<string, number>();
        const fails = (node: string) => {
          const times = left.get(node)!;
          if (times === 0) return false;
          left.set(node, times - 1);
          failed.set(node, (failed.get(node) ?? 0) + 1);
          return true;
        };
        let walk = new Walk(startOf(plan));
        const sent = new Map<string, number>();
        finish(walk, sent, fails);
        for (let n = 1; walk.end!.status === 'failed'; n++) {
          const cut = walk.nodes.flatMap(({ status }, i) => (status === 'cancelled' ? [walk.key(i)] : []));
          for (const key of cut) failed.set(key, (failed.get(key) ?? 0) + 1); // it was out, and goes out again
          walk = again(walk, {}, n);
          finish(walk, sent, fails);
        }
        expect(statuses(walk)).toEqual(statuses(clean));
        expect(walk.nodes.map(({ output }) => output)).toEqual(clean.nodes.map(({ output }) => output));
        for (const [key, times] of sent) {
          const node = key.split('/')[1]!;
          expect(once.has(key)).toBe(true);
          expect(times).toBeLessThanOrEqual(1 + (failed.get(node) ?? 0));
          expect(times).toBeGreaterThan(0);
        }
        expect([...sent.keys()].sort()).toEqual([...once.keys()].sort());
      }),
      { numRuns: 500 },
    );
  });
});
