import { jest } from '@jest/globals';
import { durableEvent, liveEvent } from '../../../../../core/events/cloud-event.js';
import type { RunEvent } from '../../../../../core/events/event.js';
import type { NodeView, RunView } from '../../../../../core/events/view.js';
import type { Plan, PlanNode } from '../../../../../core/spec/plan.js';
import { Problem } from '../../../lib/api/problem.js';

/** What the API answers; a test puts it there. */
const answers = { run: undefined as RunView | Problem | undefined, plan: undefined as Plan | Problem | undefined };
const reads: string[] = [];
const answer = (path: string): Promise<{ data: unknown }> => {
  reads.push(path);
  const data = path.endsWith('/plan') ? answers.plan : answers.run;
  if (data instanceof Problem) return Promise.reject(data);
  return Promise.resolve({ data: path.endsWith('/plan') ? { spec: 'name: w', plan: data } : data });
};
jest.unstable_mockModule('../../../lib/api/client.js', () => ({
  api: { GET: answer },
  ok: async (call: Promise<{ data: unknown }>) => (await call).data,
}));
const { LiveRun } = await import('./store.js');

class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly url: URL;
  constructor(url: string) {
    this.url = new URL(url);
    FakeSocket.all.push(this);
  }
  close(): void {}
  send(...frames: object[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }
}
Object.assign(globalThis, { WebSocket: FakeSocket });

const at = (second: number) => new Date(1_767_225_600_000 + second * 1000).toISOString();
const cursor = (n: number) => `0000.${String(n).padStart(6, '0')}.000000`;
const node = (key: string, status: NodeView['status'] = 'pending'): NodeView => ({
  ...{ key, type: 'tool_call', status, attempt: 0, input: null, output: null, error: null },
  ...{ queued_at: null, started_at: null, finished_at: null, why: null },
});
const viewAt = (n: number, nodes: NodeView[], more: Partial<RunView> = {}): RunView => ({
  ...{ id: 'run_1', org_id: 'org', workflow_id: 'wf', workflow: 'w', version: 1, starter: 'key:k', metadata: {} },
  ...{ created_at: at(0), status: 'running', input: null, output: null, error: null, started_at: at(0) },
  ...{ finished_at: null, nodes, cursor: n === 0 ? '' : cursor(n), ...more },
});
const planOf = (...keys: string[]): Plan =>
  ({ nodes: keys.map((key) => ({ key, type: 'tool_call' }) as PlanNode), edges: [] as Plan['edges'] }) as Plan;
const told = (n: number, type: RunEvent['type'], key?: string, more: object = {}) => {
  const status = type.split('.')[1];
  return durableEvent('run_1', {
    ...{ cursor: cursor(n), type, at: at(n), status, ...more },
    ...(key === undefined ? {} : { node_key: key, attempt: type === 'node.queued' ? 0 : 1 }),
  } as RunEvent);
};
const snapshot = (view: RunView) => ({ type: 'snapshot', id: view.cursor, data: view });

function watched(view: RunView, plan = planOf('a', 'b')) {
  Object.assign(answers, { run: view, plan });
  const run = new LiveRun('run_1');
  const leave = run.watch();
  const socket = () => FakeSocket.all.at(-1)!;
  const state = () => run.store.getState();
  const statusOf = (key: string) => state().view?.nodes.get(key)?.status;
  const frame = () => jest.advanceTimersByTimeAsync(300);
  return { run, leave, socket, state, statusOf, frame };
}

beforeEach(() => {
  FakeSocket.all = [];
  reads.length = 0;
  jest.useFakeTimers();
});
afterEach(() => void jest.useRealTimers());

test('a snapshot makes it ready; events of one frame are one update', async () => {
  const { run, socket, state, statusOf, frame } = watched(viewAt(1, [node('a'), node('b')]));
  expect(state()).toMatchObject({ state: 'loading', link: 'connecting' });
  socket().send(snapshot(viewAt(1, [node('a'), node('b')])));
  await frame();
  expect(state()).toMatchObject({ state: 'ready', link: 'live' });
  let updates = 0;
  run.store.subscribe(() => updates++);
  const b = state().view!.nodes.get('b');
  for (let n = 2; n < 40; n += 2)
    socket().send(told(n, 'node.queued', 'a', { input: n }), told(n + 1, 'node.completed', 'a', { output: n }));
  await jest.advanceTimersByTimeAsync(20);
  expect([updates, statusOf('a')]).toEqual([1, 'completed']);
  expect(state().view!.nodes.get('b')).toBe(b);
});

test('a run that is queued shows the nodes of its plan', async () => {
  const { socket, statusOf, frame } = watched(viewAt(0, [], { status: 'queued', started_at: null }));
  await frame();
  socket().send(snapshot(viewAt(0, [], { status: 'queued', started_at: null })));
  await frame();
  expect([statusOf('a'), statusOf('b')]).toEqual(['pending', 'pending']);
  socket().send(told(2, 'run.running'), told(3, 'node.queued', 'a'));
  await frame();
  expect(statusOf('a')).toBe('queued');
});

test('a line that broke comes back after the newest event; what is sent twice counts once', async () => {
  const { socket, state, statusOf, frame } = watched(viewAt(1, [node('a')]));
  socket().send(snapshot(viewAt(1, [node('a')])), told(2, 'node.queued', 'a'));
  await frame();
  socket().onclose!({ code: 1012 });
  expect(state().link).toBe('lost');
  await jest.advanceTimersByTimeAsync(1000);
  expect(socket().url.searchParams.get('after')).toBe(cursor(2));
  socket().onopen!();
  socket().send(told(2, 'node.queued', 'a'), told(3, 'node.completed', 'a'));
  await frame();
  expect([state().link, statusOf('a')]).toEqual(['live', 'completed']);
});

test('what events do not tell is read; an answer that is older than what is shown is left', async () => {
  const { socket, state, frame } = watched(viewAt(1, [node('a')]));
  socket().send(snapshot(viewAt(1, [node('a')])), told(2, 'node.queued', 'a'));
  await frame();
  answers.run = viewAt(1, [{ ...node('a'), why: 'waits for x' }]);
  await jest.advanceTimersByTimeAsync(5000);
  expect(state().view!.nodes.get('a')).toMatchObject({ status: 'queued', why: null });
  answers.run = viewAt(3, [{ ...node('a', 'queued'), why: 'waits for one of 5 places' }]);
  socket().send(told(3, 'run.waiting'));
  await jest.advanceTimersByTimeAsync(5000);
  expect(state().view!.nodes.get('a')).toMatchObject({ status: 'queued', why: 'waits for one of 5 places' });
});

test('a line over which nothing comes of what was read is opened anew', async () => {
  const { socket } = watched(viewAt(1, [node('a')]));
  socket().send(snapshot(viewAt(1, [node('a')])));
  await jest.advanceTimersByTimeAsync(5000);
  answers.run = viewAt(9, [node('a', 'completed')]);
  await jest.advanceTimersByTimeAsync(90_000);
  expect(FakeSocket.all.length).toBeGreaterThan(1);
  expect(socket().url.searchParams.get('after')).toBe(cursor(1));
});

test('an amendment brings another plan, and the run is read with it', async () => {
  const { socket, state, statusOf, frame } = watched(viewAt(1, [node('a'), node('b')]));
  socket().send(snapshot(viewAt(1, [node('a'), node('b')])));
  await frame();
  answers.plan = planOf('a', 'c');
  answers.run = viewAt(2, [node('a'), node('c', 'queued')]);
  socket().send(told(2, 'run.acted', undefined, { data: { act: 'amend' } }));
  await jest.advanceTimersByTimeAsync(1000);
  expect([...state().view!.nodes.keys()]).toEqual(['a', 'c']);
  expect([statusOf('c'), state().view!.stale]).toEqual(['queued', false]);
});

test('a run that is over ends the line, and a redrive of it goes on', async () => {
  const { run, socket, state, statusOf, frame } = watched(viewAt(1, [node('a')]));
  socket().send(snapshot(viewAt(1, [node('a')])), told(2, 'node.failed', 'a'), told(3, 'run.failed'));
  await frame();
  socket().onclose!({ code: 1000 });
  expect(state()).toMatchObject({ link: 'ended', state: 'ready' });
  run.reconnect();
  expect(socket().url.searchParams.get('after')).toBe(cursor(3));
  socket().send(
    durableEvent('run_1', {
      ...{ cursor: '0001.000001.000000', type: 'run.redriven', at: at(9), status: 'running' },
      data: { n: 1, begins: ['a'], actor: 'key:k', reason: 'again', at: at(9) },
    }),
  );
  await jest.advanceTimersByTimeAsync(20);
  expect(statusOf('a')).toBe('pending');
  expect(state().view!.run).toMatchObject({ status: 'running', error: null, finished_at: null, redriven: 1 });
});

test.each<[string, number, number]>([
  ['the run was removed', 4404, 404],
  ['the server says that this page is at fault', 1008, 429],
])('%s: it is a problem', async (_, code, status) => {
  const { socket, state, frame } = watched(viewAt(1, [node('a')]));
  socket().send(snapshot(viewAt(1, [node('a')])));
  await frame();
  socket().onclose!({ code });
  await frame();
  expect(state().state).toBe('problem');
  expect((state().error as Problem).status).toBe(status);
});

test('a run that is not there is a problem, with what the API says of it', async () => {
  const missing = new Problem({
    type: '',
    title: 'no',
    status: 404,
    detail: 'there is no run run_1',
    code: 'NOT_FOUND',
  });
  const { socket, state, frame } = watched(viewAt(1, []));
  Object.assign(answers, { run: missing, plan: missing });
  socket().onclose!({ code: 1006 });
  await frame();
  expect(state()).toMatchObject({ state: 'problem', error: missing });
});

test('log lines are kept, and what the server dropped is counted', async () => {
  const { socket, state, frame } = watched(viewAt(1, [node('a', 'running')]));
  socket().send(snapshot(viewAt(1, [node('a', 'running')])));
  const line = { run_id: 'run_1', node_key: 'a', attempt: 1, at: at(2) };
  socket().send(liveEvent({ type: 'node.log', ...line, data: { seq: 0, stream: 'stdout', text: 'hello' } }), {
    type: 'stream.dropped',
    data: { run_id: 'run_1', ephemeral: true, data: { count: 7 } },
  });
  await frame();
  expect(state().log).toEqual({ lines: [{ ...line, seq: 0, stream: 'stdout', text: 'hello' }], heard: 1 });
  expect(state().dropped).toBe(7);
});
