import type { Json } from '../../core/json.js';
import { until } from './workflow.js';
import { planOf, undoOf } from './plans.js';
import {
  retry,
  body,
  waiting,
  gate,
  decision,
  person,
  reaches,
  quorum,
  yes,
  asking,
  answered,
  hour,
  type Shape,
} from './shape-parts.js';
import { LATER_SHAPES } from './shapes-later.js';

export { LONG, type Shape } from './shape-parts.js';

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
  ...LATER_SHAPES,
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
