import type { Fault } from '../../core/fault.js';
import { attempt, callOf, until } from '../../tests/support/agent-call.js';
import { type ScriptedAgent, type Step, scriptedAgent } from '../../tests/support/scripted-agent.js';
import { createAgentClient } from './client.js';
import type { AgentCall, ReplyTo } from './types.js';

/** An answer goes into the task that asked, once. */
let agent: ScriptedAgent;
beforeEach(async () => {
  agent = await scriptedAgent();
});
afterEach(() => agent.stop());
const client = createAgentClient();

const ASKING: Step[] = [
  {
    ask: 'INPUT_REQUIRED',
    say: 'Which colour?',
    then: [{ echo: true }, { hold: 'paint' }, { end: 'COMPLETED' }],
  },
];

describe.each([
  ['JSONRPC, streaming', '', true],
  ['HTTP+JSON, streaming', '/rest-only', true],
  ['JSONRPC, polling', '', false],
  ['HTTP+JSON, polling', '/rest-only', false],
])('%s', (_name, path, stream) => {
  const asked = async (script: Step[] = ASKING): Promise<AgentCall & { replyTo: ReplyTo }> => {
    const call = callOf(agent.url + path, script, { stream });
    const { details } = (await client.call(call, attempt()).catch((err: unknown) => err)) as Fault;
    const { task_id, context_id, asked: name } = details as Record<string, string>;
    const replyTo = { task_id: task_id!, context_id: context_id!, asked: name! };
    return { ...call, effect: `${call.effect}/answer/1`, message: 'blue', replyTo };
  };

  test('the same task goes on, and what it asked before is no new question', async () => {
    const call = await asked();
    const context = attempt();
    const answering = client.call(call, context);
    await until(() => agent.answers.length > 0);
    agent.release('paint');
    expect((await answering).output).toMatchObject({ text: 'blue', state: 'completed', task: { id: agent.tasks[0] } });
    expect(agent.tasks).toHaveLength(1);
    expect(agent.answers).toMatchObject([{ task: agent.tasks[0], said: 'blue' }]);
    expect(context.beats[0]).toMatchObject({ task_id: agent.tasks[0] });
  });

  test('an attempt after one that died sends nothing again', async () => {
    const call = await asked();
    const first = attempt();
    const dying = client.call(call, first).catch(() => undefined);
    await until(() => agent.answers.length > 0);
    first.abort('WORKER_SHUTDOWN');
    await dying;
    const second = client.call(call, attempt({ attempt: 2, resumeFrom: first.beats.at(-1) }));
    agent.release('paint');
    expect((await second).output).toMatchObject({ text: 'blue' });
    expect((await client.call(call, attempt({ attempt: 3 }))).output).toMatchObject({ text: 'blue' }); // it is long over
    expect(agent.answers).toHaveLength(1);
    expect(agent.cancelled).toEqual([]);
  });

  test('another question is told from the one that was answered', async () => {
    const again: Step = { ask: 'AUTH_REQUIRED', say: 'Log in.', then: [{ end: 'COMPLETED' }] };
    const call = await asked([{ ask: 'INPUT_REQUIRED', say: 'Which colour?', then: [again] }]);
    const next = (await client.call(call, attempt()).catch((err: unknown) => err)) as Fault;
    expect(next).toMatchObject({
      code: 'AGENT_AUTH_REQUIRED',
      details: { message: 'Log in.', task_id: agent.tasks[0] },
    });
    expect((next.details as { asked: string }).asked).not.toBe(call.replyTo.asked);
  });

  test('a task that nobody answers is cancelled; one that is over, or gone, is left', async () => {
    const call = await asked();
    await client.cancel(call, attempt());
    expect(agent.cancelled).toEqual(agent.tasks);
    const lines = attempt();
    await client.cancel({ ...call, replyTo: { ...call.replyTo, task_id: 'gone' } }, lines);
    expect(lines.lines.join()).toContain('is left as it is');
  });
});
