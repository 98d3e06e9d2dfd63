import { A, B, C, expectTold, spec } from '../../tests/support/marked.js';

// One slip hides no other. `«` marks the places that the compiler tells.

describe('every problem at once', () => {
  test('shape, graph and expressions together, in the order of the text', () => {
    expectTold(
      `name: «Demo
input: { type: object, properties: { topic: { type: string } } }
nodes:
  - key: a
    type: transform
    config: { value: "\${ input.«topci }" }
    «retrys: 2
  - key: b
    type: tool_call
    config:
      tool: http
      request: { url: "\${ «nope }", «headr: {} }
edges:
  - { from: a, «too: b }
  - { from: a, to: «c }
  - { from: a, to: b, condition: "«1" }
output: "\${ nodes.a.output + «}"
`.replace('  - { from: a, «too', '  - «{ from: a, «too'),
      [
        ['BAD_VALUE', '/name', 'lower case'],
        ['UNKNOWN_PROPERTY', '/nodes/0/config/value', 'there is topic', 'topic'],
        ['UNKNOWN_FIELD', '/nodes/0/retrys', 'no field', 'retry'],
        ['UNKNOWN_NAME', '/nodes/1/config/request/url', 'there is no nope here'],
        ['UNKNOWN_FIELD', '/nodes/1/config/request/headr', 'no field', 'headers'],
        ['MISSING_FIELD', '/edges/0', 'to is missing'],
        ['UNKNOWN_FIELD', '/edges/0/too', 'no field', 'to'],
        ['UNKNOWN_NODE', '/edges/1/to', 'there is no node c'],
        ['CONDITION_NOT_BOOL', '/edges/2/condition', 'of type int'],
        ['EXPRESSION_SYNTAX', '/output', 'the expression ends too early'],
      ],
    );
  });

  test('a slip in one edge is not held against what it would have proved', () => {
    const text = spec(
      A + '  - { key: b, type: transform, config: { value: "${ nodes.a.output }" }, join: { n: 2 } }\n' + C,
      '  - { from: «aa, to: b }\n  - { from: c, to: b }\n',
    );
    expectTold(text, [['UNKNOWN_NODE', '/edges/0/from', 'there is no node aa', 'a']]);
  });

  test('nor is a node without a type', () => {
    const text = spec(
      '  - { key: a, type: «transfrom, config: { value: 1 }, «retrys: 1 }\n' +
        B.replace('value: 1', 'value: "${ nodes.a.output.x }"'),
      '  - { from: a, to: b }\n',
    );
    expectTold(text, [
      ['BAD_VALUE', '/nodes/0/type', 'expected one of', 'transform'],
      ['UNKNOWN_FIELD', '/nodes/0/retrys', 'no field', 'retry'],
    ]);
  });
});
