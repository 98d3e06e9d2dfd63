/** @jest-environment node */
import type { Json } from '../../../../../../core/json.js';
import { FUNCTIONS, METHODS } from '../../../../../../core/expr/functions.js';
import { readSpec } from '../model/index.js';
import { checkText, typeInWords } from './check.js';
import { complete } from './complete.js';
import { FUNCTION_SIGNATURES, METHOD_SIGNATURES } from './functions.js';
import { type PastRun, preview } from './preview.js';
import { pathOf, type Place, scopeAt, templatePartOf } from './scope.js';

const VIEW = readSpec(`
name: orders
input:
  type: object
  properties:
    city: { type: string, description: Where it goes. }
    lines: { type: array, items: { type: object, properties: { sku: { type: string }, n: { type: integer } } } }
    odd-name: { type: number }
nodes:
  - key: fetch
    type: tool_call
    config: { tool: http, request: { url: "https://example.org/" } }
  - key: pack
    type: map
    config:
      over: \${ input.lines }
      do: { type: transform, config: { value: "\${ item.sku }" } }
  - key: ask
    type: human_gate
    config: { title: Send? }
  - key: made
    type: transform
    config: { value: { grade: 7, by: "\${ input.city }", parts: [{ sku: a }] } }
  - key: later
    type: wait
    config: { duration: 5s }
edges:
  - { from: fetch, to: pack }
  - { from: pack, to: ask, condition: "true" }
`);
const at = (key: string, pointer: string): Place => ({ in: 'node', key, pointer });
const TITLE = at('ask', '/config/title');
const BODY = at('pack', '/config/do/config/value');
const EDGE: Place = { in: 'edge', index: 1 };
const END: Place = { in: 'output' };

test.each<[Place, string[], string | undefined, boolean]>([
  [TITLE, ['pack', 'fetch'], undefined, false],
  [at('fetch', '/config/request/url'), [], 'string', false],
  [at('later', '/config/duration'), [], 'duration', false],
  [at('pack', '/config/over'), ['fetch'], 'list', false],
  [BODY, ['fetch'], undefined, true],
  [EDGE, ['fetch', 'pack'], 'bool', false],
  [END, ['fetch', 'pack', 'ask', 'made', 'later'], undefined, false],
  [{ in: 'run' }, [], undefined, false],
])('%j sees %j, must be %s', (place, upstream, expects, item) => {
  const scope = scopeAt(VIEW, place);
  expect([...scope.upstream].sort()).toEqual([...upstream].sort());
  expect(scope.expects).toBe(expects);
  expect(scope.item !== undefined).toBe(item);
});

test('of a node, only its templates hold expressions', () => {
  const node = (value: Json) => readSpec(JSON.stringify({ nodes: [value] })).nodes[0]!;
  const fn = node({ key: 'f', type: 'tool_call', config: { tool: 'function', code: 'x', input: 1 } });
  expect(templatePartOf(fn, '/config/code')).toBeUndefined();
  expect(templatePartOf(fn, '/config/input/a')).toBeDefined();
  expect(templatePartOf(node({ key: 'm', type: 'map', config: {} }), '/config/over')).toBeUndefined();
  const undo = { type: 'tool_call', config: { tool: 'http', request: { url: 'x' } } };
  expect(
    templatePartOf(node({ key: 'm', type: 'map', config: {}, compensate: undo }), '/compensate/config/request/url')
      ?.scope,
  ).toBe('item');
});

test.each<[string, 'cel' | 'template', Place, string]>([
  ['Send to ${ input.city }?', 'template', TITLE, 'undefined'],
  ['${ input.lines }', 'template', at('pack', '/config/over'), 'list<{sku n}>'],
  [
    '${ input.city }',
    'template',
    at('pack', '/config/over'),
    'list<{sku n}>|1:3 a map goes over a list; this is of type string',
  ],
  ['${ input.citi }', 'template', TITLE, '1:10 there is no property citi here; there is city, lines, odd-name → city'],
  ['a\n${ 1 + }', 'template', TITLE, '2:'],
  ['${ nodes.later.output }', 'template', TITLE, '1:10 no way leads from later to here: it may not have run by then'],
  ['${ nodes.ask.output }', 'template', TITLE, '1:10 ask has not run by then'],
  ['${ nodes.fetsh.output }', 'template', TITLE, '1:10 there is no node fetsh → fetch'],
  ['${ item.sku }', 'template', BODY, 'dyn'],
  ['${ item }', 'template', TITLE, "1:4 item is there in a map's body only"],
  ['${ input', 'template', TITLE, '1:1 the expression has no closing }'],
  ['input.city == "x"', 'cel', EDGE, 'bool'],
  ['input.city', 'cel', EDGE, '1:1 a condition is true or false; this is of type string'],
  ['', 'cel', EDGE, 'undefined'],
])('%j as %s', (text, mode, place, expected) => {
  const { problems, type } = checkText(text, mode, scopeAt(VIEW, place));
  const told = problems.map(
    ({ line, column, message, suggestion }) => `${line}:${column} ${message}${suggestion ? ` → ${suggestion}` : ''}`,
  );
  expect(told.join('|') || String(type)).toContain(expected.split('|').at(-1)!);
});

test.each<[string, 'cel' | 'template', Place, string[]]>([
  ['${ inp', 'template', TITLE, ['input', 'nodes', 'run', 'size', 'true']],
  ['${ input.', 'template', TITLE, ['city', 'lines', 'odd-name']],
  ['${ input.city.', 'template', TITLE, ['startsWith', 'split']],
  ['${ input.lines.', 'template', TITLE, ['map', 'filter', 'size', 'join']],
  ['${ input.lines[0].s', 'template', TITLE, ['sku', 'n']],
  ['${ input.lines.map(x, x.', 'template', TITLE, ['sku', 'n']],
  ['${ nodes.', 'template', TITLE, ['fetch', 'pack']],
  ['${ nodes.fetch.', 'template', TITLE, ['output', 'status', 'error']],
  ['${ nodes.fetch.output.', 'template', TITLE, ['status', 'headers', 'body']],
  ['${ nodes.made.output.', 'template', END, ['grade', 'by', 'parts']],
  ['${ nodes.made.output.parts[0].', 'template', END, ['sku']],
  ['${ item.', 'template', BODY, ['sku', 'n']],
  ['run.', 'cel', EDGE, ['id', 'starter', 'metadata']],
  ['Hello $', 'template', TITLE, ['${ … }']],
])('at the end of %j (%s) stand %j', (text, mode, place, expected) => {
  const labels = complete(text, text.length, mode, scopeAt(VIEW, place))!.suggestions.map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining(expected));
});

test.each<[string, number | undefined]>([
  ['plain', undefined],
  ['${ a } and ', undefined],
  ['$${ a', undefined],
  ['${ "a', undefined],
  ['${ {"a": 1}.', 3],
])('%j', (text, from) => {
  const found = complete(text, text.length, 'template', scopeAt(VIEW, TITLE));
  expect(found === undefined).toBe(from === undefined);
});

test('a list offers no text’s methods, and a field says what it is', () => {
  const listed = complete('${ input.lines.', 15, 'template', scopeAt(VIEW, TITLE))!.suggestions.map(
    ({ label }) => label,
  );
  expect(listed).not.toContain('startsWith');
  const [city] = complete('${ input.', 9, 'template', scopeAt(VIEW, TITLE))!.suggestions;
  expect(city).toMatchObject({ detail: 'string', info: 'Where it goes.' });
});

const RUN: PastRun = {
  ...{
    id: 'r1',
    workflow: 'orders',
    version: 3,
    starter: 'user:ann',
    metadata: {},
    started_at: '2026-01-31T12:00:00Z',
  },
  input: { city: 'Bern', lines: [{ sku: 'a', n: 2 }] },
  nodes: [
    {
      key: 'fetch',
      status: 'completed',
      output: { status: 200, body: { $artifact: 'sha256:0', size: 9, media_type: 'x' } },
      error: null,
    },
    { key: 'pack[0]', status: 'completed', output: 'a', error: null },
  ],
};
test.each<[string, 'cel' | 'template', Json, string | undefined]>([
  ['To ${ input.city }', 'template', 'To Bern', undefined],
  ['${ input.lines.map(l, l.n * 2) }', 'template', [4], undefined],
  ['nodes.fetch.output.status == 200', 'cel', true, undefined],
  ['${ run.starter }', 'template', 'user:ann', undefined],
  ['${ item.sku }', 'template', 'a', '${ input.lines }'],
  ['plain', 'template', 'plain', undefined],
])('%j (%s) is %j', (text, mode, value, over) => {
  expect(preview(text, mode, RUN, over)).toEqual({ is: 'value', value });
});

test('a preview says why there is no value', () => {
  expect(preview('${ nodes.fetch.output.body.x }', 'template', RUN)).toEqual({ is: 'artifact' });
  expect(preview('${ input.none }', 'template', RUN)).toMatchObject({ is: 'failed' });
  expect(preview('${ 1 + }', 'template', RUN)).toMatchObject({ is: 'failed' });
  expect(preview('${ item }', 'template', RUN, '${ [] }')).toEqual({
    is: 'failed',
    message: 'the list of this run has no item',
  });
  const endless = '${ [1,2,3].map(a, input.lines.map(b, "x".replace("x", "yyyyyyyyyyyyyyyy"))) }';
  const many = { ...RUN, input: { lines: Array.from({ length: 900_000 }, () => 1) } };
  expect(preview(endless, 'template', many)).toMatchObject({
    is: 'failed',
    message: expect.stringContaining('steps') as string,
  });
});

test('every function and method has its signature, and types have words', () => {
  expect(FUNCTION_SIGNATURES.filter(({ help }) => help === '')).toEqual([]);
  expect(new Set(FUNCTION_SIGNATURES.map(({ name }) => name))).toEqual(new Set([...FUNCTIONS.keys(), 'has']));
  for (const name of METHODS.keys()) expect(METHOD_SIGNATURES.map((each) => each.name)).toContain(name);
  expect(typeInWords('list<double>')).toBe('list of number');
  expect(pathOf('nodes.a.output["b c"][0]')).toEqual(['nodes', 'a', 'output', 'b c', '0']);
  expect(pathOf('size(a)')).toBeUndefined();
});
