import { compiledPlan, groundOf, problemsOfTests, runDocument } from '../../tests/support/spec-tests.js';
import type { RunView } from '../events/view.js';
import type { Json } from '../json.js';
import { testDocument } from './document.js';
import { caseOf } from './record.js';
import { play, runTests } from './suite.js';

const SPEC = `
name: order
limits: { run: { mailbox: { ttl: 20s } } }
nodes:
  - { key: work, type: tool_call, config: { tool: function, name: noop } }
  - key: paid
    type: wait
    on_error: continue
    config: { event: payment, key: "42", timeout: 30d, schema: { type: object, required: [amount], properties: { amount: { type: number } } } }
  - { key: sent, type: wait, config: { event: parcel, timeout: 1h, then: continue } }
  - { key: late, type: transform, config: { value: late } }
edges:
  - { from: work, to: paid }
  - { from: paid, to: sent }
  - { from: paid, to: late, on: failure }
output:
  amount: "\${ nodes.paid.status == 'completed' ? nodes.paid.output.data.amount : 0.0 }"
  sent: "\${ nodes.sent.status == 'completed' ? nodes.sent.output.received : false }"
`;
const told = async (tests: string, children: Record<string, string> = {}, spec = SPEC) => {
  const { cases } = await runDocument(spec, tests, children);
  return cases.map(({ name, differences, problems, took_ms }) => ({
    name,
    took_ms,
    wrong: [...differences, ...problems.map(({ message }) => message)],
  }));
};
const DAY = 86_400_000;

test('events come in skipped time: early, repeated, late and expired, from the start or when a node waits', async () => {
  const cases = `
mocks: { work: { output: null, takes: 10s } }
cases:
  - name: early, and twice
    events:
      - { event: payment, key: "42", data: { amount: 7 }, id: one, after: 1s }
      - { event: payment, key: "42", data: { amount: 9 }, id: one, after: 2s }
      - { event: parcel, when: sent, after: 10m }
    expect: { output: { amount: 7, sent: true } }
  - name: in time
    events: [{ event: payment, key: "42", data: { amount: 8 }, when: paid, after: 29d }]
    expect: { output: { amount: 8, sent: false } }
  - name: too late
    events: [{ event: payment, key: "42", data: { amount: 8 }, when: paid, after: 31d, refused: RUN_CLOSED }]
    expect: { output: { amount: 0, sent: false }, nodes: { paid: { error: { code: EVENT_TIMED_OUT } }, late: { status: completed } } }
  - name: expired
    mocks: { work: { output: null, takes: 30s } }
    events: [{ event: payment, key: "42", data: { amount: 7 }, after: 1s }]
    expect: { output: { amount: 0, sent: false } }
  - name: of another key
    events: [{ event: payment, key: "43", data: { amount: 7 }, when: paid }]
    expect: { output: { amount: 0, sent: false } }
`;
  expect(await told(cases)).toEqual([
    { name: 'early, and twice', took_ms: 10_000 + 600_000, wrong: [] },
    { name: 'in time', took_ms: 10_000 + 29 * DAY + 3_600_000, wrong: [] },
    { name: 'too late', took_ms: 10_000 + 30 * DAY, wrong: [] },
    { name: 'expired', took_ms: 30_000 + 30 * DAY, wrong: [] },
    { name: 'of another key', took_ms: 10_000 + 30 * DAY, wrong: [] },
  ]);
});

test('an event that is refused, or whose node never waits, fails the case', async () => {
  const cases = `
cases:
  - name: after the end
    mocks: { work: fail }
    events: [{ event: payment, key: "42", data: { amount: 7 }, after: 0s }, { event: parcel, when: sent }]
    expect: { status: failed }
  - name: taken
    mocks: { work: echo }
    events: [{ event: payment, key: "42", data: { amount: 7 }, refused: RUN_CLOSED }, { event: parcel }]
    expect: { output_includes: { amount: 7 } }
`;
  expect(await told(cases)).toEqual([
    { name: 'after the end', took_ms: 0, wrong: ['node sent never waited, so event parcel never came'] },
    { name: 'taken', took_ms: 0, wrong: ['event payment was taken; it was to be refused with RUN_CLOSED'] },
  ]);
});

test('an event of a sub-workflow’s wait goes to that run', async () => {
  const outer = `
name: outer
nodes: [{ key: sub, type: subworkflow, config: { workflow: order } }]
output: "\${ nodes.sub.output }"
`;
  const cases = `
mocks: { sub.work: echo }
cases:
  - name: inside
    events: [{ event: payment, key: "42", data: { amount: 3 }, when: sub.paid, after: 1d }]
    expect: { output: { amount: 3, sent: false } }
`;
  expect(await told(cases, { order: SPEC }, outer)).toEqual([{ name: 'inside', took_ms: DAY + 3_600_000, wrong: [] }]);
});

test('what is wrong with a case’s events is told at its place', () => {
  const tests = `cases:
  - name: a
    events:
      - { event: paymnet, key: "42" }
      - { event: payment, data: { amount: much } }
      - { event: parcel, when: late }
      - { event: parcel, when: snet }
      - { event: refund, refused: NOT_FOUND }
`;
  expect(
    problemsOfTests(SPEC, tests).map(({ code, pointer, message, suggestion }) => [code, pointer, message, suggestion]),
  ).toEqual([
    ['BAD_VALUE', '/cases/0/events/0/event', 'workflow order has no wait for event paymnet', 'payment'],
    [
      ...['BAD_VALUE', '/cases/0/events/1/data/amount'],
      'the data does not fit the schema of event payment: /amount must be number',
      undefined,
    ],
    ['BAD_VALUE', '/cases/0/events/2/when', 'late is a transform, which never waits', undefined],
    ['UNKNOWN_NODE', '/cases/0/events/3/when', 'workflow order has no node snet', 'sent'],
  ]);
});

test('a run whose waits took events is recorded with them, and the case passes', async () => {
  const plan = compiledPlan(SPEC);
  const given = testDocument.parse({
    cases: [
      {
        name: 'a',
        mocks: { work: { output: null, takes: '10s' } },
        events: [
          { event: 'payment', key: '42', data: { amount: 7 }, id: 'one', after: '1s' },
          { event: 'parcel', id: 'two', when: 'sent', after: '10m' },
        ],
      },
    ],
  });
  const { root, nodes } = await play(groundOf(plan), given.cases[0]!);
  const time = (ms: number) => new Date(ms).toISOString();
  const { startedAt, at, end } = root.walk;
  const view = {
    ...{ id: 'run_1', org_id: 'o', workflow_id: 'w', workflow: 'order', version: 1, starter: 'user:ann', metadata: {} },
    ...{ created_at: time(0), input: {} as Json, cursor: '', status: 'completed', output: end!.output, error: null },
    ...{ started_at: time(startedAt), finished_at: time(at) },
    nodes: nodes.map((node) => ({ ...node, started_at: node.queued_at })),
  } as RunView;
  const recorded = caseOf(view, plan);
  expect(recorded['events']).toEqual([
    { event: 'payment', key: '42', data: { amount: 7 }, id: 'one', after: '1000ms' },
    { event: 'parcel', key: '', data: null, id: 'two', after: '610000ms' },
  ]);
  const { cases } = await runTests(groundOf(plan), testDocument.parse({ cases: [recorded] }));
  expect(cases).toMatchObject([{ passed: true, differences: [], problems: [] }]);
});
