import { planOf, undoOf } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import type { Act, Work } from '../contract/work.js';
import type { Compensation } from '../spec/plan.js';
import type { Command, Fact } from './facts.js';
import { previewCancel } from './preview-cancel.js';
import { previewOf } from './preview.js';
import { refuseAct } from './repair.js';
import type { RunStart } from './state.js';
import { nodeViews, runView } from './view.js';
import { Walk } from './walk.js';

const by = { actor: 'user:ann', reason: 'the ledger was down', at: '2026-01-01T00:00:00.000Z' };
const act = (given: object): Act => ({ ...by, ...given }) as Act;
const acted = (given: object): Fact => ({ is: 'acted', act: act(given) });
const done = (task: string): Fact => ({ is: 'completed', task, value: { output: { from: task } } });
const broken = (task: string): Fact => ({ is: 'failed', task, error: { code: 'HTTP_4XX', message: 'no' } });
const stopped = (task: string): Fact => ({ is: 'failed', task, error: { code: 'RUN_CANCELLED', message: 'stopped' } });
const cancel: Fact = { is: 'cancel_requested' };
const asked = (commands: Command[]): string[] =>
  commands.flatMap((command) =>
    command.do === 'activity'
      ? [command.task]
      : command.do === 'cancel' && command.wait
        ? [`stop ${command.task}`]
        : [],
  );

/** a -> b -> d and a -> c -> d, all of which can be undone. */
function diamond(more: Partial<Compensation> = {}): Walk {
  const node = (key: string) => ({ key, compensate: undoOf(more) });
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c' },
    { from: 'b', to: 'd' },
    { from: 'c', to: 'd' },
  ];
  const walk = new Walk(startOf(planOf(['a', 'b', 'c', 'd'].map(node), edges, { timeout_ms: 1000 })));
  walk.step([], 1);
  walk.step([done('a')], 2);
  return walk;
}

test('a run that fails is undone from its end: branches side by side, each after all that came of it', () => {
  const walk = diamond();
  walk.step([done('c')], 3);
  walk.step([done('b')], 4);
  const { commands, changes } = walk.step([broken('d')], 5);
  expect(asked(commands)).toEqual(['b~undo', 'c~undo']);
  expect(changes).toContainEqual({ at: 5, ending: 'failed' });
  expect(walk.status).toBe('running');
  expect(runView(walk, {} as never)).toMatchObject({ status: 'running', ending: 'failed' });
  expect(asked(walk.step([done('c~undo')], 6).commands)).toEqual([]);
  const [last] = walk.step([done('b~undo')], 7).commands;
  expect(last).toMatchObject({
    task: 'a~undo',
    input: { node: 'a~undo', effect: 'run_1/a/0/undo', config: { name: 'undo', input: 'a' } },
  });
  expect(walk.step([done('a~undo')], 8).commands.at(-1)).toMatchObject({ do: 'end', end: { status: 'failed' } });
  expect(walk.end).toMatchObject({
    error: { code: 'HTTP_4XX', details: { node: 'd', compensated: ['a', 'b', 'c'] } },
  });
  expect(nodeViews(walk)[0]).toMatchObject({ status: 'completed', compensation: { status: 'completed' } });
  expect(nodeViews(walk)[3]).not.toHaveProperty('compensation');
});

test('what is under way is told to stop and waited for: what completes all the same is undone, what stopped is not', () => {
  const walk = diamond();
  expect(asked(walk.step([cancel], 3).commands)).toEqual(['stop b', 'stop c']);
  expect(asked(walk.step([done('b')], 4).commands)).toEqual([]);
  expect(asked(walk.step([stopped('c')], 5).commands)).toEqual(['b~undo']);
  expect(walk.nodes.map(({ status }) => status)).toEqual(['completed', 'completed', 'cancelled', 'skipped']);
  walk.step([done('b~undo')], 6);
  walk.step([done('a~undo')], 7);
  expect(walk.end).toMatchObject({
    status: 'cancelled',
    error: { details: { compensated: ['a', 'b'], in_doubt: ['c'] } },
  });
});

test('when: started undoes what began and has no known good end, and never what did not begin', () => {
  const walk = diamond({ when: 'started' });
  walk.step([cancel], 3);
  expect(asked(walk.step([stopped('b'), stopped('c')], 4).commands)).toEqual(['c~undo', 'b~undo']);
});

test('what a person set, and is taken back when the run ends, was that: it is undone too', () => {
  const compensate = undoOf({ reads: [], config: { tool: 'function', name: 'undo', input: null } });
  const plan = planOf([{ key: 'a' }, { key: 'b', compensate }, { key: 'c' }], [{ from: 'a', to: 'b' }]);
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  walk.step([acted({ act: 'set_output', node: 'b', output: { from: 'b' } })], 2);
  walk.step([done('a')], 3);
  walk.step([acted({ act: 'retry_node', node: 'a' })], 4);
  expect(walk.nodes[1]).toMatchObject({ status: 'pending', maybe: true });
  expect(previewCancel(walk).undoes).toMatchObject([{ node: 'b', certain: true }]);
  walk.step([cancel], 5);
  expect(asked(walk.step([stopped('a~1'), stopped('c')], 6).commands)).toEqual(['b~undo']);
});

test('a second request to cancel, and the timeout of the run, change nothing', () => {
  const walk = diamond();
  walk.step([stopped('c'), cancel], 3);
  walk.step([stopped('b')], 4);
  const { commands, changes } = walk.step([cancel, { is: 'fired', task: '~timeout' }], 5);
  expect([commands, changes]).toEqual([[], []]);
  expect(walk.end).toBeUndefined();
});

test('what can not be undone is held; it is tried again, afresh, or skipped by a person; nothing else is taken', () => {
  const walk = diamond();
  walk.step([cancel], 3);
  walk.step([stopped('b'), stopped('c')], 4);
  walk.step([broken('a~undo')], 5);
  expect(walk.status).toBe('held');
  expect(nodeViews(walk)[0]).toMatchObject({ why: expect.stringMatching(/held after HTTP_4XX/) });
  const codes = [
    { act: 'set_output', node: 'a', output: 1 },
    { act: 'skip_node', node: 'd' },
    { act: 'retry_node', node: 'b' },
  ].map((wish) => refuseAct(walk, act(wish))?.code);
  expect(codes).toEqual(['NODE_STATE', 'NODE_STATE', 'NODE_STATE']);
  const works = (facts: Fact[], at: number) =>
    walk.step(facts, at).commands.flatMap((each) => (each.do === 'activity' ? [each.input as Work] : []));
  expect(works([acted({ act: 'retry_node', node: 'a' })], 6)).toMatchObject([
    { effect: 'run_1/a/0/undo', attempts_before: 2 },
  ]);
  walk.step([broken('a~undo')], 7);
  expect(works([acted({ act: 'retry_node', node: 'a', fresh: true })], 8)).toMatchObject([
    { effect: 'run_1/a/0/undo/1' },
  ]);
  walk.step([broken('a~undo')], 9);
  walk.step([acted({ act: 'skip_node', node: 'a' })], 10);
  expect(walk.end).toMatchObject({ status: 'cancelled', error: { details: { compensated: [], by_hand: ['a'] } } });
});

test('an expression that has no value is held, too', () => {
  const config = { tool: 'function', name: 'undo', input: '${ nodes.a.output.nothing }' };
  const walk = diamond({ config });
  walk.step([cancel], 3);
  walk.step([stopped('b'), stopped('c')], 4);
  expect(walk.nodes[0]!.undo).toMatchObject({ status: 'held', error: { code: 'EXPRESSION_FAILED' } });
});

test('each completed item of a map is undone by itself, also of a map that failed', () => {
  const body = { type: 'tool_call', config: {}, retry: {}, timeout: { attempt_ms: 1, heartbeat_ms: 1 } };
  const config = { over: '${ input.list }', concurrency: 3, batch: 1, do: body } as never;
  const compensate = undoOf({
    reads: ['m'],
    config: { tool: 'function', name: 'undo', input: '${ nodes.m.output.items[index] }' },
  });
  const start = startOf(planOf([{ key: 'm', type: 'map', config, compensate }], []), { list: [7, 8, 9] });
  const walk = new Walk(start);
  const item = (task: string, output: number): Fact => ({
    is: 'completed',
    task,
    value: { items: [{ status: 'completed', output }] },
  });
  walk.step([], 1);
  walk.step([item('m[0]', 70)], 2);
  expect(asked(walk.step([broken('m[1]')], 3).commands)).toEqual(['stop m[2]']);
  const { commands } = walk.step([item('m[2]', 90)], 4);
  expect(asked(commands)).toEqual(['m~undo[2]', 'm~undo[0]']);
  expect((commands[0] as { input: object }).input).toMatchObject({
    ...{ undo: 0, from: 2, to: 3, over: [9], offset: 2 },
    scope: { nodes: { m: { output: { items: [null, null, 90] } } } },
  });
  walk.step([broken('m~undo[2]')], 5);
  expect(walk.nodes[0]!.undo!.status).toBe('running');
  walk.step([done('m~undo[0]')], 6);
  expect(walk.nodes[0]!.undo).toMatchObject({ status: 'held', items: { left: [2], out: [] } });
  expect(asked(walk.step([acted({ act: 'retry_node', node: 'm' })], 7).commands)).toEqual(['m~undo[2]']);
  walk.step([done('m~undo[2]')], 8);
  expect(walk.end).toMatchObject({ status: 'failed', error: { details: { compensated: ['m'] } } });
});

test('it goes on in a new segment', () => {
  let walk = diamond();
  walk.step([done('b'), done('c')], 3);
  walk.step([cancel], 4);
  expect(asked(walk.step([stopped('d')], 5).commands)).toEqual(['c~undo', 'b~undo']);
  walk.step([done('b~undo')], 6, 'none');
  expect(walk.step([done('c~undo')], 7, 'none').commands.at(-1)).toEqual({ do: 'continue' });
  const carried = JSON.parse(JSON.stringify(walk.continueWalk())) as RunStart['carried'];
  walk = new Walk({ ...walk.start, segment: 1, carried: carried! });
  expect(asked(walk.step([], 8).commands)).toEqual(['a~undo']);
  walk.step([done('a~undo')], 9);
  expect(walk.end).toMatchObject({ status: 'cancelled', error: { details: { compensated: ['a', 'b', 'c'] } } });
});

test('a run without anything to undo ends at once', () => {
  const walk = new Walk(startOf(planOf([{ key: 'a', compensate: undoOf() }], [])));
  walk.step([], 1);
  walk.step([broken('a')], 2);
  expect(walk.end).toMatchObject({ status: 'failed' });
});

test('a loser that completes after it was told to stop is undone when the run fails', () => {
  const plan = planOf(
    [
      { key: 'a', compensate: undoOf() },
      { key: 'b' },
      { key: 'first', join: 'any' as const, losers: 'cancel' as const },
    ],
    [
      { from: 'a', to: 'first' },
      { from: 'b', to: 'first' },
    ],
  );
  const walk = new Walk(startOf(plan));
  walk.step([], 1);
  expect(asked(walk.step([done('b')], 2).commands)).toEqual(['stop a', 'first']);
  walk.step([broken('first')], 3);
  expect(walk.end).toBeUndefined();
  expect(asked(walk.step([done('a')], 4).commands)).toEqual(['a~undo']);
});

test('previews say what a cancel would undo, and what trying again would send', () => {
  const walk = diamond();
  expect(previewCancel(walk)).toEqual({
    stops: ['b', 'c'],
    undoes: [
      { node: 'c', key: 'run_1/c/0/undo', certain: false },
      { node: 'b', key: 'run_1/b/0/undo', certain: false },
      { node: 'a', key: 'run_1/a/0/undo', certain: true },
    ],
  });
  expect(walk.ending).toBeUndefined();
  walk.step([cancel], 3);
  walk.step([stopped('b'), stopped('c')], 4);
  expect(previewCancel(walk)).toEqual({ stops: [], undoes: [{ node: 'a', key: 'run_1/a/0/undo', certain: true }] });
  walk.step([broken('a~undo')], 5);
  const told = (more: object) => previewOf(walk, act({ act: 'retry_node', node: 'a', ...more })).effects;
  expect(told({})).toEqual([{ node: 'a', key: 'run_1/a/0/undo', repeated: true }]);
  expect(told({ fresh: true })).toEqual([{ node: 'a', key: 'run_1/a/0/undo/1', repeated: false }]);
  expect(previewOf(walk, act({ act: 'skip_node', node: 'a' }))).toMatchObject({ ends: 'cancelled', effects: [] });
});

test('a gate takes no decision any more, and leaves the inbox', () => {
  const gate = { key: 'g', type: 'human_gate' as const, config: { title: 'Go?', role: 'approver' } };
  const walk = new Walk(
    startOf(planOf([{ key: 'a', compensate: undoOf() }, { key: 'b', compensate: undoOf() }, gate], [])),
  );
  walk.step([], 1);
  walk.step([done('g~open'), done('a')], 2);
  expect(asked(walk.step([cancel], 3).commands)).toEqual(['stop b', 'g~close']);
  const decision = { node: 'g', decision: 'approve' as const, actor: 'user:ann', roles: ['approver'], at: by.at };
  expect(walk.refuse(decision)?.code).toBe('GATE_CLOSED');
  walk.step([{ is: 'decided', decision, via: 'signal' }, done('g~close')], 4);
  expect(asked(walk.step([stopped('b')], 5).commands)).toEqual(['a~undo']);
  expect(walk.nodes[2]!.status).toBe('cancelled');
});

test('a run that is paused is undone all the same; it can be paused again meanwhile', () => {
  const walk = diamond();
  walk.step([acted({ act: 'pause' })], 3);
  walk.step([cancel], 4);
  walk.step([acted({ act: 'pause' })], 5);
  expect(asked(walk.step([stopped('b'), stopped('c')], 6).commands)).toEqual([]);
  expect(walk.status).toBe('paused');
  expect(asked(walk.step([acted({ act: 'resume' })], 7).commands)).toEqual(['a~undo']);
});

test('what a region cut off may have happened; what it did not come to has not', () => {
  const config = { tool: 'function', name: 'noop', input: {} };
  const nodes = ['x', 'cut', 'never'].map((key) => ({
    key,
    config,
    compensate: undoOf({ when: 'started', reads: [], config }),
  }));
  const plan = planOf(nodes, []);
  const region = (more: object): Fact => ({
    ...{ is: 'completed', task: '~fuse' },
    value: { took: 1, slow: [], spent: false, ...more } as never,
  });
  const failure = { task: 'x', began: 0, ended: 1, error: { code: 'HTTP_4XX', message: 'no' } };
  const walk = new Walk(startOf(plan, {}, 3));
  walk.step([], 1);
  expect(asked(walk.step([region({ members: [failure], cut: ['cut'] })], 2).commands)).toEqual(['cut~undo', 'x~undo']);
  const lost = new Walk(startOf(plan, {}, 3));
  lost.step([], 1);
  const gone: Fact = { is: 'failed', task: '~fuse', error: { code: 'NODE_TIMEOUT', message: 'gone' } };
  lost.step([cancel, gone], 2);
  expect(lost.nodes.every(({ begun }) => begun)).toBe(true);
});

test('a timer is forgotten, since nothing can come of it', () => {
  const wait = { key: 'w', type: 'wait' as const, config: { duration_ms: 1000 } };
  const walk = new Walk(startOf(planOf([{ key: 'a', compensate: undoOf() }, wait], [])));
  walk.step([], 1);
  walk.step([done('a')], 2);
  const { commands } = walk.step([cancel], 3);
  expect(commands).toContainEqual({ do: 'cancel', task: 'w' });
  expect(asked(commands)).toEqual(['a~undo']);
});

test('what was asked for in the same workflow task has not gone out: it is taken back, and never began', () => {
  const quick = { tool: 'function', name: 'noop', input: {} };
  const undo = undoOf({ when: 'started', reads: [], config: quick });
  const plan = planOf(
    [
      { key: 'a', config: quick, compensate: undo },
      { key: 'b', fuse: 'never' as const, compensate: undo },
    ],
    [],
  );
  const walk = new Walk(startOf(plan, {}, 3));
  expect(walk.step([], 1).commands).toMatchObject([{ do: 'fuse' }, { task: 'b' }]);
  const failure = { task: 'a', began: 0, ended: 1, error: { code: 'HTTP_4XX', message: 'no' } };
  const region: Fact = {
    is: 'completed',
    task: '~fuse',
    value: { took: 1, members: [failure], slow: [], spent: false } as never,
  };
  const { commands } = walk.step([region], 2);
  expect(commands).toContainEqual({ do: 'cancel', task: 'b' });
  expect(asked(commands)).toEqual(['a~undo']);
});
