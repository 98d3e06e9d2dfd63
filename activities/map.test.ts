import { CancelledFailure } from '@temporalio/common';
import { z } from 'zod';
import type { ItemResult, MapBatch, MapBatchResult } from '../core/contract/work.js';
import { Fault } from '../core/fault.js';
import { isArtifactRef, type Json } from '../core/json.js';
import { INLINE_BYTES } from '../core/limits.js';
import { toolCallConfig } from '../core/nodes/tool-call.js';
import { environment, failureOf, RUN, testActivities, until } from '../tests/support/activity.js';
import { registered } from './functions.js';

let under: Awaited<ReturnType<typeof testActivities>>;
/** What `act` does with an item; set by each test. */
let act: (input: Json, context: { effect: string; signal: AbortSignal }) => Json | Promise<Json>;
const called: { input: Json; effect: string }[] = [];

beforeEach(async () => {
  called.length = 0;
  under = await testActivities({
    functions: {
      act: registered(z.json(), z.json(), async (input, context) => {
        called.push({ input: input as Json, effect: context.effect });
        return act(input as Json, context);
      }),
    },
  });
});
afterEach(() => under.close());

const config = toolCallConfig.parse({ tool: 'function', name: 'act', input: '${ item }' }) as unknown as Json;
const batch = (over: Json, from: number, to: number, rest: Partial<MapBatch> = {}): MapBatch => ({
  run: RUN,
  node: 'each',
  generation: 0,
  over,
  from,
  to,
  body: { type: 'tool_call', config },
  scope: { input: { factor: 10 }, nodes: {}, run: {} as never },
  ...rest,
});
const run = (of: MapBatch, env = environment()): Promise<MapBatchResult> =>
  env.mock.run((input: MapBatch) => under.activities.map_batch(input), of);
const outputs = ({ items }: { items: ItemResult[] }) =>
  items.map((item) => (item.status === 'completed' ? item.output : item));

describe('items', () => {
  beforeEach(() => (act = (input) => input));

  test('are those of the batch, in order, whoever is done first', async () => {
    const slowestFirst = Array.from({ length: 25 }, (_, i) => i);
    act = async (input) => {
      for (let turns = 25 - Number(input); turns > 0; turns--) await new Promise(setImmediate);
      return input;
    };
    expect(outputs(await run(batch(slowestFirst, 5, 20)))).toEqual(slowestFirst.slice(5, 20));
  });

  test('have a key and an effect of their own, and see item and index', async () => {
    const template = { tool: 'function', name: 'act', input: '${ [item * input.factor, index] }' };
    const body = { type: 'tool_call' as const, config: toolCallConfig.parse(template) as unknown as Json };
    expect(outputs(await run(batch([7, 8, 9], 1, 3, { body, generation: 2 })))).toEqual([
      [80, 1],
      [90, 2],
    ]);
    expect(called.map(({ effect }) => effect)).toEqual(['run-1/each[1]/2', 'run-1/each[2]/2']);
    expect(under.events).toMatchObject([{ node_key: 'each[1]' }, { node_key: 'each[2]' }]);
  });

  test('of a list that begins further on', async () => {
    expect(outputs(await run(batch(['c', 'd'], 2, 4, { offset: 2 })))).toEqual(['c', 'd']);
  });

  test('of a list behind a reference, which is loaded once for many batches', async () => {
    const over = await under.deps.artifacts.putJson('acme', ['a', 'b', 'c', 'd']);
    expect(outputs(await run(batch(over, 0, 2)))).toEqual(['a', 'b']);
    expect(outputs(await run(batch(over, 2, 4)))).toEqual(['c', 'd']);
  });

  test('code is carried past evaluation', async () => {
    const code = 'export default (n) => `${ n }!`';
    const body = {
      type: 'tool_call' as const,
      config: toolCallConfig.parse({ tool: 'function', code, input: '${ item }' }) as unknown as Json,
    };
    expect(outputs(await run(batch([1, 2], 0, 2, { body })))).toEqual(['1!', '2!']);
  });

  test('may be transforms', async () => {
    const body = { type: 'transform' as const, config: { value: '${ item + index }' } };
    expect(outputs(await run(batch([1, 2], 0, 2, { body })))).toEqual([1, 3]);
  });

  test('no more than ten are at work at once', async () => {
    let working = 0;
    let most = 0;
    act = async (input) => {
      most = Math.max(most, ++working);
      await new Promise(setImmediate);
      working--;
      return input;
    };
    await run(
      batch(
        Array.from({ length: 50 }, (_, i) => i),
        0,
        50,
      ),
    );
    expect(most).toBe(10);
  });

  test('what is no list, or not there, fails with its code', async () => {
    const over = await under.deps.artifacts.putJson('acme', { no: 'list' });
    expect(await failureOf(run(batch(over, 0, 2)))).toMatchObject({ type: 'EXPRESSION_FAILED', retryable: false });
    const gone = { $artifact: `sha256:${'0'.repeat(64)}`, size: 1, media_type: 'application/json' };
    expect(await failureOf(run(batch(gone, 0, 2)))).toMatchObject({ type: 'ARTIFACT_MISSING', retryable: false });
  });
});

describe('failures', () => {
  const failing = (input: Json): Json => {
    if (input === 'bad') throw new Fault('HTTP_4XX', 'answered 404', { details: { status: 404 } });
    if (input === 'down') throw new Fault('HTTP_5XX', 'answered 503');
    if (input === 'bug') throw new TypeError('x is undefined');
    return input;
  };
  beforeEach(() => (act = failing));

  test('a single item fails the activity, for Temporal to try it again', async () => {
    expect(await failureOf(run(batch(['down'], 0, 1)))).toMatchObject({ type: 'HTTP_5XX', retryable: true });
    expect(await failureOf(run(batch(['bad'], 0, 1)))).toMatchObject({ type: 'HTTP_4XX', retryable: false });
  });

  test('in company each is reported, and whether trying again may help', async () => {
    const { items } = await run(batch(['ok', 'bad', 'down', 'bug', 'fine'], 0, 5));
    expect(items).toEqual([
      { status: 'completed', output: 'ok' },
      {
        status: 'failed',
        error: { code: 'HTTP_4XX', message: 'answered 404', details: { status: 404 } },
        retryable: false,
      },
      { status: 'failed', error: { code: 'HTTP_5XX', message: 'answered 503' }, retryable: true },
      { status: 'failed', error: { code: 'INTERNAL', message: 'x is undefined' }, retryable: true },
      { status: 'completed', output: 'fine' },
    ]);
  });

  test('an expression that has no value is one too', async () => {
    const template = { tool: 'function', name: 'act', input: '${ item.missing }' };
    const body = { type: 'tool_call' as const, config: toolCallConfig.parse(template) as unknown as Json };
    expect(await run(batch([{ missing: 1 }, {}], 0, 2, { body }))).toMatchObject({
      items: [
        { status: 'completed', output: 1 },
        { status: 'failed', error: { code: 'EXPRESSION_FAILED' }, retryable: false },
      ],
    });
  });

  test('an output that does not fit is one too', async () => {
    const body = { type: 'tool_call' as const, config, output_schema: { type: 'integer' } };
    expect(await run(batch([1, 'one'], 0, 2, { body }))).toMatchObject({
      items: [
        { status: 'completed', output: 1 },
        { status: 'failed', error: { code: 'OUTPUT_INVALID' } },
      ],
    });
  });
});

describe('a batch that is tried again', () => {
  const doneIn = (beat: unknown) => Object.keys((beat as { items?: object } | undefined)?.items ?? {}).length;
  beforeEach(() => (act = (input) => input));

  test('passes over what it did, whether that succeeded or failed', async () => {
    const failed: ItemResult = { status: 'failed', error: { code: 'HTTP_4XX', message: 'no' }, retryable: false };
    const heartbeatDetails = { items: { 10: { status: 'completed', output: 'before' }, 12: failed }, working: {} };
    const result = await run(
      batch(['a', 'b', 'c', 'd'], 10, 14, { offset: 10 }),
      environment({ attempt: 2, heartbeatDetails }),
    );
    expect(outputs(result)).toEqual(['before', 'b', failed, 'd']);
    expect(called.map(({ input }) => input)).toEqual(['b', 'd']);
  });

  test('finds all that was done in the last beat, wherever the worker died', async () => {
    const env = environment({ heartbeatTimeoutMs: 30 });
    let held = () => {};
    act = (input) => (input === 'slow' ? new Promise((resolve) => (held = () => resolve(input))) : input);
    const running = run(batch(['a', 'slow', 'c', 'd'], 0, 4), env);
    await until(() => doneIn(env.beats.at(-1)) >= 3);
    // A beat by the clock, while the slow item is still at work, must not forget them.
    const count = env.beats.length;
    await until(() => env.beats.length > count);
    const last = env.beats.at(-1);
    held();
    await running;
    called.length = 0;
    act = (input) => input;
    expect(outputs(await run(batch(['a', 'slow', 'c', 'd'], 0, 4), environment({ heartbeatDetails: last })))).toEqual([
      'a',
      'slow',
      'c',
      'd',
    ]);
    expect(called.map(({ input }) => input)).toEqual(['slow']);
  });

  test('gives an item what it reported itself, so that an agent’s task is rejoined', async () => {
    const resumed: unknown[] = [];
    await under.close();
    under = await testActivities({
      agents: {
        cancel: () => Promise.resolve(),
        call({ message }, context) {
          const { resumeFrom } = context;
          resumed.push(resumeFrom);
          context.heartbeat({ task_id: `task of ${JSON.stringify(message)}`, context_id: 'c' });
          if (message !== 'b' || resumeFrom !== undefined) return Promise.resolve({ output: { said: message } });
          return new Promise((_resolve, reject) => context.signal.addEventListener('abort', reject));
        },
      },
    });
    const body = {
      type: 'agent_call' as const,
      config: { agent: 'http://a', message: '${ item }', stream: false, poll_interval_ms: 1 },
    };
    const env = environment({ heartbeatTimeoutMs: 30 });
    const dying = run(batch(['a', 'b'], 0, 2, { body }), env);
    await until(() => doneIn(env.beats.at(-1)) === 1);
    env.mock.cancel();
    await expect(dying).rejects.toBeInstanceOf(CancelledFailure);
    const last = env.beats.at(-1);
    expect(last).toEqual({
      items: { 0: { status: 'completed', output: { said: 'a' } } },
      working: { 1: { task_id: 'task of "b"', context_id: 'c' } },
    });
    const again = await run(batch(['a', 'b'], 0, 2, { body }), environment({ attempt: 2, heartbeatDetails: last }));
    expect(outputs(again)).toEqual([{ said: 'a' }, { said: 'b' }]);
    expect(resumed).toEqual([undefined, undefined, { task_id: 'task of "b"', context_id: 'c' }]);
  });

  test.each([[undefined], [null], [{ task_id: 't' }], [{ items: 'no' }], ['text']])(
    'takes no notice of %j',
    async (heartbeatDetails) => {
      const result = await run(batch(['a', 'b'], 0, 2), environment({ heartbeatDetails }));
      expect(outputs(result)).toEqual(['a', 'b']);
    },
  );
});

test('P7: hundreds of large outputs or failures travel as little', async () => {
  const count = 300;
  const over = Array.from({ length: count }, (_, i) => i);
  act = (input) => `${JSON.stringify(input)} ${'x'.repeat(INLINE_BYTES - 1_000)}`;
  const env = environment();
  const { items } = await run(batch(over, 0, count), env);
  expect(JSON.stringify(items).length).toBeLessThan(512 * 1024);
  expect(Math.max(...env.beats.map((beat) => JSON.stringify(beat ?? null).length))).toBeLessThan(512 * 1024);
  const last = items[299] as { output: Json };
  expect(isArtifactRef(last.output)).toBe(true);
  expect(await under.deps.artifacts.hydrate('acme', last.output)).toMatch(/^299 x/);

  act = () => {
    throw new Fault('HTTP_4XX', 'm'.repeat(5_000), { details: { body: 'b'.repeat(2_048) } });
  };
  const failures = await run(batch(over, 0, count));
  expect(failures.items[0]).toMatchObject({ status: 'failed', error: { code: 'HTTP_4XX' }, retryable: false });
  expect(JSON.stringify(failures).length).toBeLessThan(512 * 1024);
});

test('a cancellation ends the batch, and no further item begins', async () => {
  const env = environment();
  act = (_input, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
      if (called.length === 10) env.mock.cancel();
    });
  await expect(
    run(
      batch(
        Array.from({ length: 50 }, (_, i) => i),
        0,
        50,
      ),
      env,
    ),
  ).rejects.toBeInstanceOf(CancelledFailure);
  expect(called).toHaveLength(10);
});

test('a cancellation that items do not heed ends the batch after those that are at work', async () => {
  const env = environment();
  act = async (input) => {
    if (called.length === 10) env.mock.cancel();
    await new Promise(setImmediate);
    return input;
  };
  await expect(
    run(
      batch(
        Array.from({ length: 50 }, (_, i) => i),
        0,
        50,
      ),
      env,
    ),
  ).rejects.toBeInstanceOf(CancelledFailure);
  expect(called).toHaveLength(10);
});

test('a store that is away is each item’s failure, which may pass', async () => {
  await under.close();
  under = await testActivities({
    functions: { act: registered(z.json(), z.json(), () => 'x'.repeat(20 * INLINE_BYTES)) },
  });
  const broken = new Fault('ARTIFACT_UNAVAILABLE', 'the store is away');
  under.deps.artifacts.put = () => Promise.reject(broken);
  const result = await run(batch([1, 2], 0, 2));
  expect(result.items).toMatchObject([
    { status: 'failed', error: { code: 'ARTIFACT_UNAVAILABLE' }, retryable: true },
    { status: 'failed', error: { code: 'ARTIFACT_UNAVAILABLE' }, retryable: true },
  ]);
});
