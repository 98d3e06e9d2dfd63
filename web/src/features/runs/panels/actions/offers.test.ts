import { can, type Role } from '../../../../../../core/auth/can.js';
import { type NodeFacts, nodeOffers, type RunFacts, runOffers } from './offers.js';

const mayAs = (role: Role) => (action: Parameters<typeof can>[1]) => can([role], action);
const openRun: RunFacts = { status: 'running', ending: false, isChild: false, failed: 0, settled: 3 };
const offered = (all: { act: string; not?: string }[]) => all.filter(({ not }) => !not).map(({ act }) => act);

test.each<[string, Partial<RunFacts>, string[]]>([
  ['running', {}, ['pause', 'fork', 'amend', 'event', 'compare', 'cancel', 'terminate']],
  ['held', { status: 'held' }, ['pause', 'fork', 'amend', 'event', 'compare', 'cancel', 'terminate']],
  ['paused', { status: 'paused' }, ['resume', 'fork', 'amend', 'event', 'compare', 'cancel', 'terminate']],
  ['queued', { status: 'queued', settled: 0 }, ['pause', 'amend', 'event', 'compare', 'cancel', 'terminate']],
  ['going to end', { ending: true }, ['fork', 'compare', 'terminate']],
  ['completed', { status: 'completed' }, ['fork', 'compare']],
  ['completed with a failure that it lived with', { status: 'completed', failed: 1 }, ['redrive', 'fork', 'compare']],
  ['failed', { status: 'failed', failed: 1 }, ['redrive', 'fork', 'compare']],
  ['a failed part of another', { status: 'failed', failed: 1, isChild: true }, ['fork', 'compare']],
  ['terminated', { status: 'terminated' }, ['redrive', 'fork', 'compare']],
])('of a run that is %s', (_, more, expected) => {
  expect(offered(runOffers({ ...openRun, ...more }, mayAs('admin')))).toEqual(expected);
});

test.each<[Role, string[]]>([
  ['viewer', ['compare']],
  ['approver', ['compare']],
  ['engineer', ['pause', 'redrive', 'fork', 'amend', 'event', 'compare', 'cancel']],
  ['operator', ['pause', 'redrive', 'fork', 'amend', 'event', 'compare', 'cancel', 'terminate']],
])('%s is not even shown what they may not do', (role, expected) => {
  expect(runOffers(openRun, mayAs(role)).map(({ act }) => act)).toEqual(expected);
});

const work: NodeFacts = {
  ...{ type: 'tool_call', status: 'running' as const, waitsForAttempt: false, paused: false },
  run: { status: 'running', ending: false },
};
test.each<[string, Partial<NodeFacts>, string[]]>([
  ['running', {}, ['retry', 'skip', 'set_output', 'pause_node']],
  ['pending', { status: 'pending' }, ['skip', 'set_output', 'pause_node']],
  ['queued', { status: 'queued' }, ['skip', 'set_output', 'pause_node']],
  ['between attempts', { status: 'queued', waitsForAttempt: true }, ['retry', 'skip', 'set_output', 'pause_node']],
  ['paused', { status: 'queued', paused: true }, ['skip', 'set_output', 'resume_node']],
  ['held', { status: 'held' }, ['retry', 'skip', 'set_output', 'pause_node']],
  ['completed', { status: 'completed' }, ['retry', 'set_output', 'fork_here']],
  ['failed', { status: 'failed' }, ['retry', 'set_output', 'fork_here']],
  ['skipped', { status: 'skipped' }, ['fork_here']],
  ['cancelled', { status: 'cancelled' }, ['fork_here']],
  ['a gate that waits', { type: 'human_gate', status: 'waiting' }, ['pause_node']],
  ['a gate that is held', { type: 'human_gate', status: 'held' }, ['retry', 'skip', 'pause_node']],
  ['of a run that is over', { status: 'failed', run: { status: 'failed', ending: false } }, ['fork_here']],
  ['of a run that ends', { status: 'completed', run: { status: 'running', ending: true } }, ['fork_here']],
  [
    'of a run that ends, and can’t be undone',
    { status: 'completed', undo: 'held', run: { status: 'held', ending: true } },
    ['retry', 'skip', 'fork_here'],
  ],
])('of a node that is %s', (_, more, expected) => {
  expect(offered(nodeOffers({ ...work, ...more }, mayAs('operator')))).toEqual(expected);
});

test('a viewer is offered nothing on a node', () => {
  expect(nodeOffers(work, mayAs('viewer'))).toEqual([]);
});

test('what can’t be done now says why', () => {
  const whys = runOffers({ ...openRun, status: 'completed' }, mayAs('admin'));
  expect(whys.find(({ act }) => act === 'cancel')!.not).toBe('The run is over.');
  expect(whys.find(({ act }) => act === 'redrive')!.not).toBe('It completed, and no node failed.');
});
