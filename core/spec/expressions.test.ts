import { A, B, expectTold, spec, type Told } from '../../tests/support/marked.js';

// What the compiler says of expressions, wherever they stand. `«` marks the place that it tells.

const INPUT = `input:
  type: object
  properties:
    topic: { type: string }
    depth: { type: integer }
    deep: { type: boolean }
    tags: { type: array, items: { type: string } }
    rows: { type: array, items: { type: object, properties: { id: { type: integer }, note: { type: string } } } }
    open: { type: object, properties: { a: { type: string } }, additionalProperties: true }
    mixed: { type: object, properties: { a: { type: string } }, allOf: [{ properties: { b: { type: string } } }] }
    either: { type: [string, 'null'] }
`;
const value = (expression: string) =>
  `${spec(`  - { key: a, type: transform, config: { value: "\${ ${expression} }" } }\n`)}${INPUT}`;
const IN_VALUE = '/nodes/0/config/value';

describe('names and types, against the declared schemas', () => {
  test.each<[string, Told]>([
    ['«inptu.topic', ['UNKNOWN_NAME', IN_VALUE, 'there is no inptu here', 'input']],
    ['«item.x', ['UNKNOWN_NAME', IN_VALUE, "item is there in a map's body only"]],
    ['«index + 1', ['UNKNOWN_NAME', IN_VALUE, "index is there in a map's body only"]],
    ['nodes.«b.output', ['UNKNOWN_NAME', IN_VALUE, 'there is no node b']],
    ['nodes["«b"].output'.replaceAll('"', "'").replace("['«", "[«'"), ['UNKNOWN_NAME', IN_VALUE, 'there is no node b']],
    [
      'input.«topci',
      ['UNKNOWN_PROPERTY', IN_VALUE, 'there is no property topci here; there is topic, depth,', 'topic'],
    ],
    ["input[«'topci']", ['UNKNOWN_PROPERTY', IN_VALUE, 'there is no property topci', 'topic']],
    ['input.rows[0].«nte', ['UNKNOWN_PROPERTY', IN_VALUE, 'there is id, note', 'note']],
    ['input.rows.map(r, r.«nte)', ['UNKNOWN_PROPERTY', IN_VALUE, 'there is id, note', 'note']],
    ['input.rows.filter(r, r.id > 1.0)[0].«idd', ['UNKNOWN_PROPERTY', IN_VALUE, 'there is id, note', 'id']],
    ['run.«idd', ['UNKNOWN_PROPERTY', IN_VALUE, 'there is id, workflow, version', 'id']],
    ['«input.topic + 1', ['EXPRESSION_TYPE', IN_VALUE, 'there is no string + int']],
    ['«input.depth + input.topic', ['EXPRESSION_TYPE', IN_VALUE, 'there is no double + string']],
    ['«input.depth == input.topic', ['EXPRESSION_TYPE', IN_VALUE, 'there is no double == string']],
    ['«input.deep && input.topic', ['EXPRESSION_TYPE', IN_VALUE, "requires bool operands, got 'string'"]],
    ['«input.topic.size(1)', ['EXPRESSION_TYPE', IN_VALUE, 'there is no string.size(int)']],
    ['«size(input.depth)', ['EXPRESSION_TYPE', IN_VALUE, 'there is no size(double)']],
    ['input.tags.exists(t, «t > 3)', ['EXPRESSION_TYPE', IN_VALUE, 'there is no string > int']],
    ['«timestamp(input.deep)', ['EXPRESSION_TYPE', IN_VALUE, 'there is no timestamp(bool)']],
    ["input.topic.«startWith('a')", ['UNKNOWN_NAME', IN_VALUE, 'no function startWith here', 'startsWith']],
    ["input.topic.«matches('a')", ['NOT_ALLOWED', IN_VALUE, 'matches() is left out']],
    ['1 +« ', ['EXPRESSION_SYNTAX', IN_VALUE, 'the expression ends too early']],
    ['«{', ['EXPRESSION_SYNTAX', IN_VALUE, 'no closing }']],
  ])('%s', (expression, told) => {
    if (told[2] === 'no closing }') return expectTold(value('{').replace('"${', '"«${'), [told]);
    if (expression === '1 +« ') return expectTold(value('1 +').replace('1 + }', '1 + «}'), [told]);
    expectTold(value(expression), [told]);
  });

  test.each([
    'input.open.whatever', // additionalProperties: true
    'input.mixed.b', // what allOf adds is not looked into
    'input.either.x', // a union may be anything
    'input.depth + 1 > 2 && input.depth / 2 < 3.5',
    'input.tags.map(t, t + "!").join(",")'.replaceAll('"', "'"),
    'input.rows.map(r, {"id": r.id, "double": r.id * 2})'.replaceAll('"', "'"),
    'has(input.topic) ? input.topic : run.id',
    'cel.bind(x, input.depth, x * x)',
    'run.metadata.anything.at.all',
    'input.depth == 1 || 2 == input.depth || input.depth != 3',
    'input.depth in [1, 2, 3]',
    'input.topic == null || input.rows[0] == null || null != input.depth',
    'input.deep ? 1 : input.depth',
    "input.deep ? 'text' : null",
    'input.tags[input.depth]',
    "'topic' in input",
    "input.rows[0].exists(k, k == 'id') && size(input.rows[0]) == 2",
    'input.rows[0] == input.rows[1]',
    '[1] + [input.depth]',
  ])('%s is sound', (expression) => expectTold(value(expression), []));
});

describe('every place where an expression may stand is checked', () => {
  const map = (more: string) =>
    spec(`${A}  - key: m\n    type: map\n    config: { ${more} }\n`, '  - { from: a, to: m }\n') + INPUT;
  const tool = (request: string) =>
    spec(`  - { key: a, type: tool_call, config: { tool: http, request: { ${request} } } }\n`);
  test.each<[string, string, Told[]]>([
    ['a url', tool('url: "https://x/${ «nope }"'), [['UNKNOWN_NAME', '/nodes/0/config/request/url', 'no nope']]],
    [
      'a url that is no text',
      `${tool('url: "${ «input.depth }"')}${INPUT}`,
      [['EXPRESSION_TYPE', '/nodes/0/config/request/url', 'this is a string; this is of type double']],
    ],
    [
      'a header',
      tool('url: x, headers: { "x/y": "${ «nope }" }'),
      [['UNKNOWN_NAME', '/nodes/0/config/request/headers/x~1y', 'no nope']],
    ],
    [
      'a query',
      tool('url: x, query: { q: ["${ «nope }"] }'),
      [['UNKNOWN_NAME', '/nodes/0/config/request/query/q/0', 'no nope']],
    ],
    [
      'a body',
      tool('url: x, json: { a: { b: "${ «nope }" } }'),
      [['UNKNOWN_NAME', '/nodes/0/config/request/json/a/b', 'no nope']],
    ],
    [
      'a user name',
      tool('url: x, auth: { type: basic, username: "${ «nope }", secret: S }'),
      [['UNKNOWN_NAME', '/nodes/0/config/request/auth/username', 'no nope']],
    ],
    [
      'a function’s input, but not its code',
      spec('  - { key: a, type: tool_call, config: { tool: function, code: "`${ nope }`", input: "${ «nope }" } }\n'),
      [['UNKNOWN_NAME', '/nodes/0/config/input', 'no nope']],
    ],
    [
      'an agent’s message',
      spec('  - { key: a, type: agent_call, config: { agent: "${ «nope }", message: { m: "${ «unheard }" } } }\n'),
      [
        ['UNKNOWN_NAME', '/nodes/0/config/agent', 'no nope here'],
        ['UNKNOWN_NAME', '/nodes/0/config/message/m', 'no unheard'],
      ],
    ],
    [
      'a gate',
      spec('  - { key: a, type: human_gate, config: { title: "${ «nope }?", show: { x: "${ «nope }" } } }\n'),
      [
        ['UNKNOWN_NAME', '/nodes/0/config/title', 'no nope'],
        ['UNKNOWN_NAME', '/nodes/0/config/show/x', 'no nope'],
      ],
    ],
    [
      'a duration',
      `${spec('  - { key: a, type: wait, config: { duration: "${ «input.deep }" } }\n')}${INPUT}`,
      [
        [
          'EXPRESSION_TYPE',
          '/nodes/0/config/duration',
          'a duration is text, or a number of seconds; this is of type bool',
        ],
      ],
    ],
    [
      'a time',
      `${spec('  - { key: a, type: wait, config: { until: "${ «input.tags }" } }\n')}${INPUT}`,
      [['EXPRESSION_TYPE', '/nodes/0/config/until', 'a time is text or a timestamp; this is of type list<string>']],
    ],
    [
      'a subworkflow’s input',
      spec('  - { key: a, type: subworkflow, config: { workflow: w, input: { x: "${ «nope }" } } }\n'),
      [['UNKNOWN_NAME', '/nodes/0/config/input/x', 'no nope']],
    ],
    [
      'what a map goes over',
      map('over: "${ «input.topic }", do: { type: transform, config: { value: 1 } }'),
      [['EXPRESSION_TYPE', '/nodes/1/config/over', 'a map goes over a list; this is of type string']],
    ],
    [
      'a map’s body, against the type of its items',
      map('over: "${ input.rows }", do: { type: transform, config: { value: "${ item.«idd + index }" } }'),
      [['UNKNOWN_PROPERTY', '/nodes/1/config/do/config/value', 'there is id, note', 'id']],
    ],
    [
      'a map’s body that misuses its item',
      map(
        'over: "${ input.rows }", do: { type: tool_call, config: { tool: http, request: { url: "${ «item.id + item.note }" } } }',
      ),
      [['EXPRESSION_TYPE', '/nodes/1/config/do/config/request/url', 'there is no double + string']],
    ],
    [
      'a map’s body that misuses its index',
      map('over: "${ input.rows }", do: { type: transform, config: { value: "${ «index + item.note }" } }'),
      [['EXPRESSION_TYPE', '/nodes/1/config/do/config/value', 'there is no int + string']],
    ],
    [
      'the output',
      `${spec(A)}output: { x: ["\${ nodes.«b.output }"] }\n`,
      [['UNKNOWN_NAME', '/output/x/0', 'there is no node b']],
    ],
    [
      'a condition',
      spec(A + B, '  - { from: a, to: b, condition: «nope }\n'),
      [['UNKNOWN_NAME', '/edges/0/condition', 'no nope']],
    ],
    [
      'a condition that is no bool',
      `${spec(A + B, '  - { from: a, to: b, condition: «input.topic }\n')}${INPUT}`,
      [['CONDITION_NOT_BOOL', '/edges/0/condition', 'a condition is true or false; this is of type string']],
    ],
    [
      'a condition in ${ }',
      spec(A + B, '  - { from: a, to: b, condition: «"${ input.ok }" }\n').replace('«"', '"«'),
      [['EXPRESSION_SYNTAX', '/edges/0/condition', 'without ${ }', 'input.ok']],
    ],
    [
      'a condition that is empty',
      spec(A + B, '  - { from: a, to: b, condition: "«" }\n'),
      [['EXPRESSION_SYNTAX', '/edges/0/condition', 'the expression ends too early']],
    ],
  ])('%s', (_name, text, told) => expectTold(text, told));

  test('of two expressions in one string each has its place', () => {
    expectTold(value('1 } and ${ «nope } and ${ 2 } and ${ input.«nope'), [
      ['UNKNOWN_NAME', IN_VALUE, 'no nope here'],
      ['UNKNOWN_PROPERTY', IN_VALUE, 'no property nope'],
    ]);
  });

  test('a map over anything has items that may be anything', () => {
    const text = map(
      'over: "${ nodes.a.output }", do: { type: transform, config: { value: "${ item.x.y + index }" } }',
    );
    expectTold(text, []);
  });
});

describe('the outputs of nodes', () => {
  const DECLARED = `  - key: a
    type: tool_call
    config: { tool: http, request: { url: x } }
    output: { type: object, properties: { body: { type: object, properties: { hits: { type: integer } } } } }
`;
  const after = (expression: string) =>
    spec(
      `${DECLARED}  - { key: b, type: transform, config: { value: "\${ ${expression} }" } }\n`,
      '  - { from: a, to: b }\n',
    );
  const IN_B = '/nodes/1/config/value';
  test.each<[string, Told]>([
    ['nodes.a.output.body.«hit', ['UNKNOWN_PROPERTY', IN_B, 'there is hits', 'hits']],
    ['nodes.a.output.«bod', ['UNKNOWN_PROPERTY', IN_B, 'there is status, headers, body', 'body']],
    ['nodes.a.«outptu', ['UNKNOWN_PROPERTY', IN_B, 'there is status, output, error', 'output']],
    ["«nodes.a.output.body.hits + 'x'", ['EXPRESSION_TYPE', IN_B, 'there is no double + string']],
    ['«nodes.a.status + 1', ['EXPRESSION_TYPE', IN_B, 'there is no string + int']],
  ])('%s', (expression, told) => expectTold(after(expression), [told]));

  test.each([
    'nodes.a.output.status == 200',
    "nodes.a.output.headers['x-y']",
    'nodes.a.error.code',
    "nodes['a'].output",
  ])('%s is sound', (expression) => expectTold(after(expression), []));

  test('what each type of node puts out is known', () => {
    const nodes = `  - { key: g, type: human_gate, config: { title: t } }
  - { key: m, type: map, config: { over: "\${ [1] }", do: { type: transform, config: { value: 1 }, output: { type: object, properties: { x: { type: string } } } } } }
  - { key: w, type: wait, config: { duration: 1s } }
`;
    const text =
      spec(nodes) +
      'output: ["${ nodes.g.output.«approve }", "${ nodes.m.output.items[0].«y }", "${ nodes.w.output.«until }"]\n';
    expectTold(text, [
      ['UNKNOWN_PROPERTY', '/output/0', 'there is decision, approved,', 'approved'],
      ['UNKNOWN_PROPERTY', '/output/1', 'there is x'],
      ['UNKNOWN_PROPERTY', '/output/2', 'there is waited_until'],
    ]);
  });
});

describe('only what has run by then can be read', () => {
  const reads = (key: string, what: string) =>
    `  - { key: ${key}, type: transform, config: { value: "\${ nodes.${what}.output }" } }\n`;
  test.each<[string, string, Told[]]>([
    [
      'a node beside it',
      spec(A + reads('b', '«a')),
      [['NOT_UPSTREAM', '/nodes/1/config/value', 'a is not upstream of b', 'an edge from a to b']],
    ],
    [
      'a node after it',
      spec(A + reads('b', '«c') + reads('c', 'b'), '  - { from: a, to: b }\n  - { from: b, to: c }\n'),
      [['NOT_UPSTREAM', '/nodes/1/config/value', 'c is not upstream of b', 'an edge from c to b']],
    ],
    ['itself', spec(reads('a', '«a')), [['NOT_UPSTREAM', '/nodes/0/config/value', 'a can not read itself']]],
    [
      'the target of its edge',
      spec(A + B, '  - { from: a, to: b, condition: nodes.«b.output.x }\n'),
      [['NOT_UPSTREAM', '/edges/0/condition', 'b is not upstream of a', 'an edge from b to a']],
    ],
    [
      'a node whose name begins another’s',
      spec(
        A.replace('key: a', 'key: web') +
          A.replace('key: a', 'key: web2') +
          '  - { key: b, type: transform, config: { value: "${ nodes.web2.output + nodes.«web.output }" } }\n',
        '  - { from: web2, to: b }\n',
      ),
      [['NOT_UPSTREAM', '/nodes/2/config/value', 'web is not upstream of b', 'an edge from web to b']],
    ],
    [
      'inside a map’s body',
      spec(
        A +
          '  - { key: m, type: map, config: { over: "${ [1] }", do: { type: transform, config: { value: "${ nodes.«a.output }" } } } }\n',
      ),
      [['NOT_UPSTREAM', '/nodes/1/config/do/config/value', 'a is not upstream of m', 'an edge from a to m']],
    ],
  ])('%s', (_name, text, told) => expectTold(text, told));

  test('a parent, an ancestor, and for a condition the edge’s own node', () => {
    const text = spec(
      A + reads('b', 'a') + reads('c', 'a'),
      '  - { from: a, to: b, condition: nodes.a.output == 1 }\n  - { from: b, to: c, on: failure, condition: nodes.a.status == nodes.b.status }\n',
    );
    expectTold(text.replace(/(key: b.*) }\n/, '$1, on_error: continue }\n'), []);
  });

  test('a name that a macro binds is no node', () => {
    expectTold(
      spec(A + '  - { key: b, type: transform, config: { value: "${ [{\'a\': 1}].map(nodes, nodes.a) }" } }\n'),
      [],
    );
  });
});
