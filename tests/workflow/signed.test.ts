import type { Decision } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import { foldAgrees } from '../support/agree.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

/** Whoever reaches Temporal, but not a key, decides nothing. */
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({});
});
afterAll(() => stage.close());

const gate = { key: 'g', type: 'human_gate' as const, config: { title: 'Pay?' } };
const plan = planOf([gate, { key: 'after' }], [{ from: 'g', to: 'after' }]);
const yes = (more: Partial<Decision> = {}): Decision => ({
  ...{ node: 'g', decision: 'approve', actor: 'user:ann', roles: ['admin'], at: new Date().toISOString(), ...more },
});
const handle = ({ id }: RunHeader) => stage.client.workflow.getHandle(id);
const view = (header: RunHeader) => stage.signing.view(header);
const agree = (header: RunHeader) => foldAgrees(stage, header);
async function atTheGate(): Promise<RunHeader> {
  const header = await stage.start(plan, {}, stage.signing);
  await until(async () => (await view(header)).status === 'waiting');
  return header;
}

test('an Update without the API’s signature is refused in the workflow, and so is one that was changed or meant for another run', async () => {
  const [header, other] = await Promise.all([atTheGate(), atTheGate()]);
  await expect(stage.engine.decide(header.id, yes())).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('is signed by the API'),
  });
  const signed = stage.signing.signed(header.id, yes());
  for (const [run, decision] of [
    [header.id, { ...signed, actor: 'user:eve' }],
    [other.id, signed],
  ] as const)
    await expect(stage.engine.decide(run, decision)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await stage.engine.decide(header.id, signed);
  await handle(header).result();
  await agree(header);
  expect((await view(header)).nodes[0]).toMatchObject({ output: { decided_by: 'user:ann' } });
  await handle(other).terminate();
});

test('a signal counts with a signature, and changes nothing without', async () => {
  const header = await atTheGate();
  await handle(header).signal('decide');
  await handle(header).signal('decide', 'what?');
  await handle(header).signal('decide', yes({ decision: 'deny' }));
  await handle(header).signal('decide', { ...stage.signing.signed(header.id, yes()), decision: 'deny' });
  await agree(header);
  expect((await view(header)).status).toBe('waiting');
  await handle(header).signal('decide', stage.signing.signed(header.id, yes()));
  await handle(header).result();
  await agree(header);
  expect(await view(header)).toMatchObject({ status: 'completed' });
});

test('acts are signed alike, and one that was taken can’t be sent again', async () => {
  const header = await atTheGate();
  const pause = { act: 'pause', actor: 'user:ann', reason: 'lunch', at: new Date().toISOString() } as const;
  await expect(stage.engine.act(header.id, pause)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await stage.signing.act(header.id, pause);
  await stage.signing.act(header.id, { ...pause, act: 'resume' });
  await expect(stage.signing.act(header.id, pause)).rejects.toMatchObject({ code: 'RUN_STATE' });
  await agree(header);
  await stage.signing.decide(header.id, yes());
  await handle(header).result();
  await agree(header);
});

test('a child run asks for signatures as its parent does', async () => {
  const child = { plan, run: { id: '', org: 'org_test', workflow: 'child', version: 1 }, input: {} };
  const own = await openStage({
    start_subworkflow: async ({ child: id }) => ({ ...child, run: { ...child.run, id } }) as never,
  });
  try {
    const parent = planOf([{ key: 'sub', type: 'subworkflow', config: { workflow: 'child' } }], []);
    const header = await own.start(parent, {}, own.signing);
    const id = `${header.id}.sub`;
    await until(() =>
      own.engine.decide(id, yes()).then(
        () => false,
        ({ code }: { code?: string }) => code === 'FORBIDDEN',
      ),
    );
    await until(() =>
      own.signing.decide(id, yes()).then(
        () => true,
        () => false,
      ),
    );
    await own.client.workflow.getHandle(header.id).result();
  } finally {
    await own.close();
  }
});
