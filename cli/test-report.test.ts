import type { Answer } from '../tests/support/fake-api.js';
import { commandLine } from '../tests/support/heddle.js';
import { junit } from './test-report.js';

const SPEC = 'name: flow\n';
const TESTS = 'workflows: { other: ./sub.yaml }\ncases: [{ name: a }]\n';
const heddle = (args: string[], answers?: Record<string, Answer>) =>
  commandLine(args, answers, { 'flow.yaml': SPEC, 'sub.yaml': SPEC, 'flow.test.yaml': TESTS });

const SHARE = { total: 2, covered: 1, percent: 50 };
const EDGE = { from: 'a', to: 'b', on: 'success', taken: 1, not_taken: 0, failed: 0, missing: [] };
const TEST_REPORT = {
  workflow: 'flow',
  passed: false,
  cases: [
    {
      ...{ name: 'good', passed: true, status: 'completed', output: 1, error: null, took_ms: 3000 },
      ...{ differences: [], problems: [] },
    },
    {
      ...{ name: 'bad & <worse>', passed: false, status: 'failed', output: null, error: null, took_ms: 0 },
      differences: [
        { pointer: '/status', expected: 'completed', found: 'failed' },
        { pointer: '/output/x', expected: 1 },
      ],
      problems: [{ message: 'gate g never opened, so nobody could decide it' }],
    },
  ],
  coverage: {
    nodes: { ...SHARE, missing: ['b'] },
    edges: {
      ...SHARE,
      all: [
        { ...EDGE, condition: 'x > 1', missing: ['not_taken'] },
        { ...EDGE, on: 'failure', taken: 0, missing: ['taken'] },
      ],
    },
    joins: { ...SHARE, all: [{ node: 'b', join: 'all', fired: 0, skipped: 1 }] },
    failures: { ...SHARE, missing: ['a fails'] },
    short: [{ of: 'edges', percent: 50, least: 100 }],
  },
};

test('test: each case, each difference, and what no case has taken', async () => {
  const { code, out, received } = await heddle(['test', 'flow.test.yaml', '--junit', 'out.xml'], {
    'POST /workflows/test': { json: TEST_REPORT },
  });
  expect(code).toBe(1);
  expect(out).toBe(`flow  flow.test.yaml
  ✓ good  completed after 3.00s
  ✗ bad & <worse>  failed after 0.00s
      gate g never opened, so nobody could decide it
      /status
        expected "completed"
        found    "failed"
      /output/x
        expected 1
        found    nothing
  coverage  nodes 50 %, edges 50 % of 100 %, joins 50 %, failures 50 %
    never ran   b
    never taken a -> b on failure
    never false a -> b when x > 1
    never fired b
    never seen  a fails

1 passed, 1 failed, coverage is too low`);
  expect(JSON.parse(received[0]!.body)).toEqual({ spec: SPEC, workflows: { other: SPEC }, tests: TESTS });
});

test('test --junit: a suite a document, with the coverage as a case', () => {
  const text = junit([{ ...TEST_REPORT, file: 'flow.test.yaml' } as never]);
  expect(text).toContain('<testsuite name="flow" file="flow.test.yaml" tests="3" failures="2">');
  expect(text).toContain('<testcase name="good" classname="flow" time="3"/>');
  expect(text).toContain('<testcase name="bad &amp; &lt;worse&gt;" classname="flow" time="0">');
  expect(text).toContain('message="edges: 50 % of 100 %"');
});

test('test: what is wrong is shown in the file that it stands in', async () => {
  const refusal = (code: string, details?: object) => ({
    status: 422,
    json: {
      code,
      errors: [{ code: 'UNKNOWN_NODE', pointer: '', line: 1, column: 1, message: 'x' }],
      ...(details && { details }),
    },
  });
  for (const [answer, file] of [
    [refusal('TESTS_INVALID'), 'flow.test.yaml'],
    [refusal('SPEC_INVALID'), 'flow.yaml'],
    [refusal('SPEC_INVALID', { workflow: 'other' }), 'sub.yaml'],
  ] as const) {
    const { code, said } = await heddle(['test', 'flow.test.yaml'], { 'POST /workflows/test': answer });
    expect(code).toBe(2);
    expect(said).toMatch(new RegExp(`--> \\S*${file}:1:1`));
  }
});

test('test --record: a document with the run as its case', async () => {
  const { code, out } = await heddle(['test', '--record', 'r1'], {
    'GET /workflow_runs/r1/test_case': {
      json: {
        run_id: 'r1',
        workflow: 'flow',
        version: 2,
        case: { name: 'run r1', input: { n: 1 }, expect: { status: 'completed' } },
      },
    },
  });
  expect({ code, out }).toEqual({
    code: 0,
    out: 'workflow: ./flow.yaml\ncases:\n  - name: run r1\n    input:\n      n: 1\n    expect:\n      status: completed',
  });
});

test('run --dry: waves, and what each input waits for', async () => {
  const dry = (key: string, more: object) => ({
    ...{ key, type: 'tool_call', wave: 1, runs: 'yes', acts: true, input: {}, unknown: [], cost: null },
    ...more,
  });
  const answer = {
    ...{ workflow: 'flow', version: 2, input: {}, edges: [], output: null, output_unknown: [], cost: null },
    waves: [['a', 'm'], ['b']],
    nodes: [
      dry('a', {}),
      dry('m', { type: 'map', items: 3 }),
      dry('b', { wave: 2, runs: 'maybe', unknown: [{ pointer: '/x', reads: ['nodes.a'] }] }),
      dry('c', { runs: 'no' }),
    ],
  };
  const { code, out, received } = await heddle(['run', 'flow', '--dry', '-i', 'n=1'], {
    'POST /workflows/flow/dry_run': { json: answer },
  });
  expect(code).toBe(0);
  expect(out).toBe(`flow version 2
wave 1  a  tool_call
        m  map               3 items
wave 2  b  tool_call  maybe  input waits for nodes.a
would not run: c
cost: unknown`);
  expect(JSON.parse(received[0]!.body)).toEqual({ input: { n: 1 }, metadata: {} });
  expect((await heddle(['run', 'flow.yaml', '--dry'])).code).toBe(2);
});
