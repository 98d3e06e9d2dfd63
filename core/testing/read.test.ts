import { problemsOfTests } from '../../tests/support/spec-tests.js';

const SPEC = `
name: flow
input: { type: object, required: [n], properties: { n: { type: integer } } }
nodes:
  - key: load
    type: tool_call
    config: { tool: http, request: { url: "https://example.org" } }
    output: { type: object, required: [body], properties: { body: { type: array, items: { type: string } } } }
  - { key: shape, type: transform, config: { value: 1 } }
  - { key: ask, type: human_gate, config: { title: "Sure?" } }
  - { key: sub, type: subworkflow, config: { workflow: inner } }
  - key: each
    type: map
    config:
      over: "\${ nodes.load.output.body }"
      do: { type: tool_call, config: { tool: function, name: noop }, output: { type: string } }
edges: [{ from: load, to: each }]
`;

/** `code line:column message (suggestion)` of each. */
const found = (tests: string) =>
  problemsOfTests(SPEC, tests).map(
    ({ code, line, column, message, suggestion }) =>
      `${code} ${line}:${column} ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`,
  );

test('every problem of a document is told at once, each at its place', () => {
  expect(
    found(`mocks:
  laod: echo
  shape: echo
  ask: fail
  sub: { attempts: [{ output: 1 }] }
  each: { output: 3 }
  each[0]: { attempts: [{ output: four }, { output: 4 }] }
  load[1]: echo
  sub.inside: echo
cases:
  - name: a
    input: { n: one }
    mocks:
      load: { output: { body: [a, 2] } }
    decisions: [{ gate: load, decision: approve }]
    expect: { nodes: { shap: { status: completed } } }
  - name: a
    input: {}
`),
  ).toEqual([
    'UNKNOWN_NODE 2:9 workflow flow has no node laod (load)',
    'BAD_VALUE 3:10 shape is a transform, which runs for real',
    "BAD_VALUE 4:8 ask is a human_gate: it is decided by the case's decisions",
    'BAD_VALUE 5:8 sub is a subworkflow, which runs once: it has no attempts',
    'BAD_VALUE 6:19 the output of an item does not fit the schema of node each: it must be string',
    'BAD_VALUE 7:53 the output of the item does not fit the schema of node each: it must be string',
    'UNKNOWN_NODE 8:12 load is no map, so it has no items',
    'UNKNOWN_NODE 9:15 sub runs workflow inner, whose spec is not given: name it in workflows',
    'BAD_VALUE 12:17 the input does not fit its schema: /n must be integer',
    'BAD_VALUE 14:35 the output does not fit the schema of node load: /body/1 must be string',
    'BAD_VALUE 15:25 load is a tool_call, and only a human_gate is decided',
    'UNKNOWN_NODE 16:30 workflow flow has no node shap (shape)',
    'BAD_VALUE 17:11 two cases have the name a',
    "BAD_VALUE 18:12 the input does not fit its schema: it must have required property 'n'",
  ]);
});

test('fields, values and durations', () => {
  expect(
    found(`cases:
  - nam: a
    mocks:
      load: { output: 1, error: { code: HTTP_5X } }
      sub: { outptu: 1 }
      each: { output: 1, takes: soon }
      ask: nope
    cancel_after: 1y
`),
  ).toEqual([
    'MISSING_FIELD 2:5 name is missing',
    'UNKNOWN_FIELD 2:5 there is no field nam here (name)',
    expect.stringMatching(/^BAD_VALUE 4:41 expected one of .*found "HTTP_5X" \(HTTP_5XX\)$/),
    'BAD_VALUE 5:12 it must have one of output, error and hangs, or attempts; found {"outptu":1}',
    'UNKNOWN_FIELD 5:14 there is no field outptu here (output)',
    'BAD_DURATION 6:33 a duration reads like 250ms, 5s, 10m, 2h, 1d or PT1H30M; found "soon"',
    'BAD_VALUE 7:12 expected one of echo, fail; found "nope"',
    'BAD_DURATION 8:19 a duration reads like 250ms, 5s, 10m, 2h, 1d or PT1H30M; found "1y"',
  ]);
});

test('text that is no YAML', () => {
  expect(found('cases: [')).toEqual([expect.stringMatching(/^SYNTAX 1:/)]);
});
