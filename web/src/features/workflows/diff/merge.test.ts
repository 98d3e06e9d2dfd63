/** @jest-environment node */
import { compile } from '../../../../../core/spec/compile.js';
import { diffPlans } from '../../../../../core/spec/diff.js';
import { readSpec } from '../builder/model/index.js';
import { aliasesTo, countOf, type Diff, mergedOf, pairOf } from './merge.js';

const node = (key: string, value: string) => `  - { key: ${key}, type: transform, config: { value: ${value} } }\n`;
const spec = (nodes: string, edges: string[]) =>
  `name: flow\nnodes:\n${nodes}${edges.length === 0 ? '' : 'edges:\n'}${edges.map((edge) => `  - { ${edge} }\n`).join('')}`;
const OLD = spec(node('a', '1') + node('b', '2') + node('c', '3') + node('gone', '9'), [
  'from: a, to: b',
  'from: b, to: c, condition: "1 > 0"',
  'from: a, to: gone',
]);
const NEW = spec(node('a', '1') + node('b2', '2') + node('c', '4') + node('more', '5'), [
  'from: a, to: b2',
  'from: b2, to: c, condition: "1 > 1"',
  'from: c, to: more, on: always',
]);

function diffOf(from: string, to: string): Diff {
  const [a, b] = [compile(from), compile(to)];
  if (!a.ok || !b.ok) throw new Error(JSON.stringify([a, b]));
  return { ...diffPlans(a.plan, b.plan), same: false } as unknown as Diff;
}

test('two versions are drawn as one graph', () => {
  const { view, nodes, edges, was } = mergedOf(readSpec(OLD), readSpec(NEW), diffOf(OLD, NEW));
  expect(view.nodes.map(({ key }) => `${key} ${nodes.get(key) ?? '-'}`)).toEqual([
    'a -',
    'b2 changed',
    'c changed',
    'more added',
    'gone removed',
  ]);
  expect(view.edges.map(({ from, to, index }) => `${from}>${to} ${edges.get(index) ?? '-'}`)).toEqual([
    'a>b2 -',
    'b2>c changed',
    'c>more added',
    'a>gone removed',
  ]);
  expect(was).toEqual(new Map([['b2', 'b']]));
});

test('a key that is gone and is another node’s now is told apart', () => {
  const [from, to] = [spec(node('a', '1') + node('b', '2'), ['from: a, to: b']), spec(node('b', '1'), [])];
  const { view, nodes } = mergedOf(readSpec(from), readSpec(to), {
    ...diffOf(from, to),
    nodes: {
      added: [],
      removed: [{ key: 'b', type: 'transform' }],
      renamed: [{ from: 'a', to: 'b', changes: [] }],
      changed: [],
    },
  });
  expect(view.nodes.map(({ key }) => `${key} ${nodes.get(key)}`)).toEqual(['b changed', 'b′ removed']);
});

test('counts, pairs and aliases', () => {
  expect(countOf(diffOf(OLD, NEW))).toEqual({ added: 2, removed: 2, changed: 3 });
  expect(pairOf({}, 4)).toEqual({ from: 3, to: 4 });
  expect(pairOf({ from: 1 }, 4)).toEqual({ from: 1, to: 4 });
  expect(pairOf({ to: 1 }, 4)).toEqual({ from: 1, to: 1 });
  const about = { revision: '', updated_by: '', updated_at: '' };
  const aliases = [
    {
      alias: 'stable',
      routes: [
        { version: 1, weight: 90 },
        { version: 2, weight: 10 },
      ],
      ...about,
    },
  ];
  expect(aliasesTo(2, aliases)).toEqual([{ alias: 'stable', weight: 10 }]);
});
