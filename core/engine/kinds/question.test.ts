import { planOf } from '../../../tests/support/plans.js';
import { startOf } from '../../../tests/support/walks.js';
import type { Decision, Work } from '../../contract/work.js';
import { carry } from '../carry.js';
import type { ActivityCommand, Command, Fact } from '../facts.js';
import { nodeViews } from '../view.js';
import { Walk } from '../walk.js';

/** A remote agent asks; people answer; the answer goes back into its task. */
const started = (config: object = {}, node: object = {}): Walk => {
  const agent = { agent: 'http://a', message: 'do it', stream: true, poll_interval_ms: 1, ...config };
  const plan = planOf(
    [{ key: 'ag', type: 'agent_call', config: agent, ...node } as never, { key: 'after' }],
    [{ from: 'ag', to: 'after' }],
  );
  const walk = new Walk(startOf(plan));
  walk.step([], 1_000);
  return walk;
};
const questions = { role: 'approver' };
const asks = (n = 1, task = 'ag'): Fact => ({
  is: 'failed',
  task,
  error: {
    code: 'AGENT_INPUT_REQUIRED',
    message: 'agent asks',
    details: {
      agent: 'http://a',
      state: 'input_required',
      task_id: 't1',
      context_id: 'c1',
      message: `q${n}`,
      asked: `s${n}`,
    },
  },
});
const opened = (task = 'ag~open'): Fact => ({ is: 'completed', task, value: { evidence: 'sha256:shown' } });
const decided = (more: Partial<Decision> = {}): Fact => ({
  is: 'decided',
  via: 'update',
  decision: {
    ...{ node: 'ag', decision: 'approve', actor: 'user:ann', roles: ['approver'], form: { answer: 'blue' } },
    ...{ at: '2026-01-01T00:00:00.000Z', ...more },
  },
});
const activities = (commands: Command[]) => commands.filter((each): each is ActivityCommand => each.do === 'activity');
const workOf = (commands: Command[]) => activities(commands).find(({ activity }) => activity === 'agent_call');

test('a question opens a gate on the node, with what the agent said', () => {
  const walk = started({ questions });
  const { commands, changes } = walk.step([asks()], 2_000);
  expect(nodeViews(walk)[0]).toMatchObject({
    ...{ status: 'waiting', error: null, why: 'waits for somebody with role approver to decide' },
    input: { agent: 'http://a', message: 'do it' },
  });
  expect(changes).toContainEqual(
    expect.objectContaining({ gate: 'ag', opened: expect.objectContaining({ title: 'http://a asks: q1' }) }),
  );
  expect(activities(commands)[0]).toMatchObject({
    task: 'ag~open',
    input: { show: { agent: 'http://a', question: 'q1' }, form: { required: ['answer'] } },
  });
});

test('the answer is an effect of its own, in the same task; another question is another round', () => {
  const walk = started({ questions });
  walk.step([asks()], 2_000);
  walk.step([opened()], 2_001);
  const { commands } = walk.step([decided()], 3_000);
  const answer = workOf(commands)!;
  expect(answer.task).toBe('ag~answer');
  expect(answer.input as Work).toMatchObject({
    effect: 'run_1/ag/0/answer/1',
    config: { agent: 'http://a', message: 'blue', reply_to: { task_id: 't1', context_id: 'c1', asked: 's1' } },
  });
  expect(nodeViews(walk)[0]!.status).toBe('running');
  expect(activities(walk.step([asks(2, 'ag~answer')], 4_000).commands)[0]).toMatchObject({
    ...{ task: 'ag~1~open', input: { round: 1 } },
  });
  walk.step([opened('ag~1~open')], 4_001);
  expect(walk.refuse((decided({ round: 0 }) as { decision: Decision }).decision)?.code).toBe('GATE_CLOSED');
  const second = workOf(walk.step([decided({ round: 1, form: { answer: { colour: 'red' } } })], 5_000).commands)!;
  expect(second).toMatchObject({
    task: 'ag~1~answer',
    input: { effect: 'run_1/ag/0/answer/2', config: { message: { colour: 'red' }, reply_to: { asked: 's2' } } },
  });
  walk.step([{ is: 'completed', task: 'ag~1~answer', value: { output: { text: 'painted' } } }], 6_000);
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: { text: 'painted' } });
});

test.each<[string, Fact]>([
  ['went', { is: 'completed', task: 'ag~cancel', value: { output: null } }],
  ['failed', { is: 'failed', task: 'ag~cancel', error: { code: 'AGENT_UNREACHABLE', message: 'gone' } }],
])('a denial cancels the remote task, and then fails the node, whether that %s', (_how, fact) => {
  const walk = started({ questions }, { on_error: 'hold' });
  walk.step([asks(), opened()], 2_000);
  walk.step([opened()], 2_001);
  const { commands } = walk.step([decided({ decision: 'deny', comment: 'no' })], 3_000);
  expect(workOf(commands)).toMatchObject({ task: 'ag~cancel', input: { config: { cancel: true } } });
  walk.step([fact], 4_000);
  expect(walk.nodes[0]).toMatchObject({
    status: 'held',
    error: { code: 'GATE_DENIED', message: 'user:ann denied it: no' },
  });
});

test.each<[string, object, Fact]>([
  ['in plans from before', {}, asks()],
  [
    'when the credentials were refused, and no task waits',
    { questions },
    { is: 'failed', task: 'ag', error: { code: 'AGENT_AUTH_REQUIRED', message: '401', details: { status: 401 } } },
  ],
  [
    'after any other failure',
    { questions },
    { is: 'failed', task: 'ag', error: { code: 'AGENT_FAILED', message: '' } },
  ],
])('nobody is asked %s', (_when, config, fact) => {
  const walk = started(config);
  walk.step([fact], 2_000);
  expect(walk.nodes[0]!.status).toBe('failed');
});

test('nobody answers in time: the agent is told, and the node fails with it', () => {
  const deadline = { after_ms: 1_000, remind_ms: [], then: 'fail' };
  const walk = started({ questions: { ...questions, deadline } });
  expect(walk.step([asks()], 2_000).commands).toContainEqual({ do: 'timer', task: 'ag~due', ms: 1_000 });
  walk.step([opened()], 2_001);
  walk.step([{ is: 'fired', task: 'ag~due' }], 3_000);
  walk.step([{ is: 'completed', task: 'ag~cancel', value: { output: null } }], 3_001);
  expect(walk.nodes[0]).toMatchObject({ status: 'failed', error: { code: 'GATE_EXPIRED' } });
});

test('in a new segment an open question is still open, and an answer is sent once more', () => {
  const walk = started({ questions });
  walk.step([asks()], 2_000);
  walk.step([opened()], 2_001);
  const next = new Walk({ ...walk.start, carried: structuredClone(carry(walk)) });
  next.step([], 3_000);
  expect(nodeViews(next)[0]!.status).toBe('waiting');
  next.step([decided()], 4_000);
  const last = new Walk({ ...walk.start, carried: structuredClone(carry(next)) });
  const { commands } = last.step([], 5_000);
  expect(workOf(commands)).toMatchObject({ task: 'ag~answer', input: { effect: 'run_1/ag/0/answer/1' } });
  last.step([{ is: 'completed', task: 'ag~answer', value: { output: 'done' } }], 6_000);
  expect(last.nodes[0]!.status).toBe('completed');
});

test('people may leave it out, or say what it puts out, while it waits', () => {
  const walk = started({ questions });
  walk.step([asks()], 2_000);
  walk.step([opened()], 2_001);
  const act = { act: 'set_output', node: 'ag', output: 1, actor: 'user:ann', reason: 'r', at: '' } as const;
  expect(activities(walk.step([{ is: 'acted', act }], 3_000).commands)[0]).toMatchObject({ task: 'ag~close' });
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: 1 });
});
