import { carryOut, type FireKind } from '../support/fires.js';
import { scriptedActivities } from '../support/scripted.js';
import { openStage, type Stage } from '../support/workflow.js';

let stage: Stage;
beforeAll(async () => (stage = await openStage(scriptedActivities())));
afterAll(() => stage.close());

const statusOf = async (id: string) => (await stage.client.workflow.getHandle(id).describe()).status.name;

test.each([
  // a fire     its workflow   its run
  ['completed', 'COMPLETED', 'COMPLETED'],
  ['failed', 'FAILED', 'FAILED'],
  ['cancelled', 'CANCELLED', 'CANCELLED'],
] as [FireKind, string, string][])('a fire whose run is %s is %s', async (kind, fire, run) => {
  const id = await carryOut(stage, kind);
  expect([await statusOf(id), await statusOf(`run_of_${id}`)]).toEqual([fire, run]);
});

test('a fire whose run another execution has started is over at once, and starts nothing', async () => {
  const id = await carryOut(stage, 'taken');
  expect(await statusOf(id)).toBe('COMPLETED');
  expect(await stage.engine.stateOf(`run_of_${id}`)).toBe('unknown');
});
