import { Fault } from '../fault.js';
import { patched } from './patch.js';

const spec = {
  name: 'flow',
  nodes: [
    { key: 'a', type: 'transform' },
    { key: 'b', type: 'transform' },
    { key: 'c', type: 'transform' },
  ],
  edges: [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'b', on: 'failure' },
    { from: 'b', to: 'c' },
  ],
};

test('a node that is there keeps its place, a new one comes last, a removed one takes its edges along', () => {
  const { nodes, edges, output } = patched(spec, {
    nodes: { a: { type: 'wait' }, d: { type: 'wait' }, c: null },
    add_edges: [{ from: 'b', to: 'd' }],
    output: 1,
  });
  expect(nodes).toEqual([
    { key: 'a', type: 'wait' },
    { key: 'b', type: 'transform' },
    { key: 'd', type: 'wait' },
  ]);
  expect(edges).toEqual([...spec.edges.slice(0, 2), { from: 'b', to: 'd' }]);
  expect(output).toBe(1);
});

test('an edge is removed by its ends, and by its outcome where that is said', () => {
  expect(patched(spec, { remove_edges: [{ from: 'a', to: 'b' }] })['edges']).toHaveLength(1);
  expect(patched(spec, { remove_edges: [{ from: 'a', to: 'b', on: 'success' }] })['edges']).toEqual(
    spec.edges.slice(1),
  );
});

test.each([
  [{ nodes: { gone: null } }, '/patch/nodes/gone'],
  [{ remove_edges: [{ from: 'b', to: 'c', on: 'failure' }] }, '/patch/remove_edges/0'],
])('%j names what is not there', (patch, pointer) => {
  const refused = () => patched(spec, patch);
  expect(refused).toThrow(Fault);
  try {
    refused();
  } catch (err) {
    expect((err as Fault).details).toMatchObject({ errors: [{ pointer }] });
  }
});

test('the spec itself is left as it was', () => {
  const before = JSON.stringify(spec);
  patched(spec, { nodes: { b: null } });
  expect(JSON.stringify(spec)).toBe(before);
});
