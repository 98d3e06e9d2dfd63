import fc from 'fast-check';
import { acted, actOf as act, by, Course, reading, withReads, worked } from '../../tests/support/course.js';
import { planOf, randomPlans } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import type { Decision, Work } from '../contract/work.js';
import type { Json } from '../json.js';
import type { Command, Fact } from './facts.js';
import { previewOf } from './preview.js';
import { refuseAct } from './repair.js';
import { Walk } from './walk.js';

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

test('a gate that was taken back on its way to the inbox, and became ready while the run was paused, is asked when it goes on', () => {
  const plan = planOf(
    [
      { key: 'rest', type: 'wait', config: { duration: '1h' } },
      { key: 'sign', ...gate },
    ],
    [{ from: 'rest', to: 'sign' }],
  );
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  expect(tasks(walk.step([{ is: 'fired', task: 'rest' }], 2).commands)).toEqual(['sign~open']);
  walk.step([acted({ act: 'retry_node', node: 'rest' })], 3);
  walk.step([acted({ act: 'pause' })], 4);
  walk.step([{ is: 'fired', task: 'rest~1' }], 5);
  expect(statuses(walk)).toBe('completed queued');
  expect(tasks(walk.step([acted({ act: 'resume' })], 6).commands)).toEqual(['sign~1~open']);
});

test('in a new history, what follows from a node whose own way is not sure yet waits as before', () => {
  const rest = { type: 'wait' as const, config: { duration: '1h' } };
  const plan = planOf(
    [
      { key: 'sign', ...gate },
      { key: 'first', ...rest },
      { key: 'second', ...rest },
    ],
    [
      { from: 'sign', to: 'first' },
      { from: 'first', to: 'second', condition: 'true' },
    ],
  );
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  go(walk, ['sign~open', { evidence: 'e' }]);
  walk.step([yes('sign')], 2);
  walk.step([acted({ act: 'retry_node', node: 'sign' })], 3);
  walk.step([acted({ act: 'set_output', node: 'first', output: 0 })], 4);
  const next = new Walk({ ...walk.start, carried: JSON.parse(JSON.stringify(walk.continueWalk())) as never });
  expect(next.step([], 5).commands).toMatchObject([{ task: 'sign~1~open' }]);
  expect(statuses(next)).toBe('waiting completed pending');
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

test('P3, P4: whatever is replaced, and when, the run ends as if it had been so from the start; one key never carries two inputs', () => {
  const readers = fc.array(fc.array(fc.nat(11), { maxLength: 3, size: 'max' }), { minLength: 12, maxLength: 12 });
  const steps = fc.array(fc.record({ pick: fc.nat(), what: fc.nat(9) }), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(randomPlans(), readers, fc.boolean(), fc.boolean(), steps, (plan, reads, fails, fused, course) => {
      new Course(withReads(plan, reads, fails), fails, fused).follow(course);
    }),
    { numRuns: 2_000 },
  );
  const each = 200;
  Course.tally.expectEach({
    ...{ retry_node: each, fresh: each, set_output: each, skip_node: each },
    ...{ done_again: each, fails: each, fused: each, continues: each },
  });
});
