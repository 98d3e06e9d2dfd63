/** @jest-environment node */
import { placed, readSpec } from '../model/index.js';
import { edgesOf, nodesOf, reused } from './flow.js';
import { type Direction, neighbour, nextEdge, shift } from './moves.js';

const view = readSpec(`
nodes:
  - { key: a, type: wait, config: { duration: 1m } }
  - { key: b, type: tool_call, join: any, config: { tool: function } }
  - { key: c, type: nonsense }
  - { key: c, type: wait }
edges:
  - { from: a, to: b }
  - { from: a, to: c, on: failure, condition: "true" }
  - { from: b, to: gone }
`);
const sources = {
  ...{ view, selection: { nodes: ['b'], edges: [1] }, positions: { c: { x: 5, y: 5 } }, current: 'b' },
  places: new Map(['a', 'b', 'c'].map((key, x) => [key, { x, y: 0 }])),
  problems: [
    placed({ code: 'BAD_VALUE', pointer: '/nodes/2/type', line: 1, column: 1, message: 'no such type' }, view),
    placed({ code: 'UNKNOWN_NODE', pointer: '/edges/1/to', line: 1, column: 1, message: 'bad edge' }, view),
  ],
};

test('nodes are drawn with what they do, how they differ and what is wrong with them', () => {
  const nodes = nodesOf(sources);
  expect(nodes.map(({ id, selected, position }) => [id, selected, position.x])).toEqual([
    ['a', false, 0],
    ['b', true, 1],
    ['c', false, 5],
  ]);
  expect(nodes.map(({ ariaLabel }) => ariaLabel)).toEqual([
    'a, Wait. 1m',
    'b, Function. join any',
    'c, nonsense. one problem: no such type',
  ]);
});

test('edges are drawn between nodes that are there, with the way that was found unless an end was moved', () => {
  const routes = new Map([
    ['a>b:success', [{ x: 0, y: 0 }]],
    ['a>c:failure', [{ x: 0, y: 0 }]],
  ]);
  const edges = edgesOf(sources, routes);
  expect(edges.map(({ id, data }) => [id, data!.points?.length, data!.problems])).toEqual([
    ['0', 1, []],
    ['1', undefined, ['bad edge']],
  ]);
  expect(edges[1]!.ariaLabel).toBe('Edge from a to c on failure, if true. Problem: bad edge');
});

test('what did not change is the same object', () => {
  const before = nodesOf(sources);
  const after = reused(before, nodesOf({ ...sources, current: 'a' }));
  expect(after.map((node, index) => node === before[index])).toEqual([false, false, true]);
});

const graph = {
  edges: readSpec('edges: [{ from: a, to: b }, { from: a, to: c }, { from: b, to: d }, { from: d, to: a }]').edges,
  places: new Map([
    ['a', { x: 100, y: 0 }],
    ['b', { x: 0, y: 100 }],
    ['c', { x: 210, y: 100 }],
    ['d', { x: 0, y: 200 }],
    ['alone', { x: 900, y: 0 }],
  ]),
};
test.each<[string, Direction, string | undefined]>([
  ['a', 'down', 'b'],
  ['b', 'right', 'c'],
  ['b', 'up', 'a'],
  ['c', 'left', 'b'],
  ['c', 'down', 'd'],
  ['d', 'down', 'a'], // the edge leads up: it is followed all the same
  ['a', 'up', 'd'],
  ['alone', 'down', 'c'],
  ['alone', 'right', undefined],
  ['gone', 'down', undefined],
])('from %s %s leads to %s', (key, direction, expected) => {
  expect(neighbour(key, direction, graph)).toBe(expected);
});

test('the edges of a node in turn, and back', () => {
  const { edges } = graph;
  expect(nextEdge('a', undefined, 1, edges)).toBe(0);
  expect([0, 1, 3].map((at) => nextEdge('a', at, 1, edges))).toEqual([1, 3, 0]);
  expect(nextEdge('a', 0, -1, edges)).toBe(3);
  expect(nextEdge('alone', undefined, 1, edges)).toBeUndefined();
});

test.each([
  ['in view', [0, 500], 0],
  ['before it', [-10, 90], 34],
  ['beyond it', [350, 650], -100],
  ['wider than the free part', [-400, 400], 424],
] as const)('what stands %s is moved by the shortest way', (_, place, by) => {
  expect(shift(place, [24, 550], 600)).toBe(by);
});
