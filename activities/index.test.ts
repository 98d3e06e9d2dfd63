import type { Evaluation } from '../core/contract/work.js';
import { Fault } from '../core/fault.js';
import { isArtifactRef, type Json } from '../core/json.js';
import { INLINE_BYTES } from '../core/limits.js';
import { environment, failureOf, RUN, testActivities } from '../tests/support/activity.js';

let under: Awaited<ReturnType<typeof testActivities>>;
beforeEach(async () => {
  under = await testActivities();
});
afterEach(() => under.close());

const evaluate = (what: Pick<Evaluation, 'template' | 'condition'>, output: Json) => {
  const scope = { input: null, nodes: { a: { status: 'completed' as const, output, error: null } }, run: {} as never };
  const evaluation: Evaluation = { run: RUN, of: 'b', ...what, scope };
  return environment().mock.run((input: Evaluation) => under.activities.evaluate(input), evaluation);
};

describe('evaluate', () => {
  test('a template looks inside of an artifact', async () => {
    const output = await under.deps.artifacts.putJson('acme', { rows: [{ n: 1 }, { n: 2 }] });
    const template = { first: '${ nodes.a.output.rows[0].n }', count: 'There are ${ size(nodes.a.output.rows) }.' };
    expect(await evaluate({ template }, output)).toEqual({ value: { first: 1, count: 'There are 2.' } });
  });

  test('a condition does, and gives a bool', async () => {
    const output = await under.deps.artifacts.putJson('acme', { hits: 3 });
    expect(await evaluate({ condition: 'nodes.a.output.hits > 2' }, output)).toEqual({ value: true });
  });

  test('what is only passed on stays a reference', async () => {
    const output = await under.deps.artifacts.putJson('acme', { hits: 3 });
    expect(await evaluate({ template: { whole: '${ nodes.a.output }' } }, output)).toEqual({
      value: { whole: output },
    });
  });

  test('a value that is large becomes a reference', async () => {
    const text = 'x'.repeat(INLINE_BYTES);
    const output = await under.deps.artifacts.putJson('acme', { text });
    const { value } = (await evaluate({ template: { text: 'A ${ nodes.a.output.text }' } }, output)) as { value: Json };
    expect(isArtifactRef((value as { text: Json }).text)).toBe(true);
    expect(await under.deps.artifacts.hydrate('acme', value)).toEqual({ text: `A ${text}` });
  });

  test.each([
    ['has no value', { template: '${ nodes.a.output.missing }' }, { there: 1 }, 'EXPRESSION_FAILED'],
    [
      'is not there',
      { template: '${ nodes.a.output.x }' },
      { $artifact: `sha256:${'0'.repeat(64)}`, size: 1, media_type: 'application/json' },
      'ARTIFACT_MISSING',
    ],
  ])('what %s fails for good, with its code', async (_what, what, output, code) => {
    expect(await failureOf(evaluate(what, output as Json))).toMatchObject({ type: code, retryable: false });
  });

  test('a store that is away is asked again', async () => {
    const output = await under.deps.artifacts.putJson('acme', { x: 1 });
    await under.close();
    under.store.get = () => Promise.reject(new Fault('ARTIFACT_UNAVAILABLE', 'away'));
    expect(await failureOf(evaluate({ template: '${ nodes.a.output.x }' }, output))).toMatchObject({
      type: 'ARTIFACT_UNAVAILABLE',
      retryable: true,
    });
  });
});

test('count_items counts a list behind a reference', async () => {
  const over = await under.deps.artifacts.putJson('acme', [1, 2, 3]);
  expect(await under.activities.count_items({ run: RUN, over })).toEqual({ total: 3 });
  expect(await under.activities.count_items({ run: RUN, over: [] })).toEqual({ total: 0 });
  const none = await under.deps.artifacts.putJson('acme', { length: 7 });
  expect(await failureOf(under.activities.count_items({ run: RUN, over: none }))).toMatchObject({
    type: 'EXPRESSION_FAILED',
  });
});

test('count_items sees its own org alone', async () => {
  const over = await under.deps.artifacts.putJson('other', [1, 2, 3]);
  expect(await failureOf(under.activities.count_items({ run: RUN, over }))).toMatchObject({ type: 'ARTIFACT_MISSING' });
});

test('stash lays values down, and join_items puts them together in order', async () => {
  const { refs } = await under.activities.stash({ run: RUN, values: [[1, 2], [3], []] });
  expect(refs.every(isArtifactRef)).toBe(true);
  const { value } = await under.activities.join_items({
    run: RUN,
    parts: [refs[0]!, [null, 'inline'], refs[2]!, refs[1]!],
  });
  expect(isArtifactRef(value)).toBe(true);
  expect(await under.deps.artifacts.hydrate('acme', value)).toEqual([1, 2, null, 'inline', 3]);
});

test('join_items leaves references among the items as they are', async () => {
  const item = await under.deps.artifacts.putJson('acme', { large: true });
  const { value } = await under.activities.join_items({ run: RUN, parts: [[item]] });
  expect(await under.deps.artifacts.loader('acme')(value as never)).toEqual([item]);
});

test('faults of gates and subworkflows keep their codes', async () => {
  const away = () => Promise.reject(new Fault('UNAVAILABLE', 'the database is away'));
  await under.close();
  under = await testActivities({ gates: { open: away, note: away, close: away }, subworkflows: { prepare: away } });
  const gate = { run: RUN, node: 'g', title: 't', show: null, role: 'approver' };
  const child = { run: RUN, node: 's', child: 'c', workflow: 'w', input: null };
  for (const failing of [
    under.activities.open_gate(gate),
    under.activities.close_gate({ run: RUN, node: 'g', decision: null }),
    under.activities.start_subworkflow(child),
  ])
    expect(await failureOf(failing)).toMatchObject({ type: 'UNAVAILABLE', retryable: true });
});
