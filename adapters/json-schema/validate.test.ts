import type { Json, JsonSchema } from '../../core/json.js';
import { fillAndCheck, schemaProblem, violations } from './validate.js';

const PERSON: JsonSchema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: { name: { type: 'string', minLength: 1 }, tags: { type: 'array', items: { enum: ['a', 'b'] } } },
};

test.each<[string, JsonSchema, Json, string[]]>([
  ['what fits', PERSON, { name: 'Ann', tags: ['a'] }, []],
  [
    'every problem at once',
    PERSON,
    { name: '', tags: ['a', 'c'], x: 1 },
    [
      ' must NOT have additional properties: x',
      '/name must NOT have fewer than 1 characters',
      '/tags/1 must be equal to one of the allowed values: ["a","b"]',
    ],
  ],
  ['what is missing', PERSON, {}, [" must have required property 'name'"]],
  ['another type', PERSON, 'text', [' must be object']],
  [
    'names with slashes and tildes',
    { properties: { 'a/b~c': { type: 'null' } } },
    { 'a/b~c': 1 },
    ['/a~1b~0c must be null'],
  ],
  ['a format', { type: 'string', format: 'email' }, 'nobody', [' must match format "email"']],
  ['a format that nobody knows', { type: 'string', format: 'klingon' }, 'x', []],
  ['a union of types', { type: ['string', 'null'] }, null, []],
  ['words of others', { type: 'string', 'x-widget': 'area', nullable: true }, 'x', []],
  [
    'draft 2020-12',
    { prefixItems: [{ type: 'string' }], items: false },
    ['a', 1],
    [' must NOT have more than 1 items'],
  ],
  [
    'a name that every object has',
    { type: 'object', required: ['toString', 'constructor'] },
    {},
    [" must have required property 'toString'", " must have required property 'constructor'"],
  ],
  ['references inside', { $ref: '#/$defs/n', $defs: { n: { type: 'integer' } } }, 1.5, [' must be integer']],
  [
    'a tree',
    { $id: 'tree', properties: { children: { items: { $ref: '#' } }, n: { type: 'integer' } } },
    { children: [{ children: [{ n: 'x' }] }] },
    ['/children/0/children/0/n must be integer'],
  ],
])('%s', (_what, schema, value, problems) => {
  expect(
    violations(schema, value)
      .map(({ pointer, message }) => `${pointer} ${message}`)
      .sort(),
  ).toEqual(problems.toSorted());
});

test('checking changes nothing', () => {
  const value = { a: '1' };
  violations({ properties: { a: { type: 'integer' }, b: { default: 1 } } }, value);
  expect(value).toEqual({ a: '1' });
});

test('defaults are filled into a copy, deep inside too', () => {
  const schema = {
    type: 'object',
    properties: {
      depth: { type: 'integer', default: 3 },
      inner: { type: 'object', properties: { on: { default: true } } },
    },
  };
  const value = { inner: {} };
  expect(fillAndCheck(schema, value)).toEqual({ value: { depth: 3, inner: { on: true } }, problems: [] });
  expect(value).toEqual({ inner: {} });
  expect(fillAndCheck(schema, { depth: 'x' }).problems).toEqual([{ pointer: '/depth', message: 'must be integer' }]);
});

test('two specs may use one $id for different things, at the top and inside', () => {
  const one = { $id: 'thing', $defs: { part: { $id: 'part', type: 'string' } }, $ref: 'part' };
  const other = { $id: 'thing', $defs: { part: { $id: 'part', type: 'integer' } }, $ref: 'part' };
  expect([violations(one, 'x'), violations(other, 1)]).toEqual([[], []]);
  expect(violations(one, 1)).toHaveLength(1);
  expect(violations(other, 'x')).toHaveLength(1);
});

test.each<[string, JsonSchema, RegExp]>([
  ['a type that is none', { type: 'nonsense' }, /type must be equal to one of the allowed values/],
  ['a pattern that is none', { pattern: '(' }, /Invalid regular expression/],
  ['a reference to nowhere', { $ref: '#/$defs/missing' }, /can't resolve reference #\/\$defs\/missing/],
  ['a reference to elsewhere', { $ref: 'http://example.org/schema' }, /can't resolve reference/],
  ['another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, /draft-07/],
  ['a verdict that is a promise', { $async: true, type: 'object' }, /\$async/],
  ['a promise deep inside', { properties: { a: { $async: true } } }, /\$async/],
])('%s is a problem of the schema', (_what, schema, problem) => {
  expect(schemaProblem(schema)).toMatch(problem);
});

test('a schema that is all right has none', () => {
  expect(schemaProblem(PERSON)).toBeUndefined();
  expect(schemaProblem({ ...PERSON, $schema: 'https://json-schema.org/draft/2020-12/schema' })).toBeUndefined();
});

test('a schema that refers to itself without end is a problem of the value, not a crash', () => {
  expect(violations({ $ref: '#' }, {})).toEqual([
    { pointer: '', message: 'can not be checked: the schema refers to itself without end' },
  ]);
});
