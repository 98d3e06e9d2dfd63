import type { Json } from '../../core/json.js';
import { attempt, callOf as callAt, DONE, until } from '../../tests/support/agent-call.js';
import { type ScriptedAgent, type Step, scriptedAgent } from '../../tests/support/scripted-agent.js';
import { createAgentClient, namesOf } from './client.js';
import type { AgentCall } from './types.js';

let agent: ScriptedAgent;

beforeEach(async () => {
  agent = await scriptedAgent();
});
afterEach(() => agent.stop());

const client = createAgentClient();

const callOf = (script: Step[], given: Partial<AgentCall> = {}) => callAt(agent.url, script, given);

describe.each([
  ['JSONRPC, streaming', '', true],
  ['HTTP+JSON, streaming', '/rest-only', true],
  ['JSONRPC, polling', '', false],
  ['HTTP+JSON, polling', '/rest-only', false],
  ['an agent that cannot stream', '/no-stream', true],
])('%s', (_name, path, stream) => {
  const call = (script: Step[]) => callOf(script, { agent: agent.url + path, stream });

  test('text, data fields, artifacts and the task come out; reserved names stay ours', async () => {
    const context = attempt();
    const { output } = await client.call(call([{ sleep: 30 }, ...DONE]), context);
    expect(output).toEqual({
      text: 'Forty-two.',
      hits: 2,
      state: 'completed',
      task: { id: agent.tasks[0], context_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
      artifacts: [
        { name: 'brief', parts: [{ text: 'Forty-two.' }, { data: { hits: 2, state: 'mine', text: 'mine' } }] },
      ],
    });
    expect(context.beats[0]).toEqual({ task_id: agent.tasks[0], context_id: expect.any(String) });
    expect(agent.tasks).toHaveLength(1);
  });

  test.each([
    ['FAILED', 'AGENT_FAILED'],
    ['REJECTED', 'AGENT_REJECTED'],
    ['CANCELED', 'AGENT_FAILED'],
    ['INPUT_REQUIRED', 'AGENT_INPUT_REQUIRED'],
    ['AUTH_REQUIRED', 'AGENT_AUTH_REQUIRED'],
  ] as const)('a task that is %s is %s', async (end, code) => {
    await expect(client.call(call([{ say: 'hm' }, { end, say: 'because' }]), attempt())).rejects.toMatchObject({
      code,
      details: { state: end.toLowerCase(), message: 'because', task_id: agent.tasks[0] ?? expect.any(String) },
    });
  });

  test('a message without a task is an output too', async () => {
    const { output } = await client.call(call([{ message: 'hello', data: { n: 1 } }]), attempt());
    expect(output).toEqual({ text: 'hello', n: 1, state: 'completed', task: null, artifacts: [] });
    expect(agent.tasks).toEqual([]);
  });

  test('a cancelled call cancels its task', async () => {
    const context = attempt();
    const calling = client.call(call([{ hold: 'for ever' }, ...DONE]), context);
    await until(() => context.beats.length > 0);
    context.abort();
    await expect(calling).rejects.toThrow('CANCELLED');
    expect(agent.cancelled).toEqual(agent.tasks);
  });

  test.each([
    { isOver: true, cancelled: 1 },
    { isOver: false, cancelled: 0 },
  ])(
    'an attempt that the server does not know any more: run over $isOver, tasks cancelled $cancelled',
    async ({ isOver, cancelled }) => {
      const context = attempt({ isOver: () => Promise.resolve(isOver) });
      const calling = client.call(call([{ hold: 'for ever' }, ...DONE]), context);
      await until(() => context.beats.length > 0);
      context.abort('NOT_FOUND');
      await expect(calling).rejects.toThrow('NOT_FOUND');
      expect(agent.cancelled).toHaveLength(cancelled);
    },
  );

  test('P3: an attempt that lost its worker is rejoined by its heartbeat; no second task', async () => {
    const asked = call([{ hold: 'go' }, ...DONE]);
    const first = attempt();
    const lost = client.call(asked, first);
    await until(() => first.beats.length > 0);
    first.abort('WORKER_SHUTDOWN');
    await expect(lost).rejects.toThrow('WORKER_SHUTDOWN');

    const second = attempt({ attempt: 2, resumeFrom: first.beats.at(-1) });
    const rejoined = client.call(asked, second);
    await until(() => second.beats.length > 0);
    agent.release('go');
    expect((await rejoined).output).toMatchObject({ text: 'Forty-two.', task: { id: agent.tasks[0] } });
    expect(agent.tasks).toHaveLength(1);
    expect(agent.cancelled).toEqual([]);
  });

  test('P3: without a heartbeat the task is found among those of the context', async () => {
    const asked = call([{ hold: 'go' }, ...DONE]);
    const first = attempt();
    const lost = client.call(asked, first);
    await until(() => agent.tasks.length > 0);
    first.abort('WORKER_SHUTDOWN');
    await expect(lost).rejects.toThrow('WORKER_SHUTDOWN');

    agent.release('go');
    const { output } = await client.call(asked, attempt({ attempt: 2 }));
    expect(output).toMatchObject({ task: { id: agent.tasks[0] } });
    expect(agent.tasks).toHaveLength(1);
  });

  test('connections that break on the way cost no second task', async () => {
    const script: Step[] = [
      { say: 'one' },
      { sleep: 40 },
      { cut: true },
      { say: 'two' },
      { sleep: 40 },
      { cut: true },
      ...DONE,
    ];
    const asked = call(script);
    let result: { output: Json } | undefined;
    let before: unknown;
    for (let n = 1; n <= 5 && !result; n += 1) {
      const context = attempt({ attempt: n, resumeFrom: before });
      result = await client.call(asked, context).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'AGENT_UNREACHABLE' });
        before = context.beats.at(-1);
        return undefined;
      });
    }
    expect(result?.output).toMatchObject({ text: 'Forty-two.' });
    expect(agent.tasks).toHaveLength(1);
  });
});

test('an agent that is away for a few polls is waited for, within one attempt', async () => {
  const context = attempt();
  const calling = client.call(callOf([{ hold: 'go' }, ...DONE], { stream: false, poll_interval_ms: 50 }), context);
  await until(() => context.beats.length > 0);
  await agent.pause();
  agent.release('go');
  await until(() => context.lines.some((line) => line.includes('asking again')));
  await agent.resume();
  expect((await calling).output).toMatchObject({ text: 'Forty-two.' });
  expect(agent.tasks).toHaveLength(1);
});

test('an agent that stays away is unreachable, and its task is rejoined when it is back', async () => {
  const asked = callOf([{ hold: 'go' }, ...DONE]);
  const first = attempt();
  const failure = client.call(asked, first).catch((error: unknown) => error);
  await until(() => first.beats.length > 0);
  await agent.pause();
  expect(await failure).toMatchObject({ code: 'AGENT_UNREACHABLE' });
  await agent.resume();
  agent.release('go');
  const { output } = await client.call(asked, attempt({ attempt: 2, resumeFrom: first.beats.at(-1) }));
  expect(output).toMatchObject({ task: { id: agent.tasks[0] } });
  expect(agent.tasks).toHaveLength(1);
});

test('status and messages go to the log, each once', async () => {
  const context = attempt();
  await client.call(callOf([{ say: 'one' }, { sleep: 20 }, { say: 'two' }, ...DONE]), context);
  expect(context.lines).toEqual([
    'system: agent: submitted',
    'system: agent: working',
    'stdout: one',
    'system: agent: working',
    'stdout: two',
    'system: agent: working',
    'stdout: looking',
    'system: agent: artifact brief',
    'system: agent: completed',
  ]);
});

test('the effect names message and context, and goes out as Idempotency-Key', async () => {
  const call = callOf(DONE);
  await client.call(call, attempt());
  const sent = agent.requests.find(({ what }) => what === 'SendStreamingMessage');
  expect(sent?.headers).toMatchObject({ 'idempotency-key': call.effect, 'a2a-version': '1.0' });
  expect(namesOf(call.effect)).toEqual(namesOf(call.effect));
  expect(namesOf(call.effect).contextId).not.toBe(namesOf(`${call.effect}1`).contextId);
});

test('a task that failed is told to a later attempt, and tried again by a redrive', async () => {
  const asked = callOf([{ end: 'FAILED', say: 'no' }]);
  const failed = expect.objectContaining({ code: 'AGENT_FAILED' });
  await expect(client.call(asked, attempt())).rejects.toEqual(failed);
  await expect(client.call(asked, attempt({ attempt: 2 }))).rejects.toEqual(failed);
  expect(agent.tasks).toHaveLength(1);
  await expect(client.call(asked, attempt())).rejects.toEqual(failed);
  expect(agent.tasks).toHaveLength(2);
});

test('an agent that forgot the task fails the call instead of getting a second one', async () => {
  const asked = callOf(DONE);
  const resumeFrom = { task_id: 'gone', context_id: 'c' };
  await expect(client.call(asked, attempt({ attempt: 2, resumeFrom }))).rejects.toMatchObject({
    code: 'AGENT_FAILED',
    details: { reason: 'TASK_NOT_FOUND' },
  });
  expect(agent.tasks).toEqual([]);
});

test('several data parts and messages given as parts', async () => {
  const message = { parts: [{ text: 'read this' }, { data: { script: [{ message: 'ok' }] } }] };
  expect((await client.call(callOf([], { message }), attempt())).output).toMatchObject({ text: 'ok' });
  const script: Step[] = [
    { artifact: 'a', text: 'one', data: { x: 1, ['__proto__']: 5 } },
    { artifact: 'b', text: 'two', data: { x: 2 } },
    { artifact: 'c', data: [1, 2] },
    { end: 'COMPLETED' },
  ];
  const { output } = await client.call(callOf(script), attempt());
  expect(output).toMatchObject({ text: 'one\ntwo', x: 2 });
  expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
});

test('credentials reach the agent', async () => {
  const auth = { headers: { authorization: 'Bearer s3cret' } };
  await client.call(callOf(DONE, { auth }), attempt());
  expect(agent.requests.every(({ headers }) => headers['authorization'] === 'Bearer s3cret')).toBe(true);
});
