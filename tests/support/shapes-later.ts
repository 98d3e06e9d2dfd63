import type { Json } from '../../core/json.js';
import { forked } from '../../core/engine/fork.js';
import { redriven } from '../../core/engine/redrive.js';
import { type Stage, until } from './workflow.js';
import { planOf } from './plans.js';
import { body, headerOf, gate, decision, person, waiting, type Shape } from './shape-parts.js';

/** Of runs that are taken up, that need places, that are undone, and of calls that must not go out twice. */
export const LATER_SHAPES: Shape[] = [
  {
    name: 'events-early-repeated-and-timed-out',
    plan: planOf(
      [
        { key: 'before', type: 'wait', config: { duration: '1h' } },
        { key: 'paid', type: 'wait', config: { event: 'payment', key: '42', then: 'fail' } },
        { key: 'sent', type: 'wait', config: { event: 'parcel', timeout_ms: 50, then: 'continue' } },
        { key: 'again', type: 'wait', config: { event: 'payment', key: '42', then: 'fail' } },
      ],
      [
        { from: 'before', to: 'paid' },
        { from: 'paid', to: 'sent' },
        { from: 'sent', to: 'again' },
      ],
      {},
      '${ nodes.again.output }',
    ),
    act: async (stage, id) => {
      const payment = { name: 'payment', key: '42', data: { amount: 7 }, id: 'evt_1', sent_at: person.at };
      await waiting(stage, id);
      await stage.engine.deliver(id, payment);
      await stage.engine.deliver(id, payment);
      await stage.engine.act(id, { ...person, act: 'set_output', node: 'before', output: null });
      await stage.client.workflow.getHandle(id).signal('deliver', { name: 'payment', key: '42' });
    },
  },
  {
    name: 'events-signals-held-against-a-schema',
    plan: planOf(
      [{ key: 'paid', type: 'wait', config: { event: 'payment', then: 'fail', schema: { type: 'object' } } }],
      [],
    ),
    act: async (stage, id) => {
      await waiting(stage, id);
      const handle = stage.client.workflow.getHandle(id);
      await handle.signal('deliver', { name: 'payment', data: 'text' });
      await handle.signal('deliver', { name: 'payment', data: { amount: 7 } });
    },
  },
  {
    name: 'events-first-of-several',
    plan: planOf(
      [
        { key: 'paid', type: 'wait', config: { event: 'payment', then: 'fail' } },
        { key: 'late', type: 'wait', config: { duration: '1h' } },
        { ...gate, key: 'by_hand' },
        { key: 'first', join: 'any', losers: 'cancel' },
        { key: 'rest', type: 'wait', config: { duration: '200ms' } },
      ],
      [
        { from: 'paid', to: 'first' },
        { from: 'late', to: 'first' },
        { from: 'by_hand', to: 'first' },
        { from: 'first', to: 'rest' },
      ],
    ),
    act: async (stage, id) => {
      await waiting(stage, id);
      const payment = { name: 'payment', key: '', data: null, id: 'evt_1', sent_at: person.at };
      await stage.engine.deliver(id, payment);
    },
  },
  ...(['redriven', 'forked'] as const).map(
    (name): Shape => ({
      name,
      plan: planOf(
        [
          { key: 'a', fuse: 'never' },
          { key: 'flaky', fuse: 'never', config: { do: 'flaky', times: 1 } },
          { key: 'gate', type: 'human_gate', config: { title: 'Go?', role: 'approver' } },
          { key: 'sub', type: 'subworkflow', config: { workflow: 'inner' } },
          { key: 'last' },
        ],
        [
          { from: 'a', to: 'flaky' },
          { from: 'a', to: 'gate' },
          { from: 'flaky', to: 'sub' },
          { from: 'sub', to: 'last' },
        ],
        { timeout_ms: 600_000 },
        '${ nodes.last.output }',
      ),
      act: (stage, id) => takeUp(stage, id, name),
    }),
  ),
  {
    name: 'limits-of-nodes-and-of-the-run',
    plan: planOf(
      [
        { key: 'a', limits: [{ name: 'recorded', key: '${ input.who }' }, { name: 'recorded-too' }] },
        {
          key: 'b',
          limits: [{ name: 'recorded', key: '${ input.who }' }],
          on_error: 'continue',
          config: { do: 'fail' },
        },
        {
          ...{ key: 'm', type: 'map', limits: [{ name: 'recorded-too' }] },
          config: { over: '${ input.list }', concurrency: 3, batch: 1, do: body } as Json,
        },
      ],
      [],
      { limit: { name: 'recorded', key: 'runs' }, priority: 2 },
    ),
    input: { who: 'ann', list: [1, 2, 3] },
  },
  {
    // Paused while it waits behind another run, it gives its turn back and asks again.
    name: 'limits-given-back-and-asked-anew',
    plan: planOf(
      [
        gate,
        { key: 'a', limits: [{ name: 'held' }], on_error: 'hold', config: { do: 'fail' } },
        { key: 'b', limits: [{ name: 'held' }] },
      ],
      [{ from: 'gate', to: 'b' }],
    ),
    act: async (stage, id) => {
      await until(async () => (await stage.engine.view(await headerOf(stage, id))).nodes[1]!.status === 'held');
      await stage.engine.act(id, { ...person, act: 'pause', node: 'b' });
      await stage.engine.decide(id, { ...decision, decision: 'approve' });
      await stage.engine.act(id, { ...person, act: 'retry_node', node: 'a' });
      await until(async () => (await stage.engine.view(await headerOf(stage, id))).nodes[1]!.status === 'held');
      await stage.engine.act(id, { ...person, act: 'resume', node: 'b' });
      await stage.engine.act(id, { ...person, act: 'set_output', node: 'a', output: { by: 'hand' } });
    },
  },
  {
    // Regions bring back no more than so much at a time.
    name: 'one-region-after-another',
    plan: planOf(
      Array.from({ length: 40 }, (_, i) => ({ key: `n${i}`, config: { tool: 'function', do: 'long' } })),
      [],
    ),
  },
];

/** The recorded run is the one that takes up the first one's past, under the same id. */
async function takeUp(stage: Stage, id: string, how: 'redriven' | 'forked'): Promise<void> {
  await stage.client.workflow
    .getHandle(id)
    .result()
    .catch(() => undefined);
  const header = await headerOf(stage, id);
  const past = await stage.engine.recall(header, (await stage.engine.history(header)) as never);
  const run = { ...past.walk.start.run };
  const taken_up =
    how === 'redriven'
      ? redriven(past, person, 1)
      : forked(past, { ...person, from: 'flaky', output: { from: 'a person' } }, { run, scope: past.walk.start.scope });
  // One id for both, so that there is one history to record: a fork of its own would have another.
  if (how === 'forked') await stage.client.workflowService.deleteWorkflowExecution(executionOf(id));
  if (how === 'forked') await until(async () => (await stage.engine.stateOf(id)) === 'unknown');
  await stage.engine.start({ header, plan: past.walk.plan, input: {}, taken_up });
  await until(() => stage.engine.decide(id, { ...decision, decision: 'approve' }).then(Boolean, () => false));
}

const executionOf = (workflowId: string) => ({ namespace: 'default', workflowExecution: { workflowId } });
