import type { NamedEvent } from '../../core/contract/named-events.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import { foldAgrees } from '../support/agree.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

/** Named events on a real server: what the workflow answers, what its view says, and what the fold of its history says (P1). */
let stage: Stage;
/** Gates in the inbox: `<run>/<gate>`. */
const inbox = new Set<string>();
/** Waits that were made known, and what is brought along then. */
const known: string[] = [];
const handed = new Map<string, NamedEvent>();
/** Nodes whose work hangs until they are taken out. */
const hanging = new Set<string>();

beforeAll(async () => {
  stage = await openStage({
    async tool_call({ node, config }) {
      while (hanging.has(node)) await pause();
      return { output: { from: node, config } };
    },
    async agent_call({ node }) {
      while (hanging.has(node)) await pause();
      return { output: { from: node } };
    },
    open_gate({ run, node }) {
      inbox.add(`${run.id}/${node}`);
      return Promise.resolve({ evidence: 'sha256:shown' });
    },
    close_gate: ({ run, node }) => Promise.resolve(void inbox.delete(`${run.id}/${node}`)),
    await_event({ run, node, round = 0 }) {
      known.push(`${run.id} ${node} ${round}`);
      return Promise.resolve({ event: handed.get(`${run.id} ${node}`) ?? null });
    },
  });
});
afterAll(() => {
  hanging.clear();
  return stage.close();
});

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
const payment = (more: Partial<NamedEvent> = {}): NamedEvent => ({
  ...{ name: 'payment', key: '42', data: { amount: 7 }, id: 'evt_1', sent_at: '2026-01-01T00:00:00.000Z' },
  ...more,
});
const wait = (key: string, config: object = {}, more: object = {}) => ({
  ...{ key, type: 'wait' as const, config: { event: 'payment', key: '42', then: 'fail', ...config } as Json, ...more },
});
const handle = ({ id }: RunHeader) => stage.client.workflow.getHandle(id);
const result = (header: RunHeader) => handle(header).result() as Promise<{ output: Json }>;
const view = (header: RunHeader) => stage.engine.view(header);
const nodeOf = async (header: RunHeader, key: string) => (await view(header)).nodes.find((node) => node.key === key)!;
const waits = (header: RunHeader, key = 'w') => until(async () => (await nodeOf(header, key)).status === 'waiting');
const agree = (header: RunHeader) => foldAgrees(stage, header);
const received = async (header: RunHeader) =>
  (await stage.engine.events(header)).flatMap(({ type, data }) => (type === 'event.received' ? [data] : []));

test('an event is answered with the nodes that it woke, is their output, and is in the run’s events', async () => {
  const header = await stage.start(planOf([wait('v'), wait('w')], [], {}, '${ nodes.w.output }'));
  await waits(header);
  expect((await nodeOf(header, 'w')).why).toBe('waits for event payment with key 42');
  expect(await stage.engine.deliver(header.id, payment())).toEqual({ outcome: 'delivered', nodes: ['v', 'w'] });
  const { output } = await result(header);
  expect(output).toMatchObject({ received: true, key: '42', data: { amount: 7 }, id: 'evt_1' });
  await agree(header);
  expect(await received(header)).toEqual([
    expect.objectContaining({ name: 'payment', key: '42', id: 'evt_1', outcome: 'delivered', nodes: ['v', 'w'] }),
  ]);
  await expect(stage.engine.deliver(header.id, payment({ id: 'late' }))).rejects.toMatchObject({ code: 'RUN_CLOSED' });
});

test('early it is kept, repeated it counts once; the signal of the same shape works and needs no more than a name', async () => {
  const plan = planOf(
    [
      { key: 'gate', type: 'human_gate', config: { title: 'Go?', role: 'approver' } },
      wait('v'),
      wait('w', { key: '' }),
    ],
    [
      { from: 'gate', to: 'v' },
      { from: 'v', to: 'w' },
    ],
  );
  const header = await stage.start(plan);
  await waits(header, 'gate');
  expect(await stage.engine.deliver(header.id, payment())).toEqual({ outcome: 'kept', nodes: [] });
  expect(await stage.engine.deliver(header.id, payment())).toEqual({ outcome: 'repeated', nodes: [] });
  await handle(header).signal('deliver', { name: 'payment' });
  await handle(header).signal('deliver', 'no event');
  await until(async () => (await received(header)).length === 3);
  await agree(header);
  const decision = { node: 'gate', actor: 'user:ann', roles: ['approver'], at: '2026-01-01T00:00:00.000Z' };
  await stage.engine.decide(header.id, { ...decision, decision: 'approve' });
  await result(header);
  await agree(header);
  expect((await nodeOf(header, 'w')).output).toMatchObject({ data: null, id: 'unnamed-1' });
});

test.each<[string, Partial<NamedEvent>, string]>([
  ['a name that the plan does not have', { name: 'paymant' }, 'NOT_FOUND'],
  ['data that is too heavy', { data: 'x'.repeat(5_000) }, 'TOO_LARGE'],
  ['an event for who waits, of which nobody does', { key: '43', only_waiting: true }, 'NODE_STATE'],
])('%s is refused before it is in history', async (_what, given, code) => {
  const header = await stage.start(planOf([wait('w')], []));
  await waits(header);
  await expect(stage.engine.deliver(header.id, payment(given))).rejects.toMatchObject({ code });
  await agree(header);
  expect(await received(header)).toEqual([]);
  await stage.engine.cancel(header.id);
});

test('many events at once, by Update and by signal: each is told what becomes of it, and the fold sees the same', async () => {
  const chain = Array.from({ length: 6 }, (_, n) => wait(`w${n}`));
  const edges = chain.slice(1).map(({ key }, n) => ({ from: `w${n}`, to: key }));
  const header = await stage.start(
    planOf([...chain, { key: 'gate', type: 'human_gate', config: { title: 'Go?' } }], edges),
  );
  await waits(header, 'w0');
  const fates = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      n % 4 === 3
        ? handle(header).signal('deliver', payment({ id: `evt_${n % 6}` }))
        : stage.engine.deliver(header.id, payment({ id: `evt_${n % 6}` })),
    ),
  );
  const outcomes = fates.flatMap((fate) => (fate ? [fate.outcome] : []));
  await until(async () => (await received(header)).length === 12);
  await agree(header);
  const told = (await received(header)) as { outcome: string }[];
  expect(told.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(6);
  expect(outcomes.length).toBe(9);
  expect((await view(header)).nodes.filter(({ status }) => status === 'completed')).toHaveLength(6);
  await stage.engine.cancel(header.id);
});

test('an event that was sent to whoever waits is brought along when the wait is made known', async () => {
  const plan = planOf([wait('w')], [], {}, '${ nodes.w.output.data.amount }');
  const header = stage.prepare(plan);
  handed.set(`${header.id} w`, payment());
  await stage.begin(header, plan, {});
  expect((await result(header)).output).toBe(7);
  await agree(header);
  expect(known).toContain(`${header.id} w 0`);
});

test('time is up: it fails with EVENT_TIMED_OUT and goes the way on failure, or goes on without', async () => {
  const plan = planOf(
    [
      wait('w', { timeout_ms: 20 }, { on_error: 'continue' }),
      { key: 'mend' },
      wait('v', { timeout_ms: 20, then: 'continue' }),
    ],
    [{ from: 'w', to: 'mend', on: 'failure' }],
  );
  const header = await stage.start(plan);
  await result(header);
  await agree(header);
  expect(await nodeOf(header, 'w')).toMatchObject({ status: 'failed', error: { code: 'EVENT_TIMED_OUT' } });
  expect((await nodeOf(header, 'v')).output).toEqual({ received: false, event: 'payment', key: '42' });
  expect((await nodeOf(header, 'mend')).status).toBe('completed');
});

test('a signal whose data does not fit the schema is passed by; the wait goes on', async () => {
  const schema = { type: 'object', required: ['amount'] };
  const header = await stage.start(planOf([wait('w', { schema })], [], {}, '${ nodes.w.output.id }'));
  await waits(header);
  await handle(header).signal('deliver', payment({ id: 'unfit', data: 'text' }));
  await until(async () => (await received(header)).length === 2);
  await agree(header);
  await handle(header).signal('deliver', payment({ id: 'fit' }));
  expect((await result(header)).output).toBe('fit');
  await agree(header);
  const told = (await received(header)) as { id: string; outcome: string }[];
  expect(told.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'unfit delivered',
    'unfit unfit',
    'fit delivered',
  ]);
});

test('what is kept and what is known cross into the next segment', async () => {
  const plan = planOf(
    [{ key: 'gate', type: 'human_gate', config: { title: 'Go?', role: 'approver' } }, wait('w')],
    [{ from: 'gate', to: 'w' }],
    {},
    '${ nodes.w.output.data }',
  );
  const header = await stage.start(plan);
  await waits(header, 'gate');
  const { runId } = await handle(header).describe();
  expect(await stage.engine.deliver(header.id, payment())).toEqual({ outcome: 'kept', nodes: [] });
  const isNext = async () => (await handle(header).describe()).runId !== runId;
  // The same event over and over, until history is so long that the run goes on in another one.
  for (let n = 0; n % 200 !== 0 || !(await isNext()); n += 50)
    await Promise.all(Array.from({ length: 50 }, () => handle(header).signal('deliver', payment())));
  expect(await stage.engine.deliver(header.id, payment())).toEqual({ outcome: 'repeated', nodes: [] });
  await agree(header);
  const decision = { node: 'gate', actor: 'user:ann', roles: ['approver'], at: '2026-01-01T00:00:00.000Z' };
  await stage.engine.decide(header.id, { ...decision, decision: 'approve' });
  expect((await result(header)).output).toEqual({ amount: 7 });
  await agree(header);
});

// The first of several: an event, a timer, a gate, a call, an agent. Whoever wins, the others are cancelled.

const RACERS = ['event', 'timer', 'gate', 'tool', 'agent'];

const race = (timer: string): Plan =>
  planOf(
    [
      { key: 'start' },
      wait('event'),
      { key: 'timer', type: 'wait', config: { duration: timer } },
      { key: 'gate', type: 'human_gate', config: { title: 'Go?', role: 'approver' } },
      { key: 'tool', fuse: 'never' },
      { key: 'agent', type: 'agent_call', config: { agent: 'http://a', message: 'do it', stream: false } },
      { key: 'first', type: 'transform', join: 'any', losers: 'cancel', config: { value: 'on' } },
      { key: 'rest', type: 'human_gate', config: { title: 'And now?', role: 'approver' } },
    ],
    [
      ...RACERS.flatMap((key) => [
        { from: 'start', to: key },
        { from: key, to: 'first' },
      ]),
      { from: 'first', to: 'rest' },
    ],
  );

test.each<[string, string, (header: RunHeader) => unknown]>([
  ['event', '1h', (header) => stage.engine.deliver(header.id, payment())],
  ['timer', '1s', () => undefined],
  [
    'gate',
    '1h',
    (header) => {
      const by = { actor: 'user:ann', roles: ['approver'], at: '2026-01-01T00:00:00.000Z' };
      return stage.engine.decide(header.id, { node: 'gate', decision: 'approve', ...by });
    },
  ],
  ['tool', '1h', () => hanging.delete('tool')],
  ['agent', '1h', () => hanging.delete('agent')],
])('a race that the %s wins: the others are cancelled, and the gate leaves the inbox', async (winner, timer, act) => {
  for (const key of ['tool', 'agent']) hanging.add(key);
  const header = await stage.start(race(timer));
  await Promise.all(['event', 'gate'].map((key) => waits(header, key)));
  await act(header);
  await until(async () => (await nodeOf(header, 'rest')).status === 'waiting');
  await agree(header);
  const racers = (await view(header)).nodes.filter(({ key }) => RACERS.includes(key));
  expect(Object.fromEntries(racers.map(({ key, status }) => [key, status]))).toEqual(
    Object.fromEntries(racers.map(({ key }) => [key, key === winner ? 'completed' : 'cancelled'])),
  );
  await until(() => Promise.resolve(inbox.has(`${header.id}/rest`) && !inbox.has(`${header.id}/gate`)));
  await stage.engine.cancel(header.id);
});
