import { runDocument as run } from '../../tests/support/spec-tests.js';

const ORDER = `
name: order
input: { type: object, properties: { amount: { type: integer, default: 5 } } }
nodes:
  - key: price
    type: tool_call
    config: { tool: http, request: { url: "https://example.org/\${ input.amount }" } }
    retry: { max_attempts: 3, initial_interval: 1s }
    timeout: { attempt: 10s, total: 1m }
    output: { type: object, required: [total], properties: { total: { type: integer } } }
  - key: cool_off
    type: wait
    config: { duration: 30d }
  - key: sign
    type: human_gate
    config: { title: "Pay \${ nodes.price.output.total }?" }
    on_error: continue
  - key: pay
    type: transform
    config: { value: { paid: "\${ nodes.price.output.total }", by: "\${ nodes.sign.output.decided_by }" } }
  - key: drop
    type: transform
    config: { value: dropped }
edges:
  - { from: price, to: cool_off, condition: "nodes.price.output.total > 100" }
  - { from: price, to: sign, condition: "nodes.price.output.total <= 100" }
  - { from: cool_off, to: sign, on: always }
  - { from: sign, to: pay }
  - { from: sign, to: drop, on: failure }
output: "\${ nodes.pay.status == 'completed' ? nodes.pay.output : nodes.drop.output }"
`.replace('    type: human_gate', '    type: human_gate\n    join: any');

test('cases run in no time, and the report says what none of them took', async () => {
  const report = await run(
    ORDER,
    `
mocks: { price: { output: { total: 7 } } }
cases:
  - name: approved
    decisions: [{ gate: sign, decision: approve, by: user:bo, after: 2h }]
    expect:
      output: { paid: 7, by: user:bo }
      nodes: { cool_off: { status: skipped }, price: { status: completed, attempts: 1 } }
  - name: dear
    mocks: { price: { attempts: [{ error: { code: HTTP_5XX }, takes: 2s }, { output: { total: 700 } }] } }
    decisions: [{ gate: sign, decision: approve }]
    expect: { output_includes: { paid: 700 }, nodes: { price: { attempts: 2 } } }
coverage: { edges: 100, failures: 50 }
`,
  );
  expect(
    report.cases.map(({ name, passed, took_ms, differences, problems }) => ({
      name,
      passed,
      took_ms,
      differences,
      problems,
    })),
  ).toEqual([
    { name: 'approved', passed: true, took_ms: 7_200_000, differences: [], problems: [] },
    { name: 'dear', passed: true, took_ms: 3_000 + 30 * 86_400_000, differences: [], problems: [] },
  ]);
  expect(report.passed).toBe(false);
  expect(report.coverage).toMatchObject({
    nodes: { total: 5, covered: 4, percent: 80, missing: ['drop'] },
    edges: { total: 7, covered: 6 },
    joins: { total: 1, covered: 1, all: [{ node: 'sign', join: 'any', fired: 2, skipped: 0 }] },
    failures: { total: 2, covered: 0, missing: ['sign fails', 'sign -> drop on failure'] },
    short: [
      { of: 'edges', percent: 85.7, least: 100 },
      { of: 'failures', percent: 0, least: 50 },
    ],
  });
});

const statuses = async (spec: string, tests: string, children: Record<string, string> = {}) => {
  const { cases } = await run(spec, tests, children);
  return cases.map(({ name, passed, differences, problems }) => ({
    name,
    ...(passed ? {} : { differences, problems }),
  }));
};

const MAP = (batch: number) => `
name: each
input: { type: object, properties: { list: { type: array } } }
nodes:
  - key: look
    type: map
    config:
      over: "\${ input.list }"
      batch: ${batch}
      concurrency: 4
      tolerate: { count: 1 }
      do: { type: tool_call, config: { tool: function, name: noop, input: "\${ item }" }, retry: { max_attempts: 2, initial_interval: 1s } }
output: "\${ nodes.look.output }"
`;

test.each([1, 2])('items of a map have mocks of their own; batches of %d', async (batch) => {
  const tests = `
cases:
  - name: one of four fails
    input: { list: [a, b, c, d] }
    mocks:
      look: { output: ok }
      look[1]: { error: { code: HTTP_5XX, message: down } }
      look[2]: { attempts: [{ error: { code: HTTP_5XX } }, { output: second }] }
    expect:
      output:
        items: [ok, null, second, ok]
        total: 4
        completed: 3
        failed: 1
        errors: [{ index: 1, code: HTTP_5XX, message: down }]
      nodes: { "look[2]": { status: completed, attempts: 2 }, "look[1]": { attempts: 2, error: { code: HTTP_5XX } } }
  - name: two fail
    input: { list: [a, b] }
    mocks: { look: fail }
    expect: { status: failed, error: { code: MAP_FAILED } }
`;
  expect(await statuses(MAP(batch), tests)).toEqual([{ name: 'one of four fails' }, { name: 'two fail' }]);
});

test('a large map, which a workflow of its own walks in a real run', async () => {
  const list = JSON.stringify(Array.from({ length: 300 }, (_, i) => i));
  const tests = `
cases:
  - name: all
    input: { list: ${list} }
    mocks: { look: echo, "look[7]": { error: { code: FUNCTION_ERROR, message: seven } } }
    expect: { output_includes: { total: 300, completed: 299, failed: 1, errors: [{ index: 7, code: FUNCTION_ERROR, message: seven }] } }
`;
  expect(await statuses(MAP(1), tests)).toEqual([{ name: 'all' }]);
});

const OUTER = `
name: outer
nodes:
  - { key: sub, type: subworkflow, config: { workflow: inner, input: { n: 3 } }, on_error: continue }
  - { key: after, type: transform, config: { value: "\${ nodes.sub.output }" } }
edges: [{ from: sub, to: after }]
output: "\${ nodes.after.output }"
`;
const INNER = `
name: inner
input: { type: object, required: [n], properties: { n: { type: integer }, more: { type: string, default: yes } } }
nodes:
  - { key: call, type: tool_call, config: { tool: function, name: noop, input: "\${ input }" } }
  - { key: gate, type: human_gate, config: { title: Go on? } }
edges: [{ from: call, to: gate }]
output: "\${ nodes.call.output }"
`;

test('a sub-workflow is mocked as a node, or runs for real when its spec is given', async () => {
  const mocked = `
cases:
  - { name: as a node, mocks: { sub: { output: 7, takes: 1h } }, expect: { output: 7 } }
  - { name: fails, mocks: { sub: { error: { code: GATE_DENIED, message: no } } }, expect: { output: null, nodes: { sub: { error: { code: SUBWORKFLOW_FAILED, message: no } } } } }
`;
  expect(await statuses(OUTER, mocked)).toEqual([{ name: 'as a node' }, { name: 'fails' }]);
  const real = `
mocks: { sub.call: echo }
cases:
  - name: for real
    decisions: [{ gate: sub.gate, decision: approve, after: 1d }]
    expect: { output: { n: 3, more: "yes" }, nodes: { sub.gate: { status: completed } } }
  - name: denied
    decisions: [{ gate: sub.gate, decision: deny }]
    expect: { output: null, nodes: { sub: { status: failed, error: { code: SUBWORKFLOW_FAILED } }, after: { status: skipped } } }
  - name: cancelled
    cancel_after: 30s
    expect: { status: cancelled, nodes: { sub: { status: cancelled }, sub.gate: { status: cancelled }, sub.call: { status: completed } } }
`;
  expect(await statuses(OUTER, real, { inner: INNER.replace('default: yes', 'default: "yes"') })).toEqual(
    ['for real', 'denied', 'cancelled'].map((name) => ({ name })),
  );
});

test('a case decides in the place of others, as a run would take it', async () => {
  const spec = `
name: payout
nodes:
  - key: pay
    type: human_gate
    config: { title: Pay?, policy: { quorum: [{ group: finance }, { people: [user:lea] }], exclude: [] } }
output: "\${ nodes.pay.output.on_behalf_of }"
`;
  const tests = `
cases:
  - name: for two
    decisions:
      - { gate: pay, decision: approve, by: user:bob, on_behalf_of: user:ann, groups: [finance] }
      - { gate: pay, decision: approve, by: user:ann, groups: [finance], after: 1s, refused: GATE_CLOSED }
      - { gate: pay, decision: approve, by: user:tom, on_behalf_of: user:lea, groups_only: true, after: 2s, refused: FORBIDDEN }
      - { gate: pay, decision: approve, by: user:tom, on_behalf_of: user:lea, after: 3s }
    expect: { output: user:lea }
`;
  expect(await statuses(spec, tests)).toEqual([{ name: 'for two' }]);
});

test('what is expected and not found, what is missing, and where a run stands still', async () => {
  const tests = `
cases:
  - name: not what it is
    mocks: { price: { output: { total: 7 } } }
    decisions: [{ gate: sign, decision: approve, roles: [viewer] }, { gate: sign, decision: approve, after: 1s, by: user:bo }]
    expect: { output: { paid: 8, by: user:bo, more: 1 }, nodes: { price: { output: { total: 7 } } } }
  - name: nothing stands in
  - name: nobody decides
    mocks: { default: echo, price: { output: { total: 7 } } }
  - name: echo does not fit
    mocks: { default: echo }
  - name: waiting is what is expected
    mocks: { price: { output: { total: 7 } } }
    expect: { status: waiting }
  - name: refused, as it should be
    mocks: { price: { output: { total: 7 } } }
    decisions:
      - { gate: sign, decision: approve, roles: [viewer], refused: FORBIDDEN }
      - { gate: sign, decision: deny, comment: no }
      - { gate: sign, decision: deny, refused: GATE_CLOSED }
    expect: { output: dropped, nodes: { sign: { error: { code: GATE_DENIED, message: "user:ann denied it: no" } } } }
  - name: hangs for ever
    mocks: { price: { hangs: true } }
    expect: { status: failed, error: { code: NODE_TIMEOUT } }
`;
  expect(await statuses(ORDER, tests)).toEqual([
    {
      name: 'not what it is',
      differences: [
        { pointer: '/output/paid', expected: 8, found: 7 },
        { pointer: '/output/more', expected: 1 },
      ],
      problems: [
        { message: "user:ann's decision on gate sign was refused: FORBIDDEN: gate sign is for role approver" },
      ],
    },
    {
      name: 'nothing stands in',
      differences: [{ pointer: '/status', expected: 'completed', found: 'running' }],
      problems: [
        { node: 'price', message: 'nothing stands in for node price: give it a mock, or give one as default' },
      ],
    },
    {
      name: 'nobody decides',
      differences: [{ pointer: '/status', expected: 'completed', found: 'waiting' }],
      problems: [
        { node: 'sign', message: 'the run stands still: sign waits for somebody with role approver to decide' },
      ],
    },
    {
      name: 'echo does not fit',
      differences: [{ pointer: '/status', expected: 'completed', found: 'running' }],
      problems: [
        {
          node: 'price',
          message:
            "what echo puts out for node price does not fit its output schema: it must have required property 'total'",
        },
      ],
    },
    { name: 'waiting is what is expected' },
    { name: 'refused, as it should be' },
    { name: 'hangs for ever' },
  ]);
});

const BOOKING = `
name: booking
nodes:
  - key: book
    type: tool_call
    config: { tool: http, request: { method: POST, url: "https://example.org/bookings" } }
    compensate:
      type: tool_call
      config: { tool: http, request: { method: DELETE, url: "https://example.org/bookings/\${ nodes.book.output.body.id }" } }
      retry: { max_attempts: 3, initial_interval: 1s }
  - key: seats
    type: map
    config: { over: "\${ [1, 2] }", do: { type: tool_call, config: { tool: function, name: seat, input: "\${ item }" } } }
    compensate: { type: tool_call, config: { tool: function, name: free, input: "\${ item }" } }
  - key: pay
    type: tool_call
    config: { tool: function, name: pay }
edges: [{ from: book, to: seats }, { from: seats, to: pay }]
`;

test('a case says what undoes nodes; the report says which compensations none of them took', async () => {
  const report = await run(
    BOOKING,
    `
mocks: { book: { output: { status: 201, headers: {}, body: { id: 7 } } }, default: echo }
cases:
  - name: paid
  - name: no money
    mocks:
      pay: fail
      book~undo: { attempts: [{ error: { code: HTTP_5XX } }, { output: gone }] }
      seats~undo[1]: { output: free }
    expect: { status: failed, nodes: { book: { undone: true }, seats: { undone: true } } }
  - name: stuck
    mocks: { pay: fail, seats~undo: fail }
    expect: { status: held, nodes: { book: { undone: false } } }
  - name: cancelled while it pays
    mocks: { pay: { hangs: true } }
    cancel_after: 30s
    expect: { status: cancelled, nodes: { pay: { status: cancelled }, book: { undone: true } } }
`,
  );
  expect(
    report.cases.map(({ name, passed, differences, problems }) => ({ name, passed, differences, problems })),
  ).toEqual(
    ['paid', 'no money', 'stuck', 'cancelled while it pays'].map((name) => ({
      ...{ name, passed: true, differences: [], problems: [] },
    })),
  );
  expect(report.coverage.compensations).toEqual({ total: 2, covered: 2, percent: 100, missing: [] });
  const { coverage } = await run(BOOKING, 'mocks: { default: echo }\ncases: [{ name: paid }]');
  expect(coverage.compensations).toEqual({ total: 2, covered: 0, percent: 0, missing: ['book', 'seats'] });
});
