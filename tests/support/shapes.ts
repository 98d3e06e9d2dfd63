import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import { forked } from '../../core/engine/fork.js';
import { redriven } from '../../core/engine/redrive.js';
import type { Stage } from './workflow.js';
import { until } from './workflow.js';
import { planOf, undoOf } from './plans.js';

/** One run of each shape that the interpreter knows: recorded once per release, replayed for ever. */
export interface Shape {
  name: string;
  plan: Plan;
  input?: Json;
  /** It takes only decisions and acts that are signed. */
  signed?: boolean;
  /** What happens to the run from outside. */
  act?: (stage: Stage, runId: string) => Promise<void>;
}

const retry = { max_attempts: 3, initial_interval_ms: 10, backoff: 2, max_interval_ms: 100, non_retryable: [] };
const body = {
  type: 'transform',
  config: { value: '${ item }' },
  retry,
  timeout: { attempt_ms: 10_000, heartbeat_ms: 5_000 },
};
const waiting = (stage: Stage, id: string) =>
  until(async () => (await stage.engine.view(await headerOf(stage, id))).status === 'waiting');
const headerOf = async (stage: Stage, id: string) => stage.headers.get(id)!;
const gate = { key: 'gate', type: 'human_gate' as const, config: { title: 'Go?', role: 'approver' } };
const decision = { node: 'gate', actor: 'user:ann', roles: ['approver'], at: '2026-01-01T00:00:00.000Z' };

const person = { actor: 'user:ann', reason: 'to see it work', at: '2026-01-01T00:00:00.000Z' };
const reaches = (stage: Stage, id: string, status: string) =>
  until(async () => (await stage.engine.view(await headerOf(stage, id))).status === status);
const quorum = {
  key: 'gate',
  type: 'human_gate' as const,
  config: {
    title: 'Go?',
    policy: {
      quorum: [
        { group: 'finance', count: 2 },
        { group: 'legal', count: 1 },
      ],
      exclude: ['starter'],
    },
  } as Json,
};
/** Refused until the evidence is written down. */
const yes = (stage: Stage, id: string, who: string, group: string, more: { on_behalf_of?: string } = {}) =>
  stage.engine
    .decide(id, {
      ...{ ...decision, actor: `user:${who}`, groups: [group], evidence: 'sha256:shown', decision: 'approve' },
      ...more,
    })
    .catch((err: { code?: string }) => {
      if (err.code !== 'EVIDENCE_CHANGED') throw err;
      return false as const;
    });

/** An agent that asks twice (scripted.ts), and somebody who answers. */
const asking = {
  agent: 'http://asking',
  message: 'paint',
  stream: false,
  poll_interval_ms: 1,
  questions: { role: 'approver' },
};
const answered = (stage: Stage, id: string, round: number) =>
  until(() =>
    stage.engine.decide(id, { ...decision, decision: 'approve', round, form: { answer: `a${round}` } }).then(
      () => true,
      (err: { code?: string }) => {
        if (err.code !== 'GATE_CLOSED' && err.code !== 'NOT_FOUND') throw err;
        return false as const;
      },
    ),
  );

/** What a node of that shape puts out. */
export const LONG = 'x'.repeat(15_000);

const hour = { type: 'wait' as const, config: { duration: '1h' } };

export const SHAPES: Shape[] = [
  {
    name: 'chain',
    plan: planOf(
      [{ key: 'a' }, { key: 'b' }, { key: 'c' }],
      [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
      {},
      '${ nodes.c.output }',
    ),
  },
  {
    name: 'diamond-with-condition',
    plan: planOf(
      [{ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'j' }],
      [
        { from: 'a', to: 'b' },
        { from: 'a', to: 'c', condition: "nodes.a.output.from == 'x'", reads: ['a'] },
        { from: 'b', to: 'j' },
        { from: 'c', to: 'j' },
      ],
    ),
  },
  {
    name: 'first-of-two-cancels-the-other',
    plan: planOf(
      [
        { key: 'a' },
        { key: 'slow', type: 'wait', config: { duration: '1h' } },
        { key: 'j', join: 'any', losers: 'cancel' },
      ],
      [
        { from: 'a', to: 'j' },
        { from: 'slow', to: 'j' },
      ],
    ),
  },
  { name: 'retries', plan: planOf([{ key: 'flaky', config: { do: 'flaky', times: 2 }, retry }], []) },
  {
    name: 'fused-then-tried-again',
    plan: planOf(
      [{ key: 'a' }, { key: 'flaky', config: { tool: 'function', do: 'flaky', times: 2 }, retry }, { key: 'b' }],
      [
        { from: 'a', to: 'flaky' },
        { from: 'flaky', to: 'b' },
      ],
    ),
  },
  {
    name: 'failure-stops-the-run',
    plan: planOf([{ key: 'broken', config: { do: 'fail' } }, { key: 'after' }], [{ from: 'broken', to: 'after' }]),
  },
  {
    name: 'failure-is-routed',
    plan: planOf(
      [{ key: 'broken', config: { do: 'fail' }, on_error: 'continue' }, { key: 'mend' }, { key: 'skipped' }],
      [
        { from: 'broken', to: 'mend', on: 'failure' },
        { from: 'broken', to: 'skipped' },
      ],
    ),
  },
  { name: 'wait', plan: planOf([{ key: 'w', type: 'wait', config: { duration: '20ms' } }], []) },
  {
    name: 'run-timeout',
    plan: planOf([{ key: 'w', type: 'wait', config: { duration: '1h' } }], [], { timeout_ms: 50 }),
  },
  {
    name: 'gate-approved-by-update',
    plan: planOf([gate, { key: 'after' }], [{ from: 'gate', to: 'after' }]),
    act: async (stage, id) => {
      await waiting(stage, id);
      await stage.engine.decide(id, { ...decision, decision: 'approve' });
    },
  },
  {
    name: 'gate-denied-by-signal',
    plan: planOf([gate], []),
    act: async (stage, id) => {
      await waiting(stage, id);
      await stage.client.workflow.getHandle(id).signal('decide', { ...decision, decision: 'deny' });
    },
  },
  {
    name: 'gate-signed',
    plan: planOf([gate, { key: 'after' }], [{ from: 'gate', to: 'after' }]),
    signed: true,
    act: async (stage, id) => {
      await waiting(stage, id);
      const [now, by] = [{ at: new Date().toISOString() }, stage.client.workflow.getHandle(id)];
      await by.signal('decide', { ...decision, ...now, decision: 'deny' }); // by nobody
      await stage.signing.act(id, { ...person, ...now, act: 'pause' });
      await stage.signing.act(id, { ...person, ...now, act: 'resume' });
      await by.signal('decide', stage.signing.signed(id, { ...decision, ...now, decision: 'approve' }));
    },
  },
  {
    name: 'agent-asks-twice',
    plan: planOf(
      [{ key: 'gate', type: 'agent_call', config: asking }, { key: 'after' }],
      [{ from: 'gate', to: 'after' }],
    ),
    act: async (stage, id) => {
      for (const round of [0, 1]) await answered(stage, id, round);
    },
  },
  {
    name: 'agent-asks-and-is-denied',
    plan: planOf([{ key: 'gate', type: 'agent_call', config: asking }], []),
    act: async (stage, id) => {
      await waiting(stage, id);
      await stage.engine.decide(id, { ...decision, decision: 'deny' });
    },
  },
  {
    name: 'repair-held-then-tried-again',
    plan: planOf(
      [{ key: 'flaky', config: { do: 'flaky', times: 1 }, on_error: 'hold' }, { key: 'after' }],
      [{ from: 'flaky', to: 'after' }],
    ),
    act: async (stage, id) => {
      await reaches(stage, id, 'held');
      await stage.engine.act(id, { ...person, act: 'retry_node', node: 'flaky', attempts: 1 });
    },
  },
  {
    name: 'repair-paused-set-and-skipped',
    plan: planOf(
      [
        { key: 'w', type: 'wait', config: { duration: '1h' } },
        { key: 'a' },
        { key: 'v', type: 'wait', config: { duration: '1h' } },
        { key: 'b' },
      ],
      [
        { from: 'w', to: 'a' },
        { from: 'v', to: 'b' },
      ],
    ),
    act: async (stage, id) => {
      await waiting(stage, id);
      await stage.engine.act(id, { ...person, act: 'pause' });
      await stage.engine.act(id, { ...person, act: 'set_output', node: 'w', output: { by: 'hand' } });
      await stage.engine.act(id, { ...person, act: 'pause', node: 'a' });
      await stage.engine.act(id, { ...person, act: 'resume' });
      await stage.engine.act(id, { ...person, act: 'skip_node', node: 'v' });
      await stage.engine.act(id, { ...person, act: 'resume', node: 'a' });
    },
  },
  {
    // A wait has been passed by hand, and then what it followed from is done again; in the end the run goes on by another plan.
    name: 'repair-done-again-and-amended',
    plan: planOf(
      [{ key: 'a' }, { key: 'b', config: { input: '${ nodes.a.output }' }, reads: ['a'] }, { key: 'w', ...hour }],
      [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'w' },
      ],
    ),
    act: async (stage, id) => {
      await waiting(stage, id);
      await stage.engine.act(id, { ...person, act: 'set_output', node: 'a', output: { by: 'hand' } });
      await waiting(stage, id);
      await stage.engine.act(id, { ...person, act: 'retry_node', node: 'b' });
      await waiting(stage, id);
      const plan = planOf(
        [
          { key: 'a' },
          { key: 'b', config: { input: '${ nodes.a.output }' }, reads: ['a'] },
          { key: 'w', ...hour },
          { key: 'c' },
        ],
        [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'w' },
          { from: 'b', to: 'c' },
        ],
      ) as unknown as Json;
      const changes = { added: ['c'], removed: [], changed: [] };
      await stage.engine.act(id, { ...person, act: 'amend', amendment: 'am_1', changes, plan });
      await stage.engine.act(id, { ...person, act: 'set_output', node: 'w', output: {} });
    },
  },
  {
    name: 'gate-quorum',
    plan: planOf([quorum, { key: 'after' }], [{ from: 'gate', to: 'after' }]),
    act: async (stage, id) => {
      await waiting(stage, id);
      for (const [who, group] of [
        ['ann', 'finance'],
        ['bob', 'finance'],
        ['lea', 'legal'],
      ] as const)
        await until(() => yes(stage, id, who, group));
    },
  },
  {
    name: 'gate-decided-for-another',
    plan: planOf([quorum, { key: 'after' }], [{ from: 'gate', to: 'after' }]),
    act: async (stage, id) => {
      await waiting(stage, id);
      await until(() => yes(stage, id, 'ann', 'finance'));
      await until(() => yes(stage, id, 'tom', 'finance', { on_behalf_of: 'user:bob' }));
      await until(() => yes(stage, id, 'max', 'legal', { on_behalf_of: 'user:lea' }));
    },
  },
  {
    name: 'gate-deadline-reminds-escalates-denies',
    plan: planOf(
      [
        {
          ...quorum,
          config: {
            ...(quorum.config as object),
            deadline: { after_ms: 400, remind_ms: [50], escalate: { after_ms: 200, to: 'board' }, then: 'deny' },
          },
        },
      ],
      [],
    ),
  },
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
  {
    name: 'cancelled',
    plan: planOf([gate], []),
    act: async (stage, id) => {
      await waiting(stage, id);
      await stage.engine.cancel(id);
    },
  },
  {
    name: 'map-small',
    plan: planOf(
      [{ key: 'm', type: 'map', config: { over: '${ input.list }', concurrency: 2, batch: 1, do: body } as Json }],
      [],
    ),
    input: { list: [1, 2, 3] },
  },
  {
    name: 'map-in-batches',
    plan: planOf(
      [
        {
          key: 'm',
          type: 'map',
          config: { over: '${ input.list }', concurrency: 4, batch: 2, tolerate: { count: 1 }, do: body } as Json,
        },
      ],
      [],
    ),
    input: { list: [1, 2, 3, 4, 5] },
  },
  {
    name: 'map-in-a-child',
    plan: planOf(
      [{ key: 'm', type: 'map', config: { over: '${ input.list }', concurrency: 100, batch: 50, do: body } as Json }],
      [],
    ),
    input: { list: Array.from({ length: 300 }, (_, i) => i) },
  },
  {
    name: 'reads-inside-an-artifact',
    plan: planOf(
      [
        { key: 'big', config: { do: 'big' } },
        { key: 'look', type: 'transform', config: { value: '${ nodes.big.output.inner }' }, reads: ['big'] },
        { key: 'yes' },
      ],
      [
        { from: 'big', to: 'look' },
        { from: 'look', to: 'yes', condition: 'nodes.big.output.n > 1', reads: ['big'] },
      ],
    ),
  },
  {
    name: 'subworkflow',
    plan: planOf(
      [{ key: 'sub', type: 'subworkflow', config: { workflow: 'inner', input: { n: 1 } } }],
      [],
      {},
      '${ nodes.sub.output }',
    ),
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

const undo = (act?: string) => undoOf({ reads: ['a'], config: { do: act ?? '', of: '${ nodes.a.output.from }' } });

SHAPES.push(
  {
    name: 'compensation-held-then-skipped',
    plan: planOf(
      [
        { key: 'a', config: { tool: 'function' }, compensate: undo() },
        { key: 'b', compensate: undo('fail') },
        { key: 'c', config: { do: 'fail' }, compensate: undo() },
      ],
      [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
    ),
    async act(stage, id) {
      await reaches(stage, id, 'held');
      await stage.engine.act(id, { ...person, act: 'skip_node', node: 'b' });
    },
  },
  {
    name: 'compensation-cancelled-at-a-gate',
    plan: planOf([{ key: 'a', compensate: undo() }, gate], [{ from: 'a', to: 'gate' }]),
    async act(stage, id) {
      await waiting(stage, id);
      await stage.engine.cancel(id);
    },
  },
  {
    name: 'compensation-of-a-map',
    plan: planOf(
      [
        {
          key: 'a',
          type: 'map',
          config: { over: '${ input.list }', concurrency: 2, batch: 1, do: body } as Json,
          compensate: undoOf({ reads: ['a'], config: { of: '${ nodes.a.output.items[index] }' } }),
        },
        { key: 'b', config: { do: 'fail' } },
      ],
      [{ from: 'a', to: 'b' }],
    ),
    input: { list: [1, 2, 3] },
  },
  {
    name: 'once-tried-again-then-unknown',
    plan: planOf(
      [
        { key: 'flaky', config: { do: 'flaky', times: 1, idempotent: false }, retry },
        { key: 'lost', config: { do: 'unknown', idempotent: false }, retry },
      ],
      [{ from: 'flaky', to: 'lost' }],
    ),
    async act(stage, id) {
      await reaches(stage, id, 'held');
      await stage.engine.act(id, { ...person, act: 'set_output', node: 'lost', output: { by: 'hand' } });
    },
  },
);

export const INNER = planOf([{ key: 'a' }], [], {}, '${ nodes.a.output.from }');

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
