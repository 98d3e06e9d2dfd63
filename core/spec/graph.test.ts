import { A, B, C, expectTold, nodeWith, spec, type Told } from '../../tests/support/marked.js';

// What the compiler says of nodes and edges. `«` marks the place that it tells.

describe('the graph', () => {
  test.each<[string, string, Told[]]>([
    [
      'a node twice',
      spec(A + A.replace('key: a', 'key: «a')),
      [['DUPLICATE_NODE', '/nodes/1/key', 'node a stands at /nodes/0 already']],
    ],
    [
      'edges to and from nowhere',
      spec(A, '  - { from: «x, to: «aa }\n'),
      [
        ['UNKNOWN_NODE', '/edges/0/from', 'there is no node x'],
        ['UNKNOWN_NODE', '/edges/0/to', 'there is no node aa', 'a'],
      ],
    ],
    [
      'an edge to itself',
      spec(A, '  - «{ from: a, to: a }\n'),
      [['SELF_EDGE', '/edges/0', 'the edge leads from a to itself']],
    ],
    [
      'an edge twice',
      spec(A + B, '  - { from: a, to: b }\n  - «{ from: a, to: b, on: success }\n'),
      [['DUPLICATE_EDGE', '/edges/1', 'from a to b on success']],
    ],
    [
      'a circle of two',
      spec(A + B, '  - { from: a, to: b }\n  - «{ from: b, to: a }\n'),
      [['CYCLE', '/edges/1', 'a circle: a → b → a']],
    ],
    [
      'two circles',
      spec(
        A + B + C,
        '  - { from: a, to: b }\n  - «{ from: b, to: a }\n  - { from: b, to: c }\n  - «{ from: c, to: b }\n',
      ),
      [
        ['CYCLE', '/edges/1', 'a → b → a'],
        ['CYCLE', '/edges/3', 'b → c → b'],
      ],
    ],
    [
      'a condition that is false',
      spec(
        A + `  - { key: «b, type: transform, config: { value: 1 } }\n`,
        '  - { from: a, to: b, condition: «" false " }\n',
      ),
      [
        ['UNREACHABLE_NODE', '/nodes/1/key', 'no edge to b can ever be taken'],
        ['EDGE_NEVER_TAKEN', '/edges/0/condition', 'the condition is always false'],
      ],
    ],
    [
      'what comes after it',
      spec(
        A + B.replace('key: b', 'key: «b') + C.replace('key: c', 'key: «c'),
        '  - { from: a, to: b, on: «failure }\n  - { from: b, to: c }\n',
      ),
      [
        ['UNREACHABLE_NODE', '/nodes/1/key', 'no edge to b'],
        ['UNREACHABLE_NODE', '/nodes/2/key', 'no edge to c'],
        ['EDGE_NEVER_TAKEN', '/edges/0/on', 'when a fails the run fails', 'on_error: continue on node a'],
      ],
    ],
    [
      'a join of more edges than there are',
      spec(A + '  - { key: b, type: transform, config: { value: 1 }, join: «{ n: 2 } }\n', '  - { from: a, to: b }\n'),
      [['JOIN_CANNOT_FIRE', '/nodes/1/join', 'waits for 2 edges, but at most 1']],
    ],
    [
      'a join of no edges',
      nodeWith('join: «{ n: 1 }'),
      [['JOIN_CANNOT_FIRE', '/nodes/0/join', 'waits for 1 edges, but at most 0']],
    ],
    [
      'a join of edges that exclude each other',
      spec(
        A.replace(' } }', ' }, on_error: continue }') +
          B +
          '  - { key: c, type: transform, config: { value: 1 }, join: «{ n: 2 } }\n',
        '  - { from: a, to: b, on: failure }\n  - { from: a, to: c }\n  - { from: b, to: c }\n',
      ),
      [['JOIN_CANNOT_FIRE', '/nodes/2/join', 'waits for 2 edges, but at most 1 can be taken together']],
    ],
  ])('%s', (_name, text, told) => expectTold(text, told));

  test('a long circle is told by its ends', () => {
    const nodes = Array.from(
      { length: 40 },
      (_, i) => `  - { key: n${i}, type: transform, config: { value: 1 } }\n`,
    ).join('');
    const edges = Array.from(
      { length: 40 },
      (_, i) => `  - ${i === 39 ? '«' : ''}{ from: n${i}, to: n${(i + 1) % 40} }\n`,
    ).join('');
    expectTold(spec(nodes, edges), [['CYCLE', '/edges/39', 'n0 → n1 → n2 → n3 → n4 → n5 → … 29 more … → n35']]);
  });
});
