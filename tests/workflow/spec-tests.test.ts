import { CancelledFailure } from '@temporalio/common';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import type { NodeView, RunView } from '../../core/events/view.js';
import type { Json } from '../../core/json.js';
import { parseDuration } from '../../core/spec/duration.js';
import type { Plan } from '../../core/spec/plan.js';
import { type TestCase, testDocument } from '../../core/testing/document.js';
import { Mocks } from '../../core/testing/mocks.js';
import { play } from '../../core/testing/suite.js';
import { mockedActivities, real } from '../support/mocked-activities.js';
import { planOf, randomPlans } from '../support/plans.js';
import { compiledPlan, groundOf, schemas } from '../support/spec-tests.js';
import { openStage, type Stage, until } from '../support/workflow.js';

/**
 * A case gives the same results as a real run: the same case is played by the pure driver, and run by the real interpreter on the real
 * server with activities that do what the case's mocks say, each attempt in its own time.
 */
let stage: Stage;
beforeAll(async () => {
  stage = await openStage(mockedActivities);
});
afterAll(() => stage.close());

/** What must be the same: all but the times, and what is made of them. */
function sameIn(view: Pick<RunView, 'status' | 'output' | 'error'>, nodes: readonly NodeView[]): object {
  const timed = new Set(nodes.filter(({ type }) => type === 'wait' || type === 'human_gate').map(({ key }) => key));
  return {
    ...{ status: view.status, output: view.output, error: view.error },
    nodes: nodes.map(({ key, status, input, output, error, attempt }) => ({
      ...{ key, status, input, error },
      ...(timed.has(key) ? {} : { output }),
      // Of an activity whose time is up altogether, history does not say how many attempts it made.
      ...((status === 'completed' || status === 'failed') && error?.code !== 'NODE_TIMEOUT'
        ? { attempt: Math.max(1, attempt) }
        : {}),
    })),
  };
}

/** Runs the case on the server, and plays it; answers both. */
async function bothWays(plan: Plan, given: object, children: Record<string, Plan> = {}) {
  const parsed = testDocument.parse({ cases: [{ name: 'case', ...given }] }).cases[0]!;
  const input = plan.input ? schemas.fill(plan.input, parsed.input).value : parsed.input;
  const header = stage.prepare(plan);
  real.set(header.id, { mocks: new Mocks([parsed.mocks], schemas), children });
  await stage.begin(header, plan, input);
  await actOn(header.id, parsed);
  await stage.client.workflow.getHandle(header.id).result().catch(ended);
  const view = await stage.engine.view(header);
  const { starter, metadata, id } = header;
  const played = await play(groundOf(plan, children), {
    ...parsed,
    run: { id, starter, metadata, started_at: view.started_at! },
  });
  const nodes = played.nodes.filter(({ key }) => !key.includes('.'));
  const { end, status } = played.root.walk;
  expect(played.problems).toEqual([]);
  return {
    real: sameIn(view, view.nodes),
    played: sameIn({ status, output: end?.output ?? null, error: end?.error ?? null }, nodes),
  };
}

const ended = (err: unknown) => {
  if (err instanceof CancelledFailure || err instanceof Error) return;
  throw err;
};

async function actOn(id: string, { decisions, events, cancel_after }: TestCase): Promise<void> {
  if (cancel_after !== undefined) {
    await until(async () => (await stage.engine.view(stage.headers.get(id)!)).status === 'waiting');
    await stage.engine.cancel(id);
  }
  for (const { event: name, when, after, key, data, id: own = 'event-0' } of events) {
    const view = () => stage.engine.view(stage.headers.get(id)!);
    if (when !== undefined)
      await until(async () => (await view()).nodes.find((node) => node.key === when)?.status === 'waiting');
    await new Promise((resolve) => setTimeout(resolve, parseDuration(after)));
    await stage.engine.deliver(id, { name, key, data: data as Json, id: own, sent_at: new Date().toISOString() });
  }
  for (const { gate, decision, by, roles, comment, after } of decisions) {
    const node = gate.split('.').at(-1)!;
    const run = [id, ...gate.split('.').slice(0, -1)].join('.');
    await new Promise((resolve) => setTimeout(resolve, parseDuration(after)));
    const at = new Date().toISOString();
    const taken = { node, decision, actor: by, roles, ...(comment === undefined ? {} : { comment }), at };
    await until(() => stage.engine.decide(run, taken).catch(() => undefined));
  }
}

const spec = (name: string) =>
  compiledPlan(readFileSync(new URL(`../../examples/workflows/${name}.yaml`, import.meta.url), 'utf8'));
const elements = [
  { symbol: 'H', number: 1, weight: 1.008, radioactive: false },
  { symbol: 'Tc', number: 43, weight: 98, radioactive: true },
];
const brief = (radioactive: string[], more: object = {}) => ({
  input: { period: 1 },
  mocks: {
    load: { output: { body: { elements, total: 2 } } },
    measure: { output: { neutrons: 1 } },
    'measure[1]': { attempts: [{ error: { code: 'INTERNAL', message: 'down' } }, { output: { neutrons: 55 } }] },
    summarise: { output: { text: 'two', count: 2 }, takes: '50ms' },
    statistics: { output: { median_ratio: 1, most_neutrons: 'Tc', radioactive } },
    publish: { output: { status: 201 } },
  },
  ...more,
});
const found = { output: { body: { symbol: 'Au', weight: 1 } } };

test.each<[name: string, what: string, given: { child?: string; [more: string]: unknown }]>([
  ['elements-brief', 'approved', brief(['Tc'], { decisions: [{ gate: 'sign_off', decision: 'approve' }] })],
  ['elements-brief', 'denied', brief([], { decisions: [{ gate: 'sign_off', decision: 'deny', comment: 'no' }] })],
  ['elements-brief', 'cancelled', brief([], { cancel_after: '10s' })],
  [
    'elements-brief',
    'the agent fails',
    {
      ...brief([]),
      mocks: { ...brief([]).mocks, summarise: { error: { code: 'AGENT_FAILED', message: 'ill' }, takes: '5s' } },
    },
  ],
  [
    'patient-retry',
    'twice',
    {
      mocks: {
        call: {
          attempts: [
            { error: { code: 'HTTP_5XX' } },
            { error: { code: 'HTTP_429', details: { retry_after_ms: 50 } } },
            { output: { body: { attempts: 3 } } },
          ],
        },
      },
    },
  ],
  [
    'patient-retry',
    'refused',
    { mocks: { call: { error: { code: 'HTTP_4XX', message: 'no', details: { status: 404 } } } } },
  ],
  [
    'tolerant-map',
    'one is missing',
    {
      mocks: {
        look_up: found,
        'look_up[2]': { error: { code: 'HTTP_4XX', message: 'none' } },
        report: { output: { found: [] } },
      },
    },
  ],
  [
    'tolerant-map',
    'two are missing',
    {
      mocks: {
        look_up: found,
        'look_up[2]': { error: { code: 'HTTP_4XX', message: 'none' } },
        'look_up[4]': { error: { code: 'HTTP_4XX', message: 'none' }, takes: '300ms' },
      },
    },
  ],
  [
    'sub-run',
    'for real',
    {
      child: 'tolerant-map',
      mocks: {
        'metals.look_up': found,
        'gases.look_up': found,
        'metals.report': { output: { found: ['m'] } },
        'gases.report': { output: { found: ['g'] } },
      },
    },
  ],
  [
    'sub-run',
    'one fails',
    {
      child: 'tolerant-map',
      mocks: {
        'metals.look_up': found,
        'gases.look_up': 'fail',
        'metals.report': { output: { found: ['m'] }, takes: '20s' },
      },
    },
  ],
  ['two-waits', 'both', {}],
  [
    'confirm-order',
    'paid',
    { input: { order: 'o-1' }, events: [{ event: 'payment', key: 'o-1', data: { amount: 7 }, when: 'paid' }] },
  ],
  ['confirm-order', 'by hand', { input: { order: 'o-1' }, decisions: [{ gate: 'by_hand', decision: 'approve' }] }],
])('%s: %s', async (name, _what, { child, ...given }) => {
  const both = await bothWays(spec(name), given, child === undefined ? {} : { [child]: spec(child) });
  expect(both.played).toEqual(both.real);
});

const retry = { max_attempts: 2, initial_interval_ms: 10, backoff: 2, max_interval_ms: 100, non_retryable: [] };
const timeout = (attempt_ms: number, total_ms?: number) => ({
  timeout: { attempt_ms, heartbeat_ms: 5_000, ...(total_ms === undefined ? {} : { total_ms }) },
});
const body = {
  type: 'tool_call',
  config: { tool: 'function', name: 'noop', input: '${ item }' },
  retry,
  ...timeout(10_000),
};
const mapOf = (more: object) =>
  planOf(
    [
      {
        key: 'm',
        type: 'map',
        config: { over: '${ input }', concurrency: 4, batch: 1, do: body, ...more } as unknown as Json,
      },
    ],
    [],
    {},
    '${ nodes.m.output }',
  );
const two = (node: object) => planOf([{ key: 'a', fuse: 'never', retry, ...node }], []);

test.each<[string, Plan, object]>([
  ['an attempt takes too long', two(timeout(1_500)), { mocks: { a: { hangs: true } } }],
  [
    'an attempt takes too long, then it works',
    two(timeout(1_500)),
    { mocks: { a: { attempts: [{ hangs: true }, { output: 1 }] } } },
  ],
  [
    'all attempts take too long',
    two({ ...timeout(60_000, 2_000), retry: { ...retry, max_attempts: 5 } }),
    { mocks: { a: { attempts: [{ error: { code: 'HTTP_5XX', message: 'first' } }, { hangs: true }] } } },
  ],
  [
    'an attempt fails after one took too long',
    two(timeout(1_500)),
    { mocks: { a: { attempts: [{ hangs: true }, { error: { code: 'HTTP_5XX', message: 'x' } }] } } },
  ],
  [
    'an attempt takes too long after one failed',
    two(timeout(1_500)),
    { mocks: { a: { attempts: [{ error: { code: 'HTTP_5XX', message: 'x' } }, { hangs: true }] } } },
  ],
  [
    'no time is left for another attempt',
    two({ ...timeout(60_000, 2_000), retry: { ...retry, initial_interval_ms: 100_000, max_interval_ms: 100_000 } }),
    { mocks: { a: { error: { code: 'HTTP_5XX', message: 'x' } } } },
  ],
  [
    'the run takes too long',
    planOf([{ key: 'w', type: 'wait', config: { duration: '1h' } }, { key: 'a' }], [{ from: 'w', to: 'a' }], {
      timeout_ms: 1_000,
    }),
    { mocks: { a: 'echo' } },
  ],
  [
    'the first of two cancels the other',
    planOf(
      [
        { key: 'slow', type: 'wait', config: { duration: '1h' } },
        { key: 'a', fuse: 'never' },
        { key: 'j', join: 'any', losers: 'cancel' },
      ],
      [
        { from: 'slow', to: 'j' },
        { from: 'a', to: 'j' },
      ],
    ),
    { mocks: { default: 'echo' } },
  ],
  [
    'a map in batches',
    mapOf({ batch: 3, tolerate: { count: 1 } }),
    {
      input: [1, 2, 3, 4, 5],
      mocks: {
        m: 'echo',
        'm[1]': { attempts: [{ error: { code: 'HTTP_5XX' } }, { output: 'again' }] },
        'm[3]': { error: { code: 'HTTP_4XX', message: 'gone' } },
      },
    },
  ],
  [
    'a map of transforms',
    mapOf({ do: { ...body, type: 'transform', config: { value: '${ item * 2 }' } }, tolerate: { count: 1 } }),
    { input: [1, 2, 'x'] },
  ],
  [
    'a large map',
    mapOf({ batch: 50, concurrency: 100, tolerate: { count: 2 } }),
    {
      input: Array.from({ length: 250 }, (_, i) => i),
      mocks: { m: 'echo', 'm[7]': { error: { code: 'HTTP_4XX', message: 'gone' } } },
    },
  ],
  [
    'a large map that fails',
    mapOf({ batch: 50, concurrency: 100 }),
    {
      input: Array.from({ length: 250 }, (_, i) => i),
      mocks: { m: 'echo', 'm[7]': { error: { code: 'HTTP_4XX', message: 'gone' } } },
    },
  ],
  [
    'a condition without a value, an output without one',
    planOf(
      [{ key: 'a' }, { key: 'b' }],
      [{ from: 'a', to: 'b', condition: 'nodes.a.output.no > 1', reads: ['a'] }],
      {},
      '${ nodes.b.output.x }',
    ),
    { mocks: { default: { output: {} } } },
  ],
])('%s', async (_name, plan, given) => {
  const both = await bothWays(plan, given);
  expect(both.played).toEqual(both.real);
});

const RUNS = Number(process.env['SPEC_TEST_RUNS'] ?? 100);

/** Whatever ends first: where no failure ends the run and no join cancels its losers, the order decides nothing. */
test(`${RUNS} random graphs, with failures and second attempts`, async () => {
  const outcome = fc.constantFrom<Json>(
    { output: 1 },
    { output: { a: [1] }, takes: '20ms' },
    { error: { code: 'FUNCTION_ERROR', message: 'broken' } },
    { attempts: [{ error: { code: 'HTTP_5XX' } }, { output: 2 }] },
    { error: { code: 'HTTP_5XX', message: 'down' } },
  );
  const cases = fc.sample(fc.tuple(randomPlans(8), fc.array(outcome, { minLength: 8, maxLength: 8 })), RUNS);
  for (let from = 0; from < cases.length; from += 25) {
    await Promise.all(
      cases.slice(from, from + 25).map(async ([plan, outcomes]) => {
        const nodes = plan.nodes.map((node) => ({
          ...node,
          retry,
          on_error: 'continue' as const,
          losers: 'let_run' as const,
        }));
        const mocks = Object.fromEntries(nodes.map(({ key }, i) => [key, outcomes[i]!]));
        const both = await bothWays({ ...plan, nodes }, { mocks });
        expect({ mocks, edges: plan.edges, ...both.played }).toEqual({ mocks, edges: plan.edges, ...both.real });
      }),
    );
  }
});
