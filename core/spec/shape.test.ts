import { schemaProblem } from '../../adapters/json-schema/validate.js';
import { A, B, expectTold, nodeWith, spec, toolCall, type Told } from '../../tests/support/marked.js';

// What the compiler says of fields and values. `«` marks the place that it tells.

describe('fields', () => {
  test.each<[string, string, Told[]]>([
    [
      'at the top',
      `name: demo\n«node: []\nnodes:\n${A}`,
      [['UNKNOWN_FIELD', '/node', 'there is no field node here', 'nodes']],
    ],
    [
      'of a node',
      nodeWith('«retrys: 1'),
      [['UNKNOWN_FIELD', '/nodes/0/retrys', 'there is no field retrys here', 'retry']],
    ],
    [
      'that is like none',
      nodeWith('«zzzzzz: 1'),
      [['UNKNOWN_FIELD', '/nodes/0/zzzzzz', 'there is no field zzzzzz here']],
    ],
    [
      'of a retry',
      nodeWith('retry: { «max_atempts: 2 }'),
      [['UNKNOWN_FIELD', '/nodes/0/retry/max_atempts', 'no field', 'max_attempts']],
    ],
    [
      'of a request',
      toolCall('http, request: { url: x, «header: {} }'),
      [['UNKNOWN_FIELD', '/nodes/0/config/request/header', 'no field', 'headers']],
    ],
    [
      'of a function, which a request would have',
      toolCall('function, code: x, «url: y'),
      [['UNKNOWN_FIELD', '/nodes/0/config/url', 'no field']],
    ],
    [
      'of an edge',
      spec(A + B, '  - { from: a, to: b, «conditon: "true" }\n'),
      [['UNKNOWN_FIELD', '/edges/0/conditon', 'no field', 'condition']],
    ],
    ['with a name to escape', `name: demo\n«a/b~c: 1\nnodes:\n${A}`, [['UNKNOWN_FIELD', '/a~1b~0c', 'no field a/b~c']]],
    ['missing at the top', '«nodes:\n' + A, [['MISSING_FIELD', '', 'name is missing']]],
    [
      'two missing in one place',
      spec('  - «{ type: transform }\n').replace('«', '««'),
      [
        ['MISSING_FIELD', '/nodes/0', 'key is missing'],
        ['MISSING_FIELD', '/nodes/0', 'config is missing'],
      ],
    ],
    [
      'missing in a config',
      toolCall('http, request: «{ method: GET }'),
      [['MISSING_FIELD', '/nodes/0/config/request', 'url is missing']],
    ],
    [
      'missing in a map',
      spec('  - { key: a, type: map, config: { over: "${ [1] }", do: «{ type: transform } } }\n'),
      [['MISSING_FIELD', '/nodes/0/config/do', 'config is missing']],
    ],
  ])('%s', (_name, text, told) => expectTold(text, told));
});

describe('values', () => {
  test.each<[string, string, Told[]]>([
    ['a number for text', `name: «7\nnodes:\n${A}`, [['WRONG_TYPE', '/name', 'expected a string; found 7']]],
    [
      'an object for a list',
      'name: demo\nnodes: «{ a: 1 }\n',
      [['WRONG_TYPE', '/nodes', 'expected a list; found {"a":1}']],
    ],
    [
      'a fraction for a whole number',
      nodeWith('retry: { max_attempts: «1.5 }'),
      [['WRONG_TYPE', '/nodes/0/retry/max_attempts', 'expected a whole number; found 1.5']],
    ],
    [
      'text for true or false',
      spec('  - { key: a, type: agent_call, config: { agent: x, message: y, stream: «"yes" } }\n'),
      [['WRONG_TYPE', '/nodes/0/config/stream', 'expected true or false; found "yes"']],
    ],
    [
      'a list for a join',
      nodeWith('join: «[a]'),
      [['WRONG_TYPE', '/nodes/0/join', 'expected one of all, any, none_failed, or an object; found ["a"]']],
    ],
    [
      'a type that is none',
      spec('  - { key: a, type: «transfrom, config: { value: 1 } }\n'),
      [['BAD_VALUE', '/nodes/0/type', 'expected one of tool_call, agent_call,', 'transform']],
    ],
    [
      'a tool that is none',
      toolCall('«htpp, request: { url: x }'),
      [['BAD_VALUE', '/nodes/0/config/tool', 'expected one of http, function', 'http']],
    ],
    [
      'a join that is none',
      nodeWith('join: «al'),
      [['BAD_VALUE', '/nodes/0/join', 'expected one of all, any, none_failed; found "al"', 'all']],
    ],
    [
      'a key that is no name',
      spec('  - { key: «a-b, type: transform, config: { value: 1 } }\n'),
      [['BAD_VALUE', '/nodes/0/key', 'begins with no digit']],
    ],
    ['a name in capitals', `name: «Demo\nnodes:\n${A}`, [['BAD_VALUE', '/name', 'lower case letters']]],
    [
      'a code that is none',
      nodeWith('retry: { non_retryable: [«HTTP_4X] }'),
      [['BAD_VALUE', '/nodes/0/retry/non_retryable/0', 'expected one of', 'HTTP_4XX']],
    ],
    [
      'a status that is none',
      toolCall('http, request: { url: x, expect: [200, «700] }'),
      [['OUT_OF_RANGE', '/nodes/0/config/request/expect/1', 'expected at most 599; found 700']],
    ],
    [
      'a class of statuses that is none',
      toolCall('http, request: { url: x, expect: [«9xx] }'),
      [['BAD_VALUE', '/nodes/0/config/request/expect/0', 'a status such as 200, or a class of them']],
    ],
    [
      'two bodies',
      toolCall('http, request: «{ url: x, json: 1, text: y }'),
      [['BAD_VALUE', '/nodes/0/config/request', 'one body at most']],
    ],
    [
      'a function with neither name nor code',
      toolCall('function }').replace('config: {', 'config: «{').replace(' } }', ' }'),
      [['BAD_VALUE', '/nodes/0/config', 'either a name or code']],
    ],
    [
      'a wait for nothing',
      spec('  - { key: a, type: wait, config: «{} }\n'),
      [['BAD_VALUE', '/nodes/0/config', 'either a duration or a time']],
    ],
    [
      'a map over text',
      spec('  - { key: a, type: map, config: { over: «all, do: { type: transform, config: { value: 1 } } } }\n'),
      [['BAD_VALUE', '/nodes/0/config/over', 'one ${ … } whose value is a list']],
    ],
    [
      'a map over two',
      spec(
        '  - { key: a, type: map, config: { over: «"${ [1] }${ [2] }", do: { type: transform, config: { value: 1 } } } }\n',
      ),
      [['BAD_VALUE', '/nodes/0/config/over', 'one ${ … } whose value is a list']],
    ],
    [
      'a secret as it is',
      toolCall('http, request: { url: x, auth: { type: bearer, secret: «ghp_abc } }'),
      [['BAD_VALUE', '/nodes/0/config/request/auth/secret', 'the name of a secret']],
    ],
    [
      'a workflow that can have no such name',
      spec('  - { key: a, type: subworkflow, config: { workflow: «"${ input.w }" } }\n'),
      [['BAD_VALUE', '/nodes/0/config/workflow', 'lower case letters']],
    ],
    [
      'a version of a workflow where an alias may stand',
      spec('  - { key: a, type: subworkflow, config: { workflow: «flow@3 } }\n'),
      [['BAD_VALUE', '/nodes/0/config/workflow', 'an alias may follow after @']],
    ],
    [
      'a version beside an alias',
      spec('  - { key: a, type: subworkflow, config: { workflow: flow@stable, version: «3 } }\n'),
      [['BAD_VALUE', '/nodes/0/config/version', 'the alias says already which version it is']],
    ],
    ['no nodes', 'name: demo\nnodes: «[]\n', [['OUT_OF_RANGE', '/nodes', 'expected at least 1 item; found []']]],
  ])('%s', (_name, text, told) => expectTold(text, told));
});

describe('durations, retries, timeouts', () => {
  test.each<[string, string, Told[]]>([
    [
      'no duration',
      nodeWith('timeout: { attempt: «soon }'),
      [['BAD_DURATION', '/nodes/0/timeout/attempt', 'reads like 250ms']],
    ],
    [
      'no attempt',
      nodeWith('retry: { max_attempts: «0 }'),
      [['OUT_OF_RANGE', '/nodes/0/retry/max_attempts', 'at least 1; found 0']],
    ],
    [
      'too many attempts',
      nodeWith('retry: { max_attempts: «101 }'),
      [['OUT_OF_RANGE', '/nodes/0/retry/max_attempts', 'at most 100']],
    ],
    [
      'a backoff that shrinks',
      nodeWith('retry: { backoff: «0.5 }'),
      [['OUT_OF_RANGE', '/nodes/0/retry/backoff', 'at least 1']],
    ],
    [
      'too short',
      nodeWith('retry: { initial_interval: «1ms }'),
      [['OUT_OF_RANGE', '/nodes/0/retry/initial_interval', 'between 10ms and 1h; found "1ms"']],
    ],
    [
      'the longest wait before the first',
      nodeWith('retry: { initial_interval: 10m, max_interval: «1m }'),
      [['OUT_OF_RANGE', '/nodes/0/retry/max_interval', 'the longest wait is shorter than the first']],
    ],
    [
      'too long an attempt',
      nodeWith('timeout: { attempt: «25h }'),
      [['OUT_OF_RANGE', '/nodes/0/timeout/attempt', 'between 10ms and 1d']],
    ],
    [
      'for ever',
      nodeWith(`timeout: { total: «${'9'.repeat(400)}d }`),
      [['OUT_OF_RANGE', '/nodes/0/timeout/total', 'between 10ms and 365d']],
    ],
    [
      'a run of no time',
      `${spec(A)}limits: { run: { timeout: «0s } }\n`,
      [['OUT_OF_RANGE', '/limits/run/timeout', 'between 1s and 3650d']],
    ],
    [
      'too much at once',
      `${spec(A)}limits: { run: { max_parallel: «501 } }\n`,
      [['OUT_OF_RANGE', '/limits/run/max_parallel', 'at most 500']],
    ],
    [
      'a wait of centuries',
      spec('  - { key: a, type: wait, config: { duration: «99999d } }\n'),
      [['OUT_OF_RANGE', '/nodes/0/config/duration', 'at most 3650d']],
    ],
    [
      'a time that is none',
      spec('  - { key: a, type: wait, config: { until: «tomorrow } }\n'),
      [['BAD_DURATION', '/nodes/0/config/until', 'a time reads like']],
    ],
    [
      'of a map’s items',
      spec(
        '  - { key: a, type: map, config: { over: "${ [1] }", do: { type: transform, config: { value: 1 }, timeout: { attempt: «2d } } } }\n',
      ),
      [['OUT_OF_RANGE', '/nodes/0/config/do/timeout/attempt', 'between 10ms and 1d']],
    ],
  ])('%s', (_name, text, told) => expectTold(text, told));
});

test.each<[string, string, Told[]]>([
  [
    'of the input',
    `name: demo\ninput: «{ type: strnig }\nnodes:\n${A}`,
    [['BAD_SCHEMA', '/input', 'type must be equal to one of the allowed values']],
  ],
  ['of a node', nodeWith('output: «{ required: yes }'), [['BAD_SCHEMA', '/nodes/0/output', 'required must be array']]],
  [
    'of a map’s items',
    spec(
      '  - { key: a, type: map, config: { over: "${ [1] }", do: { type: transform, config: { value: 1 }, output: «{ $ref: "#/none" } } } }\n',
    ),
    [['BAD_SCHEMA', '/nodes/0/config/do/output', "can't resolve reference"]],
  ],
])('schemas: %s', (_name, text, told) => expectTold(text, told, { schemaProblem }));
