import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Json } from '../../core/json.js';
import { type E2E, openE2E } from '../support/e2e.js';
import { until } from '../support/workflow.js';
import { openWorld, type World } from '../support/world.js';

/** Tests, recorded runs and dry runs, through the API that serves them. */
let heddle: E2E;
let world: World;
beforeAll(async () => {
  [heddle, world] = await Promise.all([openE2E(), openWorld()]);
});
afterAll(() => Promise.all([heddle.close(), world.stop()]));

const played = (json: object) => heddle.request('POST', '/workflows/test', { json });
const example = (name: string) =>
  readFileSync(new URL(`../../examples/workflows/${name}.yaml`, import.meta.url), 'utf8');

test('the example’s tests pass, and nothing is stored', async () => {
  const answer = await played({ spec: example('elements-brief'), tests: example('elements-brief.test') });
  expect(answer).toMatchObject({
    status: 200,
    body: { workflow: 'elements-brief', passed: true, coverage: { short: [] } },
  });
  expect((await heddle.request('GET', '/workflows')).body.items).toEqual([]);
});

test('cases as JSON; what is wrong is told with its place, in the tests, the spec or a sub-workflow’s', async () => {
  const spec = { name: 'flow', nodes: [{ key: 'sub', type: 'subworkflow', config: { workflow: 'inner' } }] };
  const inner =
    'name: inner\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\noutput: "${ nodes.a.output }"\n';
  const cases = [{ name: 'a', expect: { output: null, nodes: { 'sub.a': { output: 1 } } } }];
  expect((await played({ spec, cases, workflows: { inner } })).body).toMatchObject({ passed: true });
  expect(await played({ spec, cases: [{ name: 'a', mocks: { subs: 'echo' } }] })).toMatchObject({
    status: 422,
    body: {
      code: 'TESTS_INVALID',
      errors: [{ code: 'UNKNOWN_NODE', pointer: '/cases/0/mocks/subs', suggestion: 'sub' }],
    },
  });
  expect(await played({ spec, tests: 'cases:\n  - name: a\n    inputs: 1\n' })).toMatchObject({
    body: { code: 'TESTS_INVALID', errors: [{ code: 'UNKNOWN_FIELD', line: 3, column: 5, suggestion: 'input' }] },
  });
  expect(await played({ spec, cases, workflows: { inner: 'name: inner\n' } })).toMatchObject({
    status: 422,
    body: { code: 'SPEC_INVALID', details: { workflow: 'inner' } },
  });
  expect(await played({ spec })).toMatchObject({
    status: 422,
    body: { code: 'TESTS_INVALID', errors: [{ code: 'MISSING_FIELD', message: 'cases is missing' }] },
  });
  expect(await played({ spec, cases, tests: 'cases: []' })).toMatchObject({
    status: 422,
    body: { code: 'TESTS_INVALID' },
  });
});

const SPEC = (name: string) => `
name: ${name}
input: { type: object, properties: { n: { type: integer, default: 2 } } }
nodes:
  - key: flaky
    type: tool_call
    config: { tool: http, request: { url: "${world.url}/flaky/${name}?fails=1" } }
    retry: { max_attempts: 3, initial_interval: 100ms }
  - { key: big, type: tool_call, config: { tool: function, code: "export default () => ({ text: 'x'.repeat(20000) })" } }
  - { key: size, type: transform, config: { value: "\${ size(nodes.big.output.text) + input.n }" } }
  - { key: ask, type: human_gate, config: { title: "Sure?" }, on_error: continue }
  - { key: refused, type: tool_call, config: { tool: http, request: { url: "${world.url}/x?status=404" } }, on_error: continue }
  - { key: after, type: transform, config: { value: "\${ nodes.refused.error.code }" } }
edges:
  - { from: flaky, to: ask }
  - { from: big, to: size }
  - { from: ask, to: refused, on: failure }
  - { from: refused, to: after, on: failure }
output: { size: "\${ nodes.size.output }", after: "\${ nodes.after.output }" }
`;

test('a run is recorded as a case, which passes without the world that the run was in', async () => {
  await heddle.apply(SPEC('recorded'));
  const id = await heddle.run('recorded');
  await until(async () => (await heddle.view(id)).status === 'waiting');
  expect(await heddle.request('GET', `/workflow_runs/${id}/test_case`)).toMatchObject({
    status: 409,
    body: { code: 'RUN_STATE' },
  });
  await heddle.request('POST', `/workflow_runs/${id}/nodes/ask/decision`, {
    json: { decision: 'deny', comment: 'no' },
  });
  const view = await heddle.finished(id);
  expect(view).toMatchObject({ status: 'completed', output: { size: 20002, after: 'HTTP_4XX' } });
  const { status, body } = await heddle.request('GET', `/workflow_runs/${id}/test_case`);
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      workflow: 'recorded',
      case: {
        input: { n: 2 },
        mocks: { big: { output: { text: 'x'.repeat(20_000) } }, refused: { error: { code: 'HTTP_4XX' } } },
        decisions: [{ gate: 'ask', decision: 'deny', comment: 'no' }],
      },
    },
  });
  const tests = stringify({ cases: [body.case as Json] });
  const replayed = await played({ spec: SPEC('recorded'), tests });
  expect(replayed.body.cases).toMatchObject([{ passed: true, differences: [], problems: [], output: view.output }]);
});

test('a dry run says what would run, and nothing does', async () => {
  await heddle.apply(SPEC('dry'));
  const { status, body } = await heddle.request('POST', '/workflows/dry/dry_run', { json: { input: { n: 1 } } });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      workflow: 'dry',
      version: 1,
      input: { n: 1 },
      cost: null,
      waves: [['flaky', 'big'], ['ask', 'size'], ['refused'], ['after']],
    },
  });
  expect((await heddle.request('GET', '/workflow_runs?workflow=dry')).body.items).toEqual([]);
  const refused = await heddle.request('POST', '/workflows/dry/dry_run', { json: { input: { n: 'one' } } });
  expect(refused).toMatchObject({ status: 422, body: { code: 'INPUT_INVALID' } });
});
