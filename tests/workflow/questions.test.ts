import { comparable } from '../../core/engine/view.js';
import type { GateOpening, Work } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import { scriptedAgentCall } from '../support/scripted.js';
import { SHAPES } from '../support/shapes.js';
import { openStage, type Stage } from '../support/workflow.js';

/** Questions of a remote agent, in the real interpreter: history tells all of it (P1). */
let stage: Stage;
const [calls, gates]: [Work[], GateOpening[]] = [[], []];
beforeAll(async () => {
  stage = await openStage({
    agent_call(work) {
      calls.push(work);
      return scriptedAgentCall(work);
    },
    open_gate(gate) {
      gates.push(gate);
      return Promise.resolve({ evidence: 'sha256:shown' });
    },
  });
});
afterAll(() => stage.close());

async function play(name: string): Promise<RunHeader> {
  const { plan, act } = SHAPES.find((shape) => shape.name === name)!;
  const header = await stage.start(plan);
  await act!(stage, header.id);
  await stage.client.workflow
    .getHandle(header.id)
    .result()
    .catch(() => undefined);
  const query = await stage.client.workflow.getHandle(header.id).query('view');
  expect(comparable(await stage.engine.view(header))).toEqual(comparable(query as never));
  return header;
}
const effectsOf = ({ id }: RunHeader) => calls.filter(({ run }) => run.id === id).map(({ effect }) => effect);

test('two questions are two rounds of a gate, and each answer an effect in the same task', async () => {
  const header = await play('agent-asks-twice');
  const view = await stage.engine.view(header);
  expect(view).toMatchObject({ status: 'completed', nodes: [{ output: { text: 'a1' } }, {}] });
  const effect = `${header.id}/gate/0`;
  expect(effectsOf(header)).toEqual([effect, `${effect}/answer/1`, `${effect}/answer/2`]);
  const asked = gates.filter(({ run }) => run.id === header.id);
  expect(asked.map(({ title, round }) => [title, round])).toEqual([
    ['http://asking asks: question 0', undefined],
    ['http://asking asks: question 1', 1],
  ]);
  const types = (await stage.engine.events(header)).filter((event) => 'node_key' in event && event.node_key === 'gate');
  expect(types.map(({ type }) => type)).toEqual([
    ...['node.queued', 'node.running', 'node.waiting', 'gate.opened', 'gate.decided', 'node.running'],
    ...['node.waiting', 'gate.opened', 'gate.decided', 'node.running', 'node.completed'],
  ]);
});

test('a denial is told to the agent, and fails the node', async () => {
  const header = await play('agent-asks-and-is-denied');
  expect(await stage.engine.view(header)).toMatchObject({ status: 'failed', error: { code: 'GATE_DENIED' } });
  expect(calls.at(-1)!.config).toMatchObject({ cancel: true, reply_to: { task_id: 't1' } });
});
