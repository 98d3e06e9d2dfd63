/** @jest-environment node */
import { NODE_TYPES } from '../../../../../../core/nodes/index.js';
import { compile } from '../../../../../../core/spec/compile.js';
import { shapeOf } from '../../../../ui/schema-form/shape.js';
import { adviceOf, placed, readSpec, useBuilder } from '../model/index.js';
import { changeField } from './change-field.js';
import { configSchema, errorsOf, groupErrors, nodeGroups, pick, workflowSchema } from './node-schema.js';
import { pairProblem } from './pairs.js';
import { readSchema, schemaText } from './schema-text.js';

test.each(Object.keys(NODE_TYPES))('%s has a form of its config, and of what every node has', (type) => {
  const schema = configSchema(type)!;
  expect(['object', 'union']).toContain(shapeOf(schema, schema).kind);
  const fields = nodeGroups(type).flatMap((group) => group.fields);
  expect(fields).toEqual(
    expect.arrayContaining(['retry', 'timeout', 'on_error', 'join', 'losers', 'compensate', 'output', 'fuse']),
  );
  expect(fields.includes('limits')).toBe(['tool_call', 'agent_call', 'map', 'subworkflow'].includes(type));
});

test('every field of a node is drawn somewhere', () => {
  const drawn = new Set([
    'key',
    'type',
    'description',
    'config',
    ...nodeGroups('tool_call').flatMap(({ fields }) => fields),
  ]);
  const text = `name: a\nnodes:\n  - { key: a, type: tool_call, config: { tool: http, request: { url: x } }, limits: [a], nonsense: 1 }`;
  const result = compile(text);
  const unknown = result.ok ? [] : result.problems.map(({ pointer }) => pointer.split('/').at(-1));
  expect(unknown).toEqual(['nonsense']);
  expect([...drawn].sort()).toEqual(
    [
      'compensate',
      'config',
      'description',
      'fuse',
      'join',
      'key',
      'limits',
      'losers',
      'on_error',
      'output',
      'retry',
      'timeout',
      'type',
    ].sort(),
  );
});

test('of a tool, a request or a function is chosen', () => {
  const schema = configSchema('tool_call')!;
  expect(shapeOf(schema, schema)).toMatchObject({ kind: 'union', options: [{ label: 'http' }, { label: 'function' }] });
  expect(configSchema('nonsense')).toBeUndefined();
  const workflow = workflowSchema(['name']);
  expect(shapeOf(workflow, workflow)).toMatchObject({ kind: 'object', fields: [{ name: 'name' }] });
});

test.each([
  [{ message: 'there is no field rol here', suggestion: 'role' }, 'Did you mean role?'],
  [{ message: 'there is no property rol here; there is role', suggestion: 'role' }, undefined],
  [{ message: 'it is never taken', suggestion: 'on_error: continue on node a' }, 'Try on_error: continue on node a.'],
  [{ message: 'value is missing' }, undefined],
])('%j advises %j', (problem, advice) => {
  expect(adviceOf(problem)).toBe(advice);
});

test('problems come to the fields that they are of', () => {
  const text = `name: a
nodes:
  - key: gate
    type: human_gate
    config: { rol: a }
    retry: { max_attempts: 0 }
    join: some
  - key: call
    type: tool_call
    config: { tool: http }`;
  const compiled = compile(text);
  const view = readSpec(text);
  const problems = compiled.ok ? [] : compiled.problems.map((each) => placed(each, view));
  const of = (key: string) => problems.filter(({ node }) => node === key);
  expect(errorsOf(of('gate'), '/config')).toEqual([
    { pointer: '/title', message: 'This is required.' },
    { pointer: '/rol', message: 'There is no field rol here. Did you mean role?' },
  ]);
  expect(errorsOf(of('call'), '/config')).toEqual([{ pointer: '/request', message: 'This is required.' }]);
  expect(groupErrors(of('gate'), ['retry']).map(({ pointer }) => pointer)).toEqual(['/retry/max_attempts']);
  expect(groupErrors(of('gate'), ['join'])).toHaveLength(1);
  expect(pick({ a: 1, b: 2 }, ['b', 'c'])).toEqual({ b: 2 });
});

const EDGES = readSpec('edges:\n  - { from: a, to: b }\n  - { from: b, to: c }\n  - { from: a, to: c, on: failure }');
test.each<[string, string, string, number | undefined, string | undefined]>([
  ['a', 'a', 'success', undefined, 'leads to itself'],
  ['a', 'b', 'success', undefined, 'there is such an edge'],
  ['a', 'b', 'failure', undefined, undefined],
  ['a', 'b', 'success', 0, undefined],
  ['c', 'a', 'success', undefined, 'would form a circle'],
  ['b', 'a', 'success', 0, undefined],
  ['a', 'd', 'success', undefined, undefined],
])('from %s to %s on %s', (from, to, on, but, expected) => {
  expect(pairProblem(EDGES, { from, to, on }, but)).toBe(expected);
});

test.each<[string, object]>([
  ['', { value: undefined }],
  ['type: object', { value: { type: 'object' } }],
  ['{"type": "object"}', { value: { type: 'object' } }],
  ['type: [', { problem: { line: 1 } }],
  ['- a', { problem: { message: 'A schema is an object, such as { type: object }.' } }],
  ['type: string\npattern: "("', { value: { type: 'string' } }],
])('%j read as a schema', (text, expected) => {
  expect(readSchema(text)).toMatchObject(expected);
});

test('a schema is written as it is read', () => {
  const value = { type: 'object', properties: { a: { type: 'string', description: 'x: y' } } };
  expect(readSchema(schemaText(value))).toEqual({ value });
  expect(schemaText(undefined)).toBe('');
});

test('what is typed in one field in one go is one step back; another field is another', () => {
  useBuilder.getState().load({ text: 'name: a\n', saved: null });
  for (const text of ['ab', 'abc', 'abcd']) changeField('/name', 'name changed', () => `name: ${text}\n`);
  changeField('/other', 'other changed', (text) => `${text}description: x\n`);
  expect(useBuilder.getState().past.map(({ text }) => text)).toEqual(['name: a\n', 'name: abcd\n']);
  useBuilder.getState().undo();
  useBuilder.getState().undo();
  expect(useBuilder.getState().text).toBe('name: a\n');
  changeField('/name', 'name changed', () => 'name: z\n');
  expect(useBuilder.getState().past).toHaveLength(1);
});
