/** @jest-environment node */
import { completeSpec, describe as describeField } from './complete-spec.js';
import { placeAt } from './place.js';

/** `|` is the cursor. */
const cut = (text: string): [string, number] => [text.replace('|', ''), text.indexOf('|')];

test.each<[string, string, (string | number)[] | undefined, string?]>([
  ['na|', 'key', [], 'na'],
  ['nodes:\n  - |', 'key', ['nodes', 0]],
  ['nodes:\n  - key: a\n    ty|', 'key', ['nodes', 0], 'ty'],
  ['nodes:\n  - key: a\n    type: wa|', 'value', ['nodes', 0, 'type'], 'wa'],
  ['nodes:\n  - key: a\n  - key: b\n    config:\n      |', 'key', ['nodes', 1, 'config']],
  ['nodes:\n- key: a\n- key: b\n  |', 'key', ['nodes', 1]],
  [
    'nodes:\n  - key: a\n\n  # one\n  - key: b\n    config:\n      request:\n        url: x\n    re|',
    'key',
    ['nodes', 1],
    're',
  ],
  ['nodes:\n  - { key: a, ty|', 'key', ['nodes', 0], 'ty'],
  ['edges:\n  - { from: a, to: b }\n  - { from: a, to: |', 'value', ['edges', 1, 'to']],
  ['a: { b: [x, { c: "y, z", d: | } ] }', 'value', ['a', 'b', 1, 'd']],
  ['nodes:\n  - config: { url: "${ nodes.|', 'value', ['nodes', 0, 'config', 'url'], '"${ nodes.'],
  ['name: a\nedges: []\nout|', 'key', [], 'out'],
  ['nodes:\n  - config:\n      code: |\n        co|', 'key', undefined],
  ['# na|', 'key', undefined],
  ['a: b # na|', 'key', undefined],
])('%j', (written, slot, path, typed = '') => {
  // In blocks of text a bar stands before the cursor.
  const at = written.lastIndexOf('|');
  const text = written.slice(0, at) + written.slice(at + 1);
  const found = placeAt(text, at);
  if (path === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject({ slot, path, typed });
});

test('JSON', () => {
  const [text, at] = cut('{ "nodes": [ { "key": "a" }, { "key": "b", "ty|');
  expect(placeAt(text, at, true)).toMatchObject({ slot: 'key', path: ['nodes', 1], typed: '"ty' });
});

const SPEC = `name: a
nodes:
  - key: paid
    type: wait
    config: { event: payment }
  - key: tell
    type: tool_call
    config:
      tool: http
      request: { url: "x" }
edges:
  - { from: paid, to: tell }
`;
const labels = (text: string): string[] => {
  const [whole, at] = cut(text);
  return completeSpec(whole, at)?.suggestions.map(({ label }) => label) ?? [];
};

test.each<[string, string, string[], string[]]>([
  [
    'fields that are not there yet',
    SPEC.replace('edges:', 'out|\nedges:'),
    ['output', 'limits', 'description'],
    ['name', 'nodes'],
  ],
  [
    'fields of this type of node',
    SPEC.replace('type: wait', 'type: wait\n    |'),
    ['join', 'on_error'],
    ['limits', 'key'],
  ],
  [
    'fields of its config',
    SPEC.replace('event: payment', 'event: payment, |'),
    ['timeout', 'then', 'schema'],
    ['event', 'tool'],
  ],
  ['fields further in', SPEC.replace('url: "x"', 'url: "x", |'), ['method', 'headers', 'json'], ['url']],
  ['types of nodes', SPEC.replace('type: wait', 'type: |'), ['wait', 'map', 'human_gate'], []],
  ['values of a list', SPEC.replace('to: tell', 'to: tell, on: |'), ['success', 'failure', 'always'], []],
  ['keys of nodes', SPEC.replace('to: tell', 'to: |'), ['paid', 'tell'], []],
  ['what an expression knows', SPEC.replace('url: "x"', 'url: "${ | }"'), ['nodes', 'input'], []],
  [
    'the fields of what it reads',
    SPEC.replace('url: "x"', 'url: "${ nodes.paid.output.| }"'),
    ['received', 'data'],
    [],
  ],
  ['a condition, without braces', SPEC.replace('to: tell', 'to: tell, condition: "nodes.|"'), ['paid'], []],
])('%s are offered', (_, text, some, none) => {
  const found = labels(text);
  expect(found).toEqual(expect.arrayContaining(some));
  expect(found.filter((label) => none.includes(label))).toEqual([]);
});

test('what a field is for', () => {
  const at = SPEC.indexOf('event:') + 2;
  expect(describeField(SPEC, at)?.text).toBe('string. The name of an event that comes from outside.');
  expect(describeField(SPEC, SPEC.indexOf('payment'))).toBeUndefined();
});
