import { planOf } from '../../tests/support/plans.js';
import { allAtOnce, drive, firstOnly, startOf } from '../../tests/support/walks.js';
import type { Json } from '../json.js';
import type { Command } from './facts.js';
import { Walk } from './walk.js';

/** What work puts out, and what a worker says of an evaluation. */
const answers =
  (of: Record<string, Json>) =>
  (command: Extract<Command, { do: 'activity' | 'child' }>): Json =>
    command.do === 'activity' && command.activity === 'evaluate'
      ? { value: of[command.task] ?? null }
      : { output: of[command.task] ?? null };

const long = Array.from({ length: 2_000 }, (_, i) => i);
const HEAVY = 'input.long.all(x, input.long.all(y, x + y >= 0.0))';

test('a condition that would hold up the workflow is evaluated by a worker', () => {
  const plan = planOf([{ key: 'a' }, { key: 'b' }], [{ from: 'a', to: 'b', condition: HEAVY }]);
  const { began, walk } = drive(plan, allAtOnce(), { input: { long }, answer: answers({ 'a->b~if': true }) });
  expect(began).toEqual(['a', 'a->b~if', 'b']);
  expect(walk.end?.status).toBe('completed');
});

test('so is the value of a node, and the output of the run', () => {
  const transform = { key: 'a', type: 'transform' as const, config: { value: `\${ ${HEAVY} }` } };
  const plan = planOf([transform], [], {}, { all: `\${ ${HEAVY} }` });
  const answer = answers({ 'a~bind': 'found', '~output': { all: true } });
  const { began, walk } = drive(plan, allAtOnce(), { input: { long }, answer });
  expect(began).toEqual(['a~bind', '~output']);
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: 'found' });
  expect(walk.end).toMatchObject({ status: 'completed', output: { all: true } });
});

test('what a worker finds too much, too, fails the node', () => {
  const transform = { key: 'a', type: 'transform' as const, config: { value: `\${ ${HEAVY} }` } };
  const { walk } = drive(
    planOf([transform], []),
    allAtOnce(() => true),
    { input: { long } },
  );
  expect(walk.nodes[0]!.status).toBe('failed');
});

test('a step has a budget for all its evaluations together', () => {
  // Each is small enough to be evaluated in the workflow; two hundred at once are not.
  const nodes = Array.from({ length: 200 }, (_, i) => ({
    key: `n${i}`,
    type: 'transform' as const,
    config: { value: '${ input.long.filter(x, x > 5.0 && x < 9.0) }' },
  }));
  const { began, walk } = drive(planOf(nodes, [], { max_parallel: 500 }), allAtOnce(), {
    input: { long },
    answer: answers({}),
  });
  expect(began.length).toBeGreaterThan(50);
  expect(began.length).toBeLessThan(200);
  expect(walk.end?.status).toBe('completed');
  // The next step has a budget of its own.
  const chain = planOf(nodes.slice(0, 2), [{ from: 'n0', to: 'n1' }]);
  expect(drive(chain, allAtOnce(), { input: { long } }).began).toEqual([]);
});

test('two edges that lead the same way each have their own condition, and both resolve', () => {
  const plan = planOf(
    [{ key: 'a' }, { key: 'b', join: { n: 2 } }],
    [
      { from: 'a', to: 'b', on: 'success', condition: HEAVY },
      { from: 'a', to: 'b', on: 'always', condition: HEAVY },
    ],
  );
  const answer = answers({ 'a->b~if': true, 'a->b:always~if': true });
  for (const choose of [firstOnly, allAtOnce()]) {
    const { began, walk } = drive(plan, choose, { input: { long }, answer });
    expect(began).toEqual(['a', 'a->b~if', 'a->b:always~if', 'b']);
    expect(walk.edges).toEqual(['taken', 'taken']);
  }
});

test('a condition that is being evaluated when the run continues as new is asked again', () => {
  const plan = planOf([{ key: 'a' }, { key: 'b' }], [{ from: 'a', to: 'b', on: 'always', condition: HEAVY }]);
  const start = startOf(plan, { long });
  const walk = new Walk(start);
  walk.step([], 1);
  walk.step([{ is: 'completed', task: 'a', value: { output: null } }], 2);
  const carried = JSON.parse(JSON.stringify(walk.continueWalk())) as ReturnType<Walk['continueWalk']>;
  const next = new Walk({ ...start, segment: 1, carried });
  const asked = next.step([], 3).commands.flatMap((command) => (command.do === 'activity' ? [command.task] : []));
  expect(asked).toEqual(['a->b:always~if']);
  const fired = next.step([{ is: 'completed', task: 'a->b:always~if', value: { value: true } }], 4).commands;
  expect(fired).toMatchObject([{ do: 'activity', task: 'b' }]);
});

test.each([
  [{ duration: '${ input.far }' }, 'more than ten years ahead'],
  [{ until: '+100000-01-01T00:00:00Z' }, 'more than ten years ahead'],
  [{ duration: '${ input.word }' }, 'the duration is "soon"'],
  [{ until: '${ input.word }' }, 'the time to wait for is "soon"'],
])('a wait for %j fails its node instead of the workflow', (config, why) => {
  const plan = planOf([{ key: 'w', type: 'wait', config }], []);
  const { walk } = drive(plan, allAtOnce(), { input: { far: 1e300, word: 'soon' } });
  expect(walk.nodes[0]).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(why) as string } });
});

test.each([{ duration: '${ input.past }' }, { until: '0001-01-01T00:00:00Z' }, { duration: 0.0001 }])(
  'a wait for %j is over at once',
  (config) => {
    const plan = planOf([{ key: 'w', type: 'wait', config }], []);
    expect(drive(plan, allAtOnce(), { input: { past: -1e300 } }).walk.nodes[0]!.status).toBe('completed');
  },
);
