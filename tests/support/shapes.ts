import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import type { Stage } from './workflow.js';
import { until } from './workflow.js';
import { planOf } from './plans.js';

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
const yes = (stage: Stage, id: string, who: string, group: string) =>
  stage.engine
    .decide(id, { ...decision, actor: `user:${who}`, groups: [group], evidence: 'sha256:shown', decision: 'approve' })
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
  {
    // Regions bring back no more than so much at a time.
    name: 'one-region-after-another',
    plan: planOf(
      Array.from({ length: 40 }, (_, i) => ({ key: `n${i}`, config: { tool: 'function', do: 'long' } })),
      [],
    ),
  },
];

export const INNER = planOf([{ key: 'a' }], [], {}, '${ nodes.a.output.from }');
