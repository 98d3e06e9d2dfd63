import { type E2E, openE2E } from '../support/e2e.js';
import { type ScriptedAgent, scriptedAgent } from '../support/scripted-agent.js';
import { until } from '../support/workflow.js';

/** A real A2A agent asks; people answer by the inbox; its task goes on. */
let heddle: E2E;
let agent: ScriptedAgent;
beforeAll(async () => {
  [agent, heddle] = await Promise.all([scriptedAgent(), openE2E({ workers: 2 })]);
  await heddle.apply(SPEC);
});
afterAll(async () => {
  await heddle.close();
  await agent.stop();
});

const SPEC = `
name: asking
input: { type: object, properties: { agent: { type: string }, script: {} } }
nodes:
  - key: paint
    type: agent_call
    config: { agent: "\${ input.agent }", message: { script: "\${ input.script }" }, questions: { role: operator } }
    timeout: { heartbeat: 2s }
output: "\${ nodes.paint.output.text }"
`;
const start = async (script: object[]): Promise<string> =>
  (await heddle.request('POST', '/workflows/asking/run', { json: { input: { agent: agent.url, script } } })).body.id;
const run = async (id: string) => (await heddle.request('GET', `/workflow_runs/${id}`)).body;
const asked = (id: string, text: string) =>
  until(async () => {
    const { items } = (await heddle.request('GET', '/gates?status=open')).body;
    return items.find((gate: { run_id: string; title: string }) => gate.run_id === id && gate.title.includes(text));
  });
const decide = (id: string, json: object) =>
  heddle.request('POST', `/workflow_runs/${id}/nodes/paint/decision`, { json });

test('answers go into the same task, and a worker that dies with one sends it once', async () => {
  const then = [{ echo: true }, { hold: 'brush' }, { end: 'COMPLETED' }];
  const id = await start([
    { ask: 'INPUT_REQUIRED', say: 'Which colour?', then: [{ ask: 'AUTH_REQUIRED', say: 'Open the shed.', then }] },
  ]);
  const gate = await asked(id, 'Which colour?');
  expect(gate).toMatchObject({ role: 'operator', form: { required: ['answer'] }, show: { state: 'input_required' } });
  expect((await decide(id, { decision: 'approve' })).status).toBe(422);
  expect((await decide(id, { decision: 'approve', form: { answer: 'blue' } })).status).toBe(200);
  const next = await asked(id, 'Open the shed.');
  expect(next.evidence).not.toBe(gate.evidence);
  expect((await decide(id, { decision: 'approve', evidence: gate.evidence, form: { answer: 'x' } })).body.code).toBe(
    'EVIDENCE_CHANGED',
  );
  expect((await decide(id, { decision: 'approve', form: { answer: 'it is open' } })).status).toBe(200);
  await until(async () => agent.answers.length === 2);
  heddle.kill('worker');
  agent.release('brush');
  await until(async () => (await run(id)).status === 'completed');
  expect((await run(id)).output).toBe('it is open');
  expect(agent.tasks).toHaveLength(1);
  expect(agent.answers.map(({ task, said }) => [task, said])).toEqual([
    [agent.tasks[0], 'blue'],
    [agent.tasks[0], 'it is open'],
  ]);
});

test('a denial cancels the remote task and fails the node', async () => {
  const id = await start([{ ask: 'INPUT_REQUIRED', say: 'May I?', then: [{ end: 'COMPLETED' }] }]);
  await asked(id, 'May I?');
  expect((await decide(id, { decision: 'deny', comment: 'not today' })).status).toBe(200);
  await until(async () => (await run(id)).status === 'failed');
  expect((await run(id)).error).toMatchObject({ code: 'GATE_DENIED', message: expect.stringContaining('not today') });
  expect(agent.cancelled).toEqual([agent.tasks.at(-1)]);
});
