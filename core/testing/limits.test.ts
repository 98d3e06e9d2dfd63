import { runDocument as run } from '../../tests/support/spec-tests.js';

const SPEC = `
name: order
input: { type: object, properties: { list: { type: array, items: { type: integer }, default: [1, 2, 3] } } }
limits: { run: { concurrency_key: all } }
nodes:
  - { key: price, type: tool_call, limits: [crm, { name: mail, key: "\${ string(size(input.list)) }" }], config: { tool: http, request: { url: "https://example.org/" } } }
  - key: each
    type: map
    limits: [crm]
    config: { over: "\${ input.list }", do: { type: tool_call, config: { tool: http, request: { url: "https://example.org/\${ string(item) }" } } } }
edges: [{ from: price, to: each }]
output: "\${ nodes.each.output.completed }"
`;

test('a case waits for no place of a limit', async () => {
  const report = await run(
    SPEC,
    'mocks: { price: { output: 1 }, each: { output: 2 } }\ncases: [{ name: plain, expect: { output: 3, nodes: { price: { attempts: 1 } } } }]\n',
  );
  expect(report.cases.map(({ passed, differences, problems }) => ({ passed, differences, problems }))).toEqual([
    { passed: true, differences: [], problems: [] },
  ]);
});
