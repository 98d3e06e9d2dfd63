import type { Decision, GateNote } from '../../core/contract/work.js';
import type { RunHeader } from '../../core/events/view.js';
import { foldAgrees } from '../support/agree.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

const SHOWN = 'sha256:shown';
let stage: Stage;
const notes: GateNote[] = [];
beforeAll(async () => {
  stage = await openStage({
    open_gate: async () => ({ evidence: SHOWN }),
    note_gate: async (note) => void notes.push(note),
  });
});
afterAll(() => stage.close());

const vote = (actor: string, groups: string[], decision: Decision['decision'] = 'approve'): Decision => ({
  ...{ node: 'g', decision, actor: `user:${actor}`, roles: ['approver'], groups },
  ...{ evidence: SHOWN, at: '2026-01-01T00:00:00.000Z' },
});
const gate = (config: object) =>
  planOf(
    [{ key: 'g', type: 'human_gate', config: { title: 'Pay?', ...config } }, { key: 'after' }],
    [{ from: 'g', to: 'after' }],
  );
const quorum = {
  policy: {
    quorum: [
      { group: 'finance', count: 2 },
      { group: 'legal', count: 1 },
    ],
    exclude: ['starter'],
  },
};
const view = (header: RunHeader) => stage.engine.view(header);
const ended = ({ id }: RunHeader) =>
  stage.client.workflow
    .getHandle(id)
    .result()
    .catch(() => undefined);
const agree = (header: RunHeader) => foldAgrees(stage, header);
/** Its evidence is known once the inbox has it. */
const asked = (header: RunHeader) =>
  until(() =>
    stage.engine.decide(header.id, vote('nobody', [])).then(
      () => false,
      (err: { code?: string }) => err.code === 'FORBIDDEN',
    ),
  );

test('a quorum of two groups, by Update and by signal; whoever is not asked is refused, and two at once are told apart', async () => {
  const header = await stage.start(gate(quorum));
  await asked(header);
  await stage.engine.decide(header.id, vote('ann', ['finance']));
  await expect(stage.engine.decide(header.id, vote('ann', ['finance']))).rejects.toMatchObject({ code: 'GATE_CLOSED' });
  await expect(
    stage.engine.decide(header.id, { ...vote('bob', ['finance']), evidence: 'sha256:old' }),
  ).rejects.toMatchObject({
    code: 'EVIDENCE_CHANGED',
    details: { decided: 'sha256:old' },
  });
  await stage.client.workflow.getHandle(header.id).signal('decide', vote('bob', ['finance']));
  await stage.client.workflow.getHandle(header.id).signal('decide', vote('tom', ['sales'])); // is not asked, and changes nothing
  await until(async () => (await view(header)).nodes[0]!.why === 'waits for 1 of group legal');
  await agree(header);
  expect(notes.filter(({ run }) => run.id === header.id).at(-1)).toMatchObject({
    waits_for: 'waits for 1 of group legal',
  });
  const both = await Promise.allSettled([
    stage.engine.decide(header.id, vote('lea', ['legal'])),
    stage.engine.decide(header.id, vote('max', ['legal'], 'deny')),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await ended(header);
  await agree(header);
  const types = (await stage.engine.events(header)).map(({ type }) => type);
  expect(types.filter((type) => type === 'gate.voted')).toHaveLength(2);
  expect(types.filter((type) => type === 'gate.decided')).toHaveLength(1);
});

test('in the place of others: the validator seats them, and refuses whoever has a part already; history says both', async () => {
  const header = await stage.start(gate(quorum));
  await asked(header);
  const forAnn = { ...vote('tom', ['finance']), on_behalf_of: 'user:ann' };
  await expect(stage.engine.decide(header.id, { ...forAnn, on_behalf_of: header.starter })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    details: { excluded: 'starter' },
  });
  await stage.engine.decide(header.id, forAnn);
  for (const second of [forAnn, vote('ann', ['finance']), vote('tom', ['legal'])])
    await expect(stage.engine.decide(header.id, second)).rejects.toMatchObject({ code: 'GATE_CLOSED' });
  await stage.client.workflow
    .getHandle(header.id)
    .signal('decide', { ...vote('kim', ['finance']), on_behalf_of: 'user:ann' }); // ann has a seat: it changes nothing
  await agree(header);
  await stage.client.workflow
    .getHandle(header.id)
    .signal('decide', { ...vote('max', ['legal']), on_behalf_of: 'user:lea' });
  await until(async () => (await view(header)).nodes[0]!.why === 'waits for 1 of group finance'); // or both may come at once
  await stage.engine.decide(header.id, vote('bob', ['finance']));
  await ended(header);
  await agree(header);
  const events = await stage.engine.events(header);
  expect(events.filter(({ type }) => type.startsWith('gate.')).map((event) => event.data)).toMatchObject([
    {},
    { actor: 'user:tom', on_behalf_of: 'user:ann' },
    { actor: 'user:max', on_behalf_of: 'user:lea' },
    { actor: 'user:bob' },
  ]);
});

test('a deadline reminds, escalates and then denies; history tells each', async () => {
  const deadline = { after_ms: 4_000, remind_ms: [100], escalate: { after_ms: 300, to: 'board' }, then: 'deny' };
  const header = await stage.start(gate({ ...quorum, deadline }));
  await ended(header);
  await agree(header);
  expect(await view(header)).toMatchObject({ status: 'failed', error: { code: 'GATE_DENIED' } });
  const events = await stage.engine.events(header);
  // On a busy machine both may come in one workflow task.
  const told = events.flatMap((event) =>
    event.type === 'gate.reminded' ? [(event.data as { escalated: boolean }).escalated] : [],
  );
  expect(new Set(told)).toEqual(new Set([false, true]));
});

test('a deadline that nobody met takes the way that the graph has for it, and the run completes', async () => {
  const deadline = { after_ms: 100, remind_ms: [], then: 'fail' };
  const plan = planOf(
    [
      { key: 'g', type: 'human_gate', on_error: 'continue', config: { title: 'Pay?', ...quorum, deadline } },
      { key: 'pay' },
      { key: 'tell' },
    ],
    [
      { from: 'g', to: 'pay' },
      { from: 'g', to: 'tell', on: 'failure' },
    ],
  );
  const header = await stage.start(plan);
  await ended(header);
  await agree(header);
  const { status, nodes } = await view(header);
  expect([status, ...nodes.map((node) => node.status)]).toEqual(['completed', 'failed', 'skipped', 'completed']);
  expect(nodes[0]!.error).toMatchObject({ code: 'GATE_EXPIRED' });
});

test('a gate that was denied and held is asked once more', async () => {
  const plan = gate(quorum);
  plan.nodes[0]!.on_error = 'hold';
  const header = await stage.start(plan);
  await asked(header);
  await stage.engine.decide(header.id, vote('lea', ['legal'], 'deny'));
  await until(async () => (await view(header)).status === 'held');
  const by = { actor: 'user:op', reason: 'they agree now', at: '2026-01-01T00:00:00.000Z' };
  await stage.engine.act(header.id, { ...by, act: 'retry_node', node: 'g' });
  await asked(header);
  await agree(header);
  for (const [who, groups] of [
    ['lea', ['legal']],
    ['ann', ['finance']],
    ['bob', ['finance']],
  ] as const)
    await stage.engine.decide(header.id, vote(who, [...groups]));
  await ended(header);
  await agree(header);
  expect((await view(header)).status).toBe('completed');
});
