/** @jest-environment node */
import type { NodeView } from '../../../../../core/events/view.js';
import type { Plan, PlanEdge } from '../../../../../core/spec/plan.js';
import type { RunHead } from '../live/index.js';
import { evaluate } from './conditions.js';
import { crowdedOf, type EdgeLook, edgeLooks, labelOf } from './edges.js';

const run = {
  id: 'run_1',
  input: { amount: 5 },
  workflow: 'w',
  version: 1,
  starter: 'key:k',
  metadata: {},
} as unknown as RunHead;
const plan = (edge: Partial<PlanEdge>, on_error = 'continue'): Plan =>
  ({
    nodes: [{ key: 'a', on_error }, { key: 'b' }],
    edges: [{ from: 0, to: 1, on: 'success', reads: ['a'], ...edge }],
  }) as unknown as Plan;
const nodes = (status: NodeView['status'], output: NodeView['output'] = null) =>
  new Map([['a', { key: 'a', status, output, error: null } as unknown as NodeView]]);
const isHigh = { condition: 'nodes.a.output.high' };
const artifact = { $artifact: 'sha256:00', size: 9, media_type: 'application/json' };

test.each<[string, Plan, ReturnType<typeof nodes>, EdgeLook]>([
  ['its node runs', plan({}), nodes('running'), 'pending'],
  ['its node is held', plan({}), nodes('held'), 'pending'],
  ['on success', plan({}), nodes('completed'), 'taken'],
  ['not on failure', plan({ on: 'failure' }), nodes('completed'), 'not_taken'],
  ['on failure', plan({ on: 'failure' }), nodes('failed'), 'taken'],
  ['always', plan({ on: 'always' }), nodes('failed'), 'taken'],
  ['its node failed', plan({}), nodes('failed'), 'failed'],
  ['its node failed and ended the run', plan({ on: 'failure' }, 'fail_run'), nodes('failed'), 'not_taken'],
  ['a dead path', plan({}), nodes('skipped'), 'not_taken'],
  ['a condition that holds', plan(isHigh), nodes('completed', { high: true }), 'taken'],
  ['a condition that does not', plan(isHigh), nodes('completed', { high: false }), 'not_taken'],
  ['a condition without a value', plan(isHigh), nodes('completed', {}), 'failed'],
  ['a condition that reads an artifact', plan(isHigh), nodes('completed', artifact), 'unknown'],
  ['a condition over the input', plan({ condition: 'input.amount > 3', reads: [] }), nodes('completed'), 'taken'],
])('%s', (_, of, at, look) => expect(edgeLooks(of)(at, run, evaluate)).toEqual([look]));

test('a condition is unknown until its engine is loaded', () => {
  const look = edgeLooks(plan(isHigh));
  const at = nodes('completed', { high: true });
  expect(look(at, run, undefined)).toEqual(['unknown']);
  expect(look(at, run, evaluate)).toEqual(['taken']);
});

test('what is known is not evaluated again while the node stays the same', () => {
  let asked = 0;
  const counting: typeof evaluate = () => ++asked > 0;
  const look = edgeLooks(plan(isHigh));
  const at = nodes('completed', { high: true });
  look(at, run, counting);
  look(new Map(at), run, counting);
  expect(asked).toBe(1);
});

test.each<[Partial<PlanEdge>, string | undefined]>([
  [{}, undefined],
  [{ on: 'failure' }, 'on failure'],
  [{ on: 'always', condition: 'input.a' }, 'always, if input.a'],
  [{ condition: 'x'.repeat(50) }, `if ${'x'.repeat(33)}…`],
])('%j is called %s', (edge, label) =>
  expect(labelOf({ from: 0, to: 1, on: 'success', reads: [], ...edge }, 'a')).toBe(label),
);

test('nodes that more than one edge with a label leads to are crowded', () => {
  const edges = [
    { from: 0, to: 2, on: 'failure' },
    { from: 1, to: 2, on: 'success', condition: 'true' },
    { from: 0, to: 3, on: 'success', condition: 'true' },
    { from: 1, to: 3, on: 'success' },
  ];
  expect([...crowdedOf({ edges } as unknown as Plan)]).toEqual([2]);
});
