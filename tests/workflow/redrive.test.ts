import { ApplicationFailure } from '@temporalio/common';
import type { ArchivedExecution } from '../../adapters/temporal/follow.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import { redriven, type RedriveWish } from '../../core/engine/redrive.js';
import { comparable } from '../../core/engine/view.js';
import type { Act } from '../../core/contract/work.js';
import { compareCursors } from '../../core/events/cursor.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import type { Plan } from '../../core/spec/plan.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage, until } from '../support/workflow.js';

let stage: Stage;
/** Reads what was redriven from an archive. */
let engine: TemporalEngine;
const archives = new Map<string, ArchivedExecution[]>();
/** Nodes and items that fail until they are let. */
const broken = new Set<string>();
/** Keys that went out, in order. */
const effects: string[] = [];

beforeAll(async () => {
  stage = await openStage({
    async tool_call({ node, effect, config }) {
      effects.push(effect.replace(/^run_test_\w+?\//, ''));
      if (broken.has(node)) throw ApplicationFailure.nonRetryable('no luck', 'HTTP_4XX');
      return { output: { from: node, config } };
    },
    async map_batch({ node, over, offset = 0, from }) {
      effects.push(`${node}[${from}]`);
      if (broken.has(`${node}[${from}]`)) throw ApplicationFailure.nonRetryable('no luck', 'HTTP_4XX');
      return { items: [{ status: 'completed', output: (over as number[])[from - offset]! }] };
    },
  });
  const { client, taskQueue } = stage;
  engine = new TemporalEngine({ client, taskQueue, archive: async (id) => archives.get(id) });
});
afterAll(() => stage.close());
beforeEach(() => {
  effects.length = 0;
  broken.clear();
});

const by = { actor: 'user:ann', reason: 'the network is back', at: '2026-01-01T00:00:00.000Z' };
const over = async ({ id }: RunHeader) =>
  void (await stage.client.workflow
    .getHandle(id)
    .result()
    .catch(() => undefined));
const reaches = (header: RunHeader, status: string) =>
  until(async () => (await engine.view(header).catch(() => undefined))?.status === status);
const keys = () => effects.filter((each) => !each.includes('['));

/** As the API does it: what the run has come to is archived, the next start is made of that alone. */
async function redrive(header: RunHeader, plan: Plan, wish: Partial<RedriveWish> = {}): Promise<RunHeader> {
  const archived = (await engine.history(header)) as unknown as ArchivedExecution[];
  archives.set(header.id, archived);
  const n = (header.redriven ?? 0) + 1;
  const start = redriven(await engine.recall(header, archived), { ...by, ...wish }, n);
  const next = { ...header, redriven: n };
  await engine.start({ header: next, plan, input: {}, taken_up: JSON.parse(JSON.stringify(start)) as typeof start });
  return next;
}

/** The fold says what the workflow says (P1), but for inputs and items of what it no longer needs. */
async function agree(header: RunHeader): Promise<RunView> {
  const [view, query] = await Promise.all([
    engine.view(header),
    stage.client.workflow.getHandle(header.id).query('view'),
  ]);
  const kept = new Map((query as RunView).nodes.map((node) => [node.key, node]));
  const known = view.nodes.filter(({ key }) => kept.has(key));
  const asKnown = known.map(({ items, ...node }) => ({
    ...node,
    ...(kept.get(node.key)!.items ? { items: items! } : {}),
  }));
  expect(comparable({ ...view, nodes: asKnown })).toEqual(comparable(query as RunView));
  return view;
}

/** One cursor after the other, from both attempts, each once (P2); a reader with a place in the first gets what follows. */
async function gapFree(header: RunHeader, before: readonly { cursor: string }[]): Promise<string[]> {
  const events = await engine.events(header);
  const cursors = events.map(({ cursor }) => cursor);
  expect(cursors).toEqual([...new Set(cursors)].sort(compareCursors));
  expect(cursors).toEqual([...cursors].sort());
  expect(events.slice(0, before.length)).toEqual(before);
  return events.map(({ type }) => type);
}

const plan = planOf(
  ['a', 'b', 'c', 'd'].map((key) => ({ key, fuse: 'never' as const })),
  [
    { from: 'a', to: 'c' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'd' },
  ],
  {},
  { last: '${ nodes.d.output.from }' },
);

test('a run that failed twice goes on where it stood: one run to its reader, each effect once more where it failed', async () => {
  broken.add('b').add('c');
  const header = await stage.start(plan);
  await over(header);
  const first = await engine.events(header);
  broken.delete('b');
  const second = await redrive(header, plan);
  await over(second);
  expect(await agree(second)).toMatchObject({
    status: 'failed',
    redriven: 1,
    nodes: [{ status: 'completed' }, { attempt: 2 }, {}, {}],
  });
  const both = await engine.events(second);
  broken.delete('c');
  const third = await redrive(second, plan);
  await over(third);
  expect(await agree(third)).toMatchObject({ status: 'completed', output: { last: 'd' }, redriven: 2 });
  const types = await gapFree(third, both);
  expect(both.slice(0, first.length)).toEqual(first);
  expect(types.filter((type) => type.startsWith('run.'))).toEqual([
    ...['run.running', 'run.failed', 'run.redriven', 'run.running', 'run.failed'],
    ...['run.redriven', 'run.running', 'run.completed'],
  ]);
  expect(keys().sort()).toEqual(['a/0', 'b/0', 'b/0', 'c/0', 'c/0', 'd/0']);
  expect((await engine.history(third)) as unknown as unknown[]).toHaveLength(3);
});

test('what came before is read from the archive alone: Temporal may have dropped it', async () => {
  broken.add('b');
  const header = await stage.start(plan);
  await over(header);
  const { firstExecutionRunId } = await stage.client.workflow
    .getHandle(header.id)
    .describe()
    .then((d) => ({ firstExecutionRunId: d.runId }));
  broken.clear();
  const again = await redrive(header, plan);
  await over(again);
  await stage.client.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: header.id, runId: firstExecutionRunId },
  });
  expect(await agree(again)).toMatchObject({
    status: 'completed',
    nodes: [{ input: {}, output: { from: 'a' } }, {}, {}, {}],
  });
});

test('a redrive that is known of and not started yet is waited for', async () => {
  broken.add('b');
  const header = await stage.start(plan);
  await over(header);
  await expect(engine.view({ ...header, redriven: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await engine.redriveOf(header.id)).toBe(0);
});

const retry = { max_attempts: 1, initial_interval_ms: 1, backoff: 1, max_interval_ms: 1, non_retryable: [] };
const body = {
  type: 'transform',
  config: { value: '${ item }' },
  retry,
  timeout: { attempt_ms: 5_000, heartbeat_ms: 5_000 },
};

test('a map keeps its items, and asks for the others', async () => {
  const config = { over: [5, 6, 7], do: body, concurrency: 1, batch: 1 };
  const mapped = planOf([{ key: 'm', type: 'map', config } as never], [], {}, '${ nodes.m.output.items }');
  broken.add('m[1]');
  const header = await stage.start(mapped);
  await over(header);
  broken.clear();
  const again = await redrive(header, mapped);
  await over(again);
  expect(await agree(again)).toMatchObject({ status: 'completed', output: [5, 6, 7] });
  expect(effects).toEqual(['m[0]', 'm[1]', 'm[1]', 'm[2]']);
});

test.each(['cancel', 'terminate'] as const)(
  'after %s: what was under way begins again, an open gate is asked again',
  async (how) => {
    const gated = planOf(
      [
        { key: 'a', fuse: 'never' },
        { key: 'gate', type: 'human_gate', config: { title: 'Go?', role: 'approver' } },
        { key: 'b', fuse: 'never' },
      ],
      [
        { from: 'a', to: 'gate' },
        { from: 'gate', to: 'b' },
      ],
    );
    const header = await stage.start(gated);
    await reaches(header, 'waiting');
    await (how === 'cancel' ? engine.cancel(header.id) : engine.terminate(header.id, 'by mistake'));
    await over(header);
    const again = await redrive(header, gated);
    await reaches(again, 'waiting');
    await agree(again);
    const decision = { node: 'gate', decision: 'approve' as const, actor: 'user:ann', roles: ['approver'], at: by.at };
    await until(() => engine.decide(header.id, decision).catch(() => false as const));
    await over(again);
    expect(await agree(again)).toMatchObject({ status: 'completed' });
    expect(keys()).toEqual(['a/0', 'b/0']);
    expect((await engine.events(again)).filter(({ type }) => type === 'gate.opened')).toHaveLength(2);
  },
);

test('after its timeout it has as much time again', async () => {
  const slow = planOf(
    [
      { key: 'a', fuse: 'never' },
      { key: 'w', type: 'wait', config: { duration: '1h' } },
    ],
    [{ from: 'a', to: 'w' }],
    {
      timeout_ms: 1_500,
    },
  );
  const header = await stage.start(slow);
  await over(header);
  expect(await engine.view(header)).toMatchObject({ status: 'timed_out' });
  const again = await redrive(header, slow);
  await reaches(again, 'waiting');
  await engine.act(header.id, { ...by, act: 'set_output', node: 'w', output: null } as Act);
  await over(again);
  expect(await agree(again)).toMatchObject({ status: 'completed' });
  expect(keys()).toEqual(['a/0']);
});

test('edited, it is another effect; fresh, all that runs again are', async () => {
  broken.add('b');
  const [edited, fresh] = await Promise.all([stage.start(plan), stage.start(plan)]);
  await Promise.all([over(edited), over(fresh)]);
  broken.clear();
  effects.length = 0;
  const input = { tool: 'function', name: 'noop', input: { other: 1 } };
  const first = await redrive(edited, plan, { inputs: { b: input } });
  await over(first);
  expect((await agree(first)).nodes[1]).toMatchObject({ output: { config: input } });
  expect(keys()).toEqual(['b/1', 'c/0', 'd/0']);
  await over(await redrive(fresh, plan, { fresh: true }));
  expect(keys().slice(3)).toEqual(['b/1', 'c/0', 'd/0']);
});

test('runs that continued as new before, and do so after, are one story all the same', async () => {
  const wide = (stem: string) =>
    Array.from({ length: 1_450 }, (_, i) => ({ key: `${stem}${i}`, fuse: 'never' as const }));
  const large = planOf(
    [...wide('before'), { key: 'middle', fuse: 'never' }, ...wide('after'), { key: 'last', fuse: 'never' }],
    [
      ...wide('before').map(({ key }) => ({ from: key, to: 'middle' })),
      ...wide('after').flatMap(({ key }) => [
        { from: 'middle', to: key },
        { from: key, to: 'last' },
      ]),
    ],
    { max_parallel: 500 },
    '${ nodes.last.output.from }',
  );
  broken.add('middle');
  const header = await stage.start(large);
  await over(header);
  const first = await engine.events(header);
  broken.clear();
  const again = await redrive(header, large);
  await over(again);
  expect(await engine.view(again)).toMatchObject({ status: 'completed', output: 'last' });
  await gapFree(again, first);
  const segments = new Set((await engine.events(again)).map(({ cursor }) => cursor.slice(0, 4)));
  expect(segments.size).toBeGreaterThanOrEqual(4); // two executions each
  expect((await engine.history(again)) as unknown[]).toHaveLength(segments.size);
  expect(keys().filter((key) => key.startsWith('before'))).toHaveLength(1_450);
});
