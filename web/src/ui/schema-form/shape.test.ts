/** @jest-environment node */
import type { Json, JsonSchema } from '../../../../core/json.js';
import { specJsonSchema } from '../../../../core/spec/schema.js';
import { blankOf, chosen, switched } from './choose.js';
import { type Shape, shapeOf } from './shape.js';
import { getAt, pointerOf, setAt } from './values.js';

/** A shape in one line. */
function show(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return `text ${shape.look}`;
    case 'number':
      return shape.integer ? 'whole number' : 'number';
    case 'choice':
      return `choice ${shape.choices.map(({ label }) => label).join('|')}`;
    case 'fixed':
      return `fixed ${JSON.stringify(shape.value)}`;
    case 'object':
      return `object ${shape.fields.map(({ name, required }) => name + (required ? '*' : '')).join(' ')}${shape.rest ? ' +' : ''}`;
    case 'union':
      return `union ${shape.options.map(({ label }) => label).join('|')}`;
    default:
      return shape.kind;
  }
}

const A = { type: 'object', properties: { type: { const: 'a' }, x: { type: 'string' } }, required: ['type', 'x'] };
const B = { type: 'object', properties: { type: { const: 'b' }, y: { type: 'number' } }, required: ['type'] };
const ROOT: JsonSchema = { $defs: { name: { type: 'string', format: 'email' }, loop: { $ref: '#/$defs/loop' } } };

test.each<[JsonSchema, string]>([
  [{ type: 'string' }, 'text line'],
  [{ type: 'string', format: 'date-time' }, 'text date-time'],
  [{ type: 'string', format: 'uri' }, 'text uri'],
  [{ type: 'string', format: 'hostname' }, 'text line'],
  [{ type: 'string', maxLength: 2000 }, 'text long'],
  [{ type: 'string', format: 'textarea' }, 'text long'],
  [{ type: 'integer' }, 'whole number'],
  [{ type: 'boolean' }, 'boolean'],
  [{ type: 'null' }, 'fixed null'],
  [{ const: 3 }, 'fixed 3'],
  [{ enum: ['a', 2, null] }, 'choice a|2|null'],
  [{ oneOf: [{ const: 'a', title: 'First' }, { const: 'b' }] }, 'choice First|b'],
  [{ type: ['string', 'null'] }, 'union Text|Nothing'],
  [{ anyOf: [{ type: 'string' }] }, 'text line'],
  [{ oneOf: [A, B] }, 'union a|b'],
  [{ anyOf: [{ enum: ['all', 'any'] }, { type: 'object', properties: { n: {} } }] }, 'union Option 1|Object'],
  [{ type: 'object', properties: { a: {} }, anyOf: [{ required: ['a'] }] }, 'object a'],
  [{ type: 'array', items: { type: 'string' } }, 'list'],
  [{ type: 'object', properties: { a: {}, b: {} }, required: ['b'] }, 'object a b*'],
  [{ properties: { a: {} } }, 'object a'],
  [{ type: 'object' }, 'object  +'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, 'object  +'],
  [{ type: 'object', properties: { a: {} }, additionalProperties: true }, 'object a +'],
  [{ allOf: [{ type: 'object', properties: { a: {} }, required: ['a'] }, { properties: { b: {} } }] }, 'object a* b'],
  [{ $ref: '#/$defs/name' }, 'text email'],
  [{ $ref: '#/$defs/loop' }, 'any'],
  [{ $ref: 'https://example.org/else' }, 'any'],
  [{}, 'any'],
])('%j is drawn as: %s', (schema, expected) => {
  expect(show(shapeOf(schema, ROOT))).toBe(expected);
});

const OPTIONS = [
  { label: 'a', schema: A },
  { label: 'b', schema: B },
  { label: 'text', schema: { type: 'string' } },
];
test.each<[Json | undefined, number]>([
  [{ type: 'b' }, 1],
  [{ type: 'a', y: 3 }, 0],
  [{ y: 3 }, 1],
  ['x', 2],
  [3, -1],
  [undefined, -1],
])('%j is of option %i', (value, expected) => {
  expect(chosen(OPTIONS, value, ROOT)).toBe(expected);
});

test('another option keeps what both have, and what it needs is put in', () => {
  expect(switched({ type: 'b', x: 'kept', y: 3 }, A, ROOT)).toEqual({ type: 'a', x: 'kept' });
  expect(blankOf(A, ROOT)).toEqual({ type: 'a', x: '' });
  expect(blankOf({ type: 'integer', minimum: 2 }, ROOT)).toBe(2);
  expect(blankOf({ type: 'string', default: 'd' }, ROOT)).toBe('d');
});

test.each<[Json | undefined, (string | number)[], Json | undefined, Json | undefined]>([
  [undefined, ['a', 'b'], 1, { a: { b: 1 } }],
  [{ a: 1, b: 2 }, ['a'], undefined, { b: 2 }],
  [[1, 2, 3], [1], undefined, [1, 3]],
  [{ l: [{ x: 1 }] }, ['l', 0, 'x'], 2, { l: [{ x: 2 }] }],
  ['text', [], undefined, undefined],
])('in %j at %j comes %j', (value, path, next, expected) => {
  const before = JSON.stringify(value);
  expect(setAt(value, path, next)).toEqual(expected);
  expect(JSON.stringify(value)).toBe(before);
});

test('a place is named by its pointer', () => {
  expect(pointerOf(['a/b', 0, '~'])).toBe('/a~1b/0/~0');
  expect(getAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
  expect(getAt({ a: 1 }, ['toString'])).toBeUndefined();
});

test('every part of a spec has a form: only what may be any value is drawn as one', () => {
  const root = specJsonSchema() as JsonSchema;
  const loose: string[] = [];
  const seen = new Set<string>();
  const walk = (schema: Json | undefined, path: string): void => {
    if (path.split('/').length > 9 || seen.has(JSON.stringify(schema) + path)) return;
    seen.add(JSON.stringify(schema) + path);
    const shape = shapeOf(schema, root);
    if (shape.kind === 'any') loose.push(path.split('/').at(-1)!);
    if (shape.kind === 'list') walk(shape.item(0), path);
    if (shape.kind === 'union') for (const option of shape.options) walk(option.schema, path);
    if (shape.kind === 'object') for (const { name, schema: inner } of shape.fields) walk(inner, `${path}/${name}`);
  };
  walk(root, '');
  const any = ['form', 'input', 'json', 'message', 'output', 'schema', 'show', 'value'];
  expect([...new Set(loose)].sort()).toEqual(any);
});
