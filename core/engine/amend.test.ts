import fc from 'fast-check';
import { acted, actOf, Course, reading, withReads, worked } from '../../tests/support/course.js';
import { planOf as fusedPlanOf, randomPlans } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import type { Work } from '../contract/work.js';
import type { Plan } from '../spec/plan.js';
import type { Command } from './facts.js';
import { previewOf } from './preview.js';
import { refuseAct } from './repair.js';
import { Walk } from './walk.js';

const planOf = (nodes: Parameters<typeof fusedPlanOf>[0], ...rest: [Parameters<typeof fusedPlanOf>[1], object?]) =>
  fusedPlanOf(
    nodes.map((node) => ({ fuse: 'never', ...node })),
    ...rest,
  );
const changes = { added: [], removed: [], changed: [] };
const amend = (plan: Plan) => ({ act: 'amend', amendment: 'am_1', changes, plan });
const tasks = (commands: Command[]) => commands.flatMap((command) => (command.do === 'activity' ? [command.task] : []));
const statuses = (walk: Walk) =>
  Object.fromEntries(walk.plan.nodes.map(({ key }, index) => [key, walk.nodes[index]!.status]));
const problems = (walk: Walk, plan: Plan) =>
  (
    (refuseAct(walk, actOf(amend(plan)))?.details as { problems?: { at: string; message: string }[] } | undefined)
      ?.problems ?? []
  ).map(({ at, message }) => `${at} ${message}`);

const edges = [
  { from: 'a', to: 'b' },
  { from: 'b', to: 'c' },
];
/** a has completed, b is at work, c is to come. */
function underWay(more: object = {}): Walk {
  const walk = new Walk(startOf(planOf([{ key: 'a' }, { key: 'b', ...more }, { key: 'c' }], edges), {}, 3));
  walk.step([], 1);
  walk.step([worked('a', 1)], 1);
  return walk;
}

test('what is to come is changed, added and removed; what is new and ready begins at once', () => {
  const walk = underWay();
  const plan = planOf(
    [{ key: 'a' }, { key: 'x', ...reading('a') }, { key: 'b' }, { key: 'd', ...reading('b', 'x') }],
    [
      { from: 'a', to: 'b' },
      { from: 'a', to: 'x' },
      { from: 'x', to: 'd' },
      { from: 'b', to: 'd' },
    ],
  );
  const told = previewOf(walk, actOf(amend(plan)));
  expect(told).toMatchObject({ begins: [{ node: 'x', again: false }], may_run: ['d'] });
  walk.step([acted(amend(plan))], 2);
  expect(statuses(walk)).toEqual({ a: 'completed', x: 'queued', b: 'queued', d: 'pending' });
  expect(walk.amendments).toMatchObject([{ actor: 'user:ann', amendment: 'am_1' }]);
  const { commands } = walk.step([worked('b', 2)], 3);
  expect(tasks(commands)).toEqual([]);
});

test('a node that waits for nothing any more goes on; a run with nothing left to do completes', () => {
  const goes = underWay();
  const { commands } = goes.step(
    [
      acted(
        amend(
          planOf(
            [{ key: 'a' }, { key: 'b' }, { key: 'c' }],
            [
              { from: 'a', to: 'b' },
              { from: 'a', to: 'c' },
            ],
          ),
        ),
      ),
    ],
    2,
  );
  expect(tasks(commands)).toEqual(['c']);
  const ends = underWay();
  ends.step([acted(amend(planOf([{ key: 'a' }, { key: 'b' }], [{ from: 'a', to: 'b' }])))], 2);
  ends.step([worked('b', 1)], 3);
  expect(ends.end).toMatchObject({ status: 'completed' });
});

test('what has started is left as it was, and all of what touches it is named', () => {
  const walk = underWay();
  expect(
    problems(walk, planOf([{ key: 'b', config: { tool: 'http' } }, { key: 'z' }], [{ from: 'z', to: 'b' }].slice(1))),
  ).toEqual([
    'a is completed and can’t be removed',
    'b is queued and can’t be changed',
    'a->b leads to b, which is queued',
  ]);
  expect(problems(walk, { ...planOf([{ key: 'a' }, { key: 'b' }], [{ from: 'a', to: 'b' }]), name: 'other' })).toEqual([
    'null is of workflow by-hand, not of other',
  ]);
  expect(
    problems(walk, planOf([{ key: 'a' }, { key: 'b' }], [{ from: 'a', to: 'b' }], { timeout_ms: 1 })),
  ).toHaveLength(1);
});

test('a held node is mended: tried again it does what it says now, which is another effect', () => {
  const walk = underWay({ on_error: 'hold' });
  walk.step([{ is: 'failed', task: 'b', error: { code: 'HTTP_4XX', message: 'no' } }], 2);
  const config = { tool: 'function', name: 'noop', input: 'mended' };
  walk.step([acted(amend(planOf([{ key: 'a' }, { key: 'b', on_error: 'hold', config }, { key: 'c' }], edges)))], 3);
  expect(statuses(walk)).toMatchObject({ b: 'held' });
  const { commands } = walk.step([acted({ act: 'retry_node', node: 'b' })], 4);
  const [work] = commands.flatMap((command) => (command.do === 'activity' ? [command.input as Work] : []));
  expect(work).toMatchObject({ effect: 'run_1/b/1', config });
});

test('an amendment comes along when the run continues as new, and whoever made it counts as an author', () => {
  const gate = {
    key: 'g',
    type: 'human_gate' as const,
    config: { title: 'Go?', policy: { quorum: [{ role: 'admin', count: 1 }], exclude: ['author'] } },
  };
  const walk = underWay();
  walk.step(
    [
      acted(
        amend(
          planOf(
            [{ key: 'a' }, { key: 'b' }, gate],
            [
              { from: 'a', to: 'b' },
              { from: 'b', to: 'g' },
            ],
          ),
        ),
      ),
    ],
    2,
  );
  walk.step([worked('b', 1)], 3);
  const carried = JSON.parse(JSON.stringify(walk.continueWalk())) as never;
  const next = new Walk({ ...walk.start, plan: walk.plan, carried });
  next.step([], 4);
  next.step([{ is: 'completed', task: 'g~open', value: { evidence: 'e' } }], 5);
  const decision = { node: 'g', decision: 'approve' as const, roles: ['admin'], evidence: 'e', at: '' };
  expect(next.refuse({ ...decision, actor: 'user:ann' })).toMatchObject({
    code: 'FORBIDDEN',
    details: { excluded: 'author' },
  });
  expect(next.refuse({ ...decision, actor: 'user:bob' })).toBeUndefined();
});

test('P3, P4: however a run is amended and repaired, it ends as if it had begun with its last plan', () => {
  const readers = fc.array(fc.array(fc.nat(11), { maxLength: 3, size: 'max' }), { minLength: 12, maxLength: 12 });
  const steps = fc.array(fc.record({ pick: fc.nat(10_000), what: fc.nat(14) }), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(randomPlans(), readers, fc.boolean(), fc.boolean(), steps, (plan, reads, fails, fused, course) => {
      new Course(withReads(plan, reads, fails), fails, fused).follow(course);
    }),
    { numRuns: 2_000 },
  );
  const each = 200;
  Course.tally.expectEach({
    ...{ retry_node: each, fresh: each, set_output: each, skip_node: each, amend: each },
    ...{ done_again: each, fails: each, fused: each, continues: each },
  });
});
