import type { Json } from '../json.js';
import type { NodeLevelEvent, RunEvent } from './event.js';
import { gateHistory, type ToldGate } from './gate-history.js';

const at = (second: number): string => new Date(1_767_225_600_000 + second * 1_000).toISOString();
const of = (type: NodeLevelEvent['type'], second: number, data: Json = {}, node_key = 'g'): RunEvent => ({
  ...{ cursor: '', type, at: at(second), node_key, status: 'waiting', attempt: 1, data },
});
const decision = (actor: string) => ({ node: 'g', decision: 'approve', actor, roles: [] });
const gate = {
  ...{
    round: 1,
    opened_at: at(1),
    closed_at: at(40),
    status: 'decided',
    decision: { ...decision('user:bob'), at: at(30) },
  },
  votes: [
    { ...decision('user:ann'), at: at(20) },
    { ...decision('user:bob'), at: at(30) },
  ] as unknown as Json,
} as ToldGate;
const told = (events: RunEvent[], more = {}) =>
  gateHistory('g', { events, gate, claims: [], comments: [], ...more }, new Date(at(1_000))).map(
    ({ kind, actor, round }) => `${kind} ${actor ?? '-'} ${round}`,
  );

test('what the run tells and what people did beside it, in order', () => {
  const events = [
    of('gate.opened', 0),
    of('gate.opened', 1, {}, 'other'),
    of('gate.reminded', 10, { escalated: false }),
    of('gate.voted', 20, decision('user:ann')),
    of('gate.reminded', 30, { escalated: true }),
    of('gate.decided', 40, decision('user:bob')),
    of('node.held', 40),
    of('node.acted', 50, { actor: 'user:op' }),
    of('gate.opened', 51),
    of('gate.decided', 60, decision('deadline')),
    of('node.completed', 60),
  ];
  const claim = { round: 0, holder: 'user:bob', claimed_at: at(15), expires_at: at(900) };
  const claims = [
    { ...claim, ended_at: at(35), ended_by: 'user:bob', ended: 'decided' },
    { ...claim, round: 1, claimed_at: at(55), expires_at: at(58), ended_at: null, ended_by: null, ended: null },
  ];
  const comments = [5, 56].map((second) => ({ id: `${second}`, author: 'user:eve', text: 'hm', at: at(second) }));
  expect(told(events, { claims, comments })).toEqual([
    'opened - 0',
    'commented user:eve 0',
    'reminded - 0',
    'claimed user:bob 0',
    'voted user:ann 0',
    'escalated - 0',
    'released user:bob 0',
    'decided user:bob 0',
    'closed - 0',
    'acted user:op 0',
    'asked_again - 1',
    'claimed user:bob 1',
    'commented user:eve 1',
    'released - 1',
    'decided deadline 1',
    'closed - 1',
  ]);
});

test('an approval that lapsed is told, with what it led to', () => {
  const events = [
    ...[of('gate.opened', 0), of('gate.decided', 10, decision('user:ann')), of('node.completed', 10)],
    ...[of('gate.lapsed', 20, decision('user:ann')), of('node.pending', 20), of('gate.opened', 30)],
    of('node.pending', 40), // taken back while it waits
  ];
  expect(told(events)).toEqual([
    'opened - 0',
    'decided user:ann 0',
    'closed - 0',
    'lapsed - 0',
    'asked_again - 1',
    'closed - 1',
  ]);
});

test('a run that was ended from outside has closed its gate', () => {
  const ended: RunEvent = { cursor: '', type: 'run.terminated', at: at(9), status: 'terminated' };
  expect(told([of('gate.opened', 0), ended])).toEqual(['opened - 0', 'closed - 0']);
  expect(told([of('gate.opened', 0), of('node.cancelled', 9), ended])).toEqual(['opened - 0', 'closed - 0']);
});

test('where the run’s events were removed, the row tells of the last round', () => {
  const comments = [{ id: '1', author: 'user:eve', text: 'hm', at: at(50) }];
  expect(told([], { events: undefined, comments })).toEqual([
    'asked_again - 1',
    'voted user:ann 1',
    'decided user:bob 1',
    'closed - 1',
    'commented user:eve 1',
  ]);
});
