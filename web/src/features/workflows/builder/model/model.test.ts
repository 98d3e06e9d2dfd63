/** @jest-environment node */
import {
  addEdge,
  addNode,
  copyNodes,
  format,
  isClip,
  pasteNodes,
  readSpec,
  removeEdges,
  removeNodes,
  renameNode,
  setEdge,
  setIn,
  spansOf,
} from './index.js';

const SPEC = `# The first line says whose it is.
name: order
nodes:
  # asks the bank
  - key: paid
    type: wait
    config: { event: payment,   key: "\${ input.order }" }  # as it comes


  - key: tell
    type: tool_call
    config:
      tool: http
      request:
        url: 'https://example.org/\${ nodes.paid.output.data.id }'
        headers: {x-paid: '\${ nodes["paid"].status }'}
      # nothing more
edges:
  - { from: paid, to: tell, condition: "nodes.paid.output.received" } # only then
output: "\${ nodes.tell.output }"
`;

test('a change of one value changes one line', () => {
  expect(setIn(SPEC, ['nodes', 1, 'config', 'request', 'url'], 'https://example.org/b')).toBe(
    SPEC.replace('https://example.org/${ nodes.paid.output.data.id }', 'https://example.org/b'),
  );
});

test.each<[string, (string | number)[], unknown, string, string]>([
  ['what is the same', ['name'], 'order', 'name: order', 'name: order'],
  [
    'a new field at the end',
    ['limits'],
    { run: { timeout: '1h' } },
    'output }"\n',
    'output }"\nlimits:\n  run:\n    timeout: 1h\n',
  ],
  ['a field of a node', ['nodes', 0, 'on_error'], 'hold', '# as it comes\n', '# as it comes\n    on_error: hold\n'],
  ['what is removed', ['output'], undefined, 'output: "${ nodes.tell.output }"\n', ''],
])('%s', (_, path, value, from, to) => {
  expect(setIn(SPEC, path, value as never)).toBe(SPEC.replace(from, to));
});

test('a node that is renamed is renamed wherever it is read, and nothing else changes', () => {
  const renamed = renameNode(SPEC, 'paid', 'payment');
  expect(renamed).toBe(
    SPEC.replace('key: paid', 'key: payment')
      .replace('nodes.paid.output.data', 'nodes.payment.output.data')
      // Of a line that changes, braces are written like most others in the text.
      .replace(`{x-paid: '\${ nodes["paid"].status }'}`, `{ x-paid: '\${ nodes["payment"].status }' }`)
      .replace('{ from: paid', '{ from: payment')
      .replace('nodes.paid.output.received', 'nodes.payment.output.received'),
  );
  expect(() => renameNode(SPEC, 'paid', 'tell')).toThrow('There is a node tell already.');
});

test.each([
  [
    'code is no template',
    `nodes:\n  - key: a\n    type: tool_call\n    config: { tool: function, code: "\${ nodes.a }", input: "\${ nodes.a }" }\n`,
    'code: "${ nodes.a }", input: "${ nodes.b }"',
  ],
  [
    'a name that a macro binds',
    `nodes:\n  - { key: a, type: transform, config: { value: "\${ [1].map(nodes, nodes.a) + nodes.a.output }" } }\n`,
    '[1].map(nodes, nodes.a) + nodes.b.output',
  ],
  [
    'text that is no expression yet',
    `nodes:\n  - { key: a, type: transform, config: { value: "\${ nodes.a. + }" } }\n`,
    '${ nodes.b. + }',
  ],
  [
    'a schema that is called output',
    `nodes:\n  - { key: a, type: wait, config: {}, output: { const: "\${ nodes.a }" } }\noutput: "\${ nodes.a }"\n`,
    'const: "${ nodes.a }" } }\noutput: "${ nodes.b }"',
  ],
  [
    'a compensation',
    `nodes:\n  - { key: a, type: wait, compensate: { type: tool_call, config: { input: "\${ nodes.a }" } } }\n`,
    'input: "${ nodes.b }"',
  ],
])('renaming knows %s', (_, text, found) => {
  expect(renameNode(text, 'a', 'b')).toContain(found);
});

test('renaming knows what was written since the text was read', () => {
  const { text } = addNode('name: n\nnodes:\n  - { key: a, type: wait, config: {} }\n', {
    type: 'transform',
    after: 'a',
  });
  const described = setIn(text, ['nodes', 1, 'description'], 'Reads ${ nodes.a.output }');
  const renamed = renameNode(renameNode(described, 'transform', 'next'), 'a', 'first');
  expect(renamed).toContain('- { from: first, to: next }');
  expect(renamed).toContain('description: Reads ${ nodes.a.output }');
});

test('a new node has a key of its own, and an edge from where it was added', () => {
  const { text, key } = addNode(SPEC, { type: 'wait', after: 'tell' });
  expect(key).toBe('wait');
  expect(text).toBe(
    SPEC.replace(
      '      # nothing more\n',
      '      # nothing more\n\n  - key: wait\n    type: wait\n    config: {}\n',
    ).replace('# only then\n', '# only then\n  - { from: tell, to: wait }\n'),
  );
  expect(addNode(text, { type: 'wait' }).key).toBe('wait_2');
});

test('an empty text becomes a spec', () => {
  const first = addNode('', { type: 'human_gate' }).text;
  const { text } = addNode(first, { type: 'transform', after: 'approve' });
  expect(text).toBe(
    'nodes:\n  - key: approve\n    type: human_gate\n    config: {}\n  - key: transform\n    type: transform\n    config: {}\nedges:\n  - { from: approve, to: transform }\n',
  );
});

test('nodes go with their edges', () => {
  const { nodes, edges } = readSpec(removeNodes(SPEC, ['tell']));
  expect([nodes.map(({ key }) => key), edges]).toEqual([['paid'], []]);
  expect(removeNodes(SPEC, ['tell'])).toContain('# asks the bank\n  - key: paid\n');
});

test('edges', () => {
  const twice = addEdge(SPEC, { from: 'paid', to: 'tell', on: 'failure' });
  expect(twice).toBe(SPEC.replace('# only then\n', '# only then\n  - { from: paid, to: tell, on: failure }\n'));
  expect(addEdge(SPEC, { from: 'paid', to: 'tell' })).toBe(SPEC);
  expect(setEdge(twice, 1, { on: 'success', condition: 'true' })).toContain(
    '  - { from: paid, to: tell, condition: "true" }\n',
  );
  expect(removeEdges(twice, [1])).toBe(SPEC);
});

test('what is copied and pasted reads its own copies', () => {
  const clip = copyNodes(SPEC, ['paid', 'tell']);
  expect(isClip(clip)).toBe(true);
  expect(clip).toContain('# as it comes');
  const { text, keys } = pasteNodes(SPEC, clip);
  expect(keys).toEqual(['paid_2', 'tell_2']);
  expect(text).toContain('{ from: paid_2, to: tell_2, condition: "nodes.paid_2.output.received" }');
  expect(text).toContain('${ nodes.paid_2.output.data.id }');
  expect(text.startsWith(SPEC.slice(0, SPEC.indexOf('edges:') - 10))).toBe(true);
  expect(isClip('just words')).toBe(false);
});

test('JSON stays JSON', () => {
  const json =
    '{\n    "name": "a",\n    "nodes": [ { "key": "a", "type": "wait", "config": { "duration": "1m" } } ]\n}\n';
  expect(setIn(json, ['name'], 'b')).toBe(json.replace('"name": "a"', '"name": "b"'));
  const { text } = addNode(json, { type: 'wait', after: 'a' });
  expect(JSON.parse(text)).toMatchObject({
    nodes: [{ key: 'a' }, { key: 'wait' }],
    edges: [{ from: 'a', to: 'wait' }],
  });
});

test.each<[string, string, Partial<ReturnType<typeof readSpec>>]>([
  ['nothing', '', { sound: true, name: '', nodes: [], edges: [] }],
  ['a list', '- a', { sound: true, nodes: [] }],
  ['an unclosed brace', 'nodes:\n  - { key: a, type: wait\n', { sound: false }],
  ['JSON that ends early', '{"nodes": [{"key": "a"', { sound: false, format: 'json' }],
  ['an alias that leads nowhere', 'nodes: *gone', { sound: false }],
])('what is read of %s', (_, text, expected) => {
  expect(readSpec(text)).toMatchObject(expected);
});

test('however each line is written, only the one that changes is written anew', () => {
  const node = (key: string, braces: string) => `  - key: ${key}\n    type: wait\n    config: ${braces}\n`;
  const many = Array.from({ length: 900 }, (_, at) => node(`n${at}`, '{duration:   1m,   x: { y: 1}}')).join('');
  const text = `nodes:\n${many}${node('last', '{ duration: 1m }')}`;
  expect(setIn(text, ['nodes', 900, 'config', 'duration'], '2m')).toBe(
    text.replace('{ duration: 1m }', '{ duration: 2m }'),
  );
});

test('empty braces that are filled become lines, but for those within others', () => {
  const text = 'nodes:\n  - key: a\n    config: {}\n  - { key: b, config: {} }\n';
  const first = setIn(text, ['nodes', 0, 'config', 'duration'], '1m');
  expect(setIn(first, ['nodes', 1, 'config', 'duration'], '1m')).toBe(
    'nodes:\n  - key: a\n    config:\n      duration: 1m\n  - { key: b, config: { duration: 1m } }\n',
  );
});

test('a broken text is not edited', () => {
  expect(() => setIn('a: {', ['a'], 1)).toThrow('The text has mistakes.');
});

test('where nodes and edges stand', () => {
  expect(spansOf(SPEC)).toMatchObject({ nodes: [{ first: 5 }, { first: 10 }], edges: [{ first: 19, last: 19 }] });
});

test('a change of what an alias stands for leaves its anchor as it is', () => {
  const text =
    'nodes:\n  - { key: a, type: wait, config: &c { duration: 1m } }\n  - { key: b, type: wait, config: *c }\n';
  const changed = readSpec(setIn(text, ['nodes', 1, 'config', 'duration'], '2m'));
  expect(changed.nodes.map(({ summary }) => summary)).toEqual(['1m', '2m']);
});

test('a printer’s form keeps comments', () => {
  expect(format(SPEC)).toContain('# asks the bank');
  expect(format(format(SPEC))).toBe(format(SPEC));
});
