import { comparable } from '../../core/engine/view.js';
import type { ItemResult, MapBatch } from '../../core/contract/work.js';
import type { Json } from '../../core/json.js';
import { planOf } from '../support/plans.js';
import { openStage, type Stage } from '../support/workflow.js';

let stage: Stage;
const stored = new Map<string, Json>();
const store = (value: Json) => {
  const id = `sha256:${stored.size}`;
  stored.set(id, value);
  return { $artifact: id, size: 1, media_type: 'application/json' };
};
const load = (value: Json): Json => {
  const id = (value as { $artifact?: string } | null)?.$artifact;
  return id === undefined ? value : stored.get(id)!;
};

beforeAll(async () => {
  stage = await openStage({
    count_items: ({ over }) => Promise.resolve({ total: (load(over) as Json[]).length }),
    stash: ({ values }) => Promise.resolve({ refs: values.map(store) }),
    join_items: ({ parts }) => Promise.resolve({ value: store(parts.flatMap((part) => load(part) as Json[])) }),
    map_batch: ({ over, offset = 0, from, to }: MapBatch) => {
      const list = load(over) as number[];
      const items = Array.from({ length: to - from }, (_, i): ItemResult => {
        const item = list[from + i - offset]!;
        return item === 13
          ? { status: 'failed', error: { code: 'FUNCTION_ERROR', message: 'unlucky' }, retryable: false }
          : { status: 'completed', output: item * 2 };
      });
      if (to - from === 1 && items[0]!.status === 'failed')
        throw Object.assign(new Error('unlucky'), { name: 'FUNCTION_ERROR' });
      return Promise.resolve({ items });
    },
  });
});
afterAll(() => stage.close());

const result = (id: string) => stage.client.workflow.getHandle(id).result() as Promise<{ output: Json }>;
const mapNode = (over: Json, rest: object = {}) => ({
  key: 'm',
  type: 'map' as const,
  config: {
    over,
    concurrency: 10,
    batch: 1,
    do: {
      type: 'transform',
      config: { value: '${ item }' },
      retry: { max_attempts: 1, initial_interval_ms: 10, backoff: 1, max_interval_ms: 10, non_retryable: [] },
      timeout: { attempt_ms: 10_000, heartbeat_ms: 5_000 },
    },
    ...rest,
  } as Json,
});

test('a small map runs in the run itself, in order, with a failing item tolerated', async () => {
  const plan = planOf(
    [mapNode('${ input.list }', { tolerate: { count: 1 }, concurrency: 3 })],
    [],
    {},
    '${ nodes.m.output }',
  );
  const header = await stage.start(plan, { list: [1, 13, 3, 4, 5] });
  const { output } = await result(header.id);
  expect(output).toMatchObject({
    items: [2, null, 6, 8, 10],
    total: 5,
    completed: 4,
    failed: 1,
    errors: [{ index: 1 }],
  });
  const view = await stage.engine.view(header);
  expect(view.nodes.map(({ key, status }) => `${key} ${status}`)).toEqual([
    'm completed',
    'm[0] completed',
    'm[1] failed',
    'm[2] completed',
    'm[3] completed',
    'm[4] completed',
  ]);
});

test('more failures than are tolerated fail the map', async () => {
  const header = await stage.start(planOf([mapNode('${ input.list }', { batch: 2 })], []), { list: [1, 13, 3] });
  await expect(result(header.id)).rejects.toThrow('Workflow execution failed');
  expect(await stage.engine.view(header)).toMatchObject({ status: 'failed', error: { code: 'MAP_FAILED' } });
});

test('a map over 10,000 items runs in a child, in batches, with its results in order', async () => {
  const list = Array.from({ length: 10_000 }, (_, i) => i + 100);
  const header = await stage.start(
    planOf([mapNode('${ input.list }', { batch: 100, concurrency: 500 })], [], {}, '${ nodes.m.output }'),
    { list: store(list) as unknown as Json },
  );
  const { output } = (await result(header.id)) as { output: { items: Json; total: number; completed: number } };
  expect(output).toMatchObject({ total: 10_000, completed: 10_000, failed: 0 });
  expect(load(output.items)).toEqual(list.map((n) => n * 2));
});

const TWO_THOUSAND = (fuse: { fuse?: 'never' }) => {
  const wide = Array.from({ length: 1_000 }, (_, i) => `w${i}`);
  const chains = Array.from({ length: 998 }, (_, i) => `c${i}`);
  return planOf(
    [{ key: 'a' }, ...wide.map((key) => ({ key })), ...chains.map((key) => ({ key })), { key: 'j' }].map((node) => ({
      ...node,
      ...fuse,
    })),
    [
      ...wide.map((to) => ({ from: 'a', to })),
      ...chains.map((to, i) => ({ from: wide[i]!, to })),
      ...wide.slice(998).map((from) => ({ from, to: 'j' })),
      ...chains.map((from) => ({ from, to: 'j' })),
    ],
  );
};

test('2,000 nodes with a fan-in of 1,000: the run continues as new, and the fold follows it', async () => {
  const header = await stage.start(TWO_THOUSAND({ fuse: 'never' }));
  await result(header.id);
  const handle = stage.client.workflow.getHandle(header.id);
  const { status, nodes } = (await handle.query('view')) as { status: string; output: Json; nodes: never[] };
  const view = await stage.engine.view(header);
  expect(view.status).toBe(status);
  // Outputs that nothing later reads stay behind when a run continues as new, and so do the bound inputs.
  const bare = (all: unknown) =>
    (comparable(all as never) as { nodes: object[] }).nodes.map((node) => ({ ...node, output: null, input: null }));
  expect(bare(view)).toEqual(bare({ status, output: null, nodes }));
  expect(view.nodes.filter((node) => node.output !== null)).toHaveLength(2_000);
  const { historyLength } = await handle.describe();
  expect(historyLength).toBeLessThan(10_000);
  expect(view.cursor.startsWith('0001.') || view.cursor.startsWith('0002.')).toBe(true);
});

test('2,000 quick nodes with a fan-in of 1,000 are fused, and the fold follows it', async () => {
  const header = await stage.start(TWO_THOUSAND({}));
  await result(header.id);
  const handle = stage.client.workflow.getHandle(header.id);
  const view = await stage.engine.view(header);
  expect(comparable(view)).toEqual(comparable((await handle.query('view')) as never));
  expect(
    view.nodes.every(({ status, attempt, started_at }) => status === 'completed' && attempt === 1 && started_at),
  ).toBe(true);
  // How many regions it takes, and whether all go that way, is a matter of how busy the machine is.
  const { events } = await handle.fetchHistory();
  expect(
    events!.some(({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_local_activity'),
  ).toBe(true);
});
