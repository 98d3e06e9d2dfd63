import fc from 'fast-check';
import { RECORDED, recordedStory } from '../../tests/support/scripted-run.js';
import { MAX_NODE_CHANGES, MAX_RUN_CHANGES } from '../limits.js';
import { diffRuns } from './run-diff.js';
import type { NodeView, RunView } from './view.js';

const AT = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

const node = (key: string, more: Partial<NodeView> = {}): NodeView => ({
  ...{ key, type: 'tool_call', status: 'completed', attempt: 1, input: null, output: null, error: null },
  ...{ queued_at: AT(0), started_at: AT(10), finished_at: AT(30), why: null },
  ...more,
});
const run = (more: Partial<RunView> = {}): RunView => ({
  ...{ id: 'run_a', org_id: 'o', workflow_id: 'wf_1', workflow: 'flow', version: 1, starter: 'key:x', metadata: {} },
  ...{ created_at: AT(0), status: 'completed', input: {}, output: null, error: null },
  ...{ started_at: AT(0), finished_at: AT(100), nodes: [node('a')], cursor: '1' },
  ...more,
});

test('another id, other times and another child run are no difference; times are told', () => {
  const child = { type: 'subworkflow', run_id: 'run_a.s' } as const;
  const found = diffRuns(
    run({ nodes: [node('a'), node('s', child)] }),
    run({
      ...{ id: 'run_b', created_at: AT(5), finished_at: AT(300), cursor: '2', metadata: { by: 'x' } },
      nodes: [node('a', { started_at: null, finished_at: AT(40) }), node('s', { ...child, run_id: 'run_b.s' })],
    }),
  );
  expect(found).toMatchObject({
    same: true,
    run: { changes: [], more: 0 },
    from: { id: 'run_a', duration_ms: 100 },
    to: { id: 'run_b', duration_ms: 300 },
    nodes: [
      { key: 'a', from: { duration_ms: 20 }, to: { duration_ms: 40 }, changes: [] },
      { key: 's', changes: [] },
    ],
  });
});

test('version, alias, status, attempts, outputs, errors: each with its place', () => {
  const error = { code: 'HTTP_5XX', message: 'it broke' };
  const found = diffRuns(
    run({ output: { a: 1 }, nodes: [node('a', { output: { list: [1, 2] } })] }),
    run({
      ...{ version: 2, alias: 'canary', status: 'failed', error, finished_at: null },
      nodes: [node('a', { status: 'failed', attempt: 3, output: { list: [1] }, error })],
    }),
  );
  expect(found.same).toBe(false);
  expect(found.to).toMatchObject({ alias: 'canary', version: 2, duration_ms: null });
  expect(found.run.changes).toEqual([
    { pointer: '/alias', to: 'canary' },
    { pointer: '/error', from: null, to: error },
    { pointer: '/output', from: { a: 1 }, to: null },
    { pointer: '/status', from: 'completed', to: 'failed' },
    { pointer: '/version', from: 1, to: 2 },
  ]);
  expect(found.nodes[0]!.changes).toEqual([
    { pointer: '/attempt', from: 1, to: 3 },
    { pointer: '/error', from: null, to: error },
    { pointer: '/output/list/1', from: 2 },
    { pointer: '/status', from: 'completed', to: 'failed' },
  ]);
});

test('nodes that only one run has; those of the first come first', () => {
  const found = diffRuns(run({ nodes: [node('b'), node('a')] }), run({ nodes: [node('c'), node('a')] }));
  expect(found.same).toBe(false);
  expect(found.nodes.map(({ key, from, to }) => [key, from?.status ?? null, to?.status ?? null])).toEqual([
    ['b', 'completed', null],
    ['a', 'completed', 'completed'],
    ['c', null, 'completed'],
  ]);
});

test('large values are left out, artifacts are known by their hash, and what is too much is counted', () => {
  const large = 'x'.repeat(3000);
  const ref = (hash: string) => ({ $artifact: `sha256:${hash}`, size: 1e6, media_type: 'application/json' });
  const list = (of: number) => Array.from({ length: 100 }, (_, i) => i * of);
  const many = (of: number) => Array.from({ length: 40 }, (_, i) => node(`n${i}`, { output: list(of) }));
  const found = diffRuns(
    run({ output: { text: large, ref: ref('a'), same: ref('c') }, nodes: many(1) }),
    run({ output: { text: 'short', ref: ref('b'), same: ref('c') }, nodes: many(2) }),
  );
  expect(found.run.changes).toEqual([
    { pointer: '/output/ref', from: ref('a'), to: ref('b') },
    { pointer: '/output/text', to: 'short', omitted: ['from'] },
  ]);
  expect(found.nodes[0]).toMatchObject({ more: 99 - MAX_NODE_CHANGES });
  const shown = found.run.changes.length + found.nodes.reduce((sum, { changes }) => sum + changes.length, 0);
  const more = found.nodes.reduce((sum, each) => sum + each.more, 0);
  expect([shown, shown + more]).toEqual([MAX_RUN_CHANGES, 2 + 40 * 99]);
});

test.each(RECORDED)('%s and itself differ in nothing, at any step of its way', async (name) => {
  const story = await recordedStory(name);
  const telling = story.tell();
  for (let step = 0; step < story.steps; step++) {
    telling.take(step);
    const view = telling.view();
    expect(diffRuns(view, structuredClone(view)).same).toBe(true);
  }
});

test('the other way round, the same differs', () => {
  const views = fc
    .record({
      status: fc.constantFrom('running' as const, 'failed' as const),
      output: fc.jsonValue({ maxDepth: 2 }),
      nodes: fc.uniqueArray(
        fc.record({
          key: fc.constantFrom('a', 'b', 'c', 'd'),
          attempt: fc.nat(2),
          output: fc.jsonValue({ maxDepth: 2 }),
        }),
        { selector: ({ key }) => key },
      ),
    })
    .map((made) => JSON.parse(JSON.stringify(made)) as Partial<RunView>)
    .map((made) => run({ ...made, nodes: made.nodes!.map((of) => node(of.key, of)) }));
  fc.assert(
    fc.property(views, views, (a, b) => {
      const [there, back] = [diffRuns(a, b), diffRuns(b, a)];
      expect(back.same).toBe(there.same);
      expect(diffRuns(a, a).same).toBe(true);
      const byKey = (diff: typeof there) =>
        new Map(diff.nodes.map(({ key, changes, more }) => [key, [changes.map(({ pointer }) => pointer), more]]));
      expect(new Map([...byKey(back)].sort(([x], [y]) => (x < y ? -1 : 1)))).toEqual(
        new Map([...byKey(there)].sort(([x], [y]) => (x < y ? -1 : 1))),
      );
    }),
  );
});

test('of a fork it is told out of which run it began; what it took over is compared by what came of it', () => {
  const forked_from = { run_id: 'run_a', node_key: 'b' };
  const taken = node('a', { attempt: 0, input: null, origin: 'run_a' });
  const found = diffRuns(
    run({ id: 'run_a', redriven: 1, nodes: [node('a', { attempt: 2 }), node('b', { output: 1 })] }),
    run({ id: 'run_b', forked_from, nodes: [taken, node('b', { output: 2 })] }),
  );
  expect(found.from).toMatchObject({ redriven: 1 });
  expect(found.to).toMatchObject({ forked_from });
  expect(found.nodes[0]).toMatchObject({ to: { origin: 'run_a' }, changes: [] });
  expect(found.nodes[1]!.changes).toEqual([{ pointer: '/output', from: 1, to: 2 }]);
});
