import type { Json, JsonSchema } from '../json.js';
import { compile } from '../spec/compile.js';
import { inputOf, templateProblems } from './template.js';

const ORDER: JsonSchema = {
  type: 'object',
  properties: { id: { type: 'string' }, total: { type: 'number' }, customer: { type: 'object' } },
};
const problems = (template: Json, schema: JsonSchema | undefined = ORDER) =>
  templateProblems(template, { ...(schema ? { schema } : {}), headers: ['x-kind'] });

test.each<[why: string, template: Json]>([
  ['a path', '${ body.id }'],
  ['text around it', { order: 'no. ${ body.id }', plain: 1 }],
  ['a header', '${ headers["x-kind"] }'],
  ['arithmetic on numbers', ['${ body.total * 2 }']],
  ['what the schema leaves open', '${ body.customer.anything }'],
  ['no expression', { text: '$${ not one }' }],
])('%s is fine', (_why, template) => expect(problems(template)).toEqual([]));

test('without a schema anything may be read of the body', () => {
  expect(templateProblems('${ body.whatever }', { headers: [] })).toEqual([]);
});

test.each<[template: Json, problem: object]>([
  ['${ body.ident }', { code: 'UNKNOWN_PROPERTY', pointer: '' }],
  [{ a: ['${ body.ids }'] }, { code: 'UNKNOWN_PROPERTY', pointer: '/a/0', suggestion: 'id' }],
  ['${ body.id + 1 }', { code: 'EXPRESSION_TYPE' }],
  ['${ headers["x-other"] }', { code: 'UNKNOWN_PROPERTY' }],
  ['${ input.id }', { code: 'UNKNOWN_NAME', message: 'there is no input here' }],
  ['${ run.id }', { code: 'UNKNOWN_NAME' }],
  ['${ nodes.a.output }', { code: 'UNKNOWN_NAME' }],
  ['${ item }', { code: 'UNKNOWN_NAME', message: 'there is no item here' }],
  ['${ boby.id }', { code: 'UNKNOWN_NAME' }],
  ['${ body.id', { code: 'EXPRESSION_SYNTAX' }],
  ['${ body. }', { code: 'EXPRESSION_SYNTAX' }],
  ['${ body.id.matches("a+") }', { code: 'NOT_ALLOWED' }],
])('%j is refused', (template, problem) => {
  expect(problems(template)).toEqual([expect.objectContaining(problem)]);
});

test.each(['body', 'headers'])('a spec has no %s', (name) => {
  const node = { key: 'a', type: 'transform', config: { value: `\${ ${name} }` } };
  const compiled = compile(JSON.stringify({ name: 'demo', nodes: [node] }), {
    format: 'json',
    schemaProblem: () => undefined,
  });
  expect(compiled).toMatchObject({
    ok: false,
    problems: [{ code: 'UNKNOWN_NAME', message: `there is no ${name} here` }],
  });
});

const delivery = { id: 'd1', body: { id: 'o-1', total: 2 }, headers: { 'x-kind': 'paid' } };

test('the body is the input, or a template makes it', () => {
  expect(inputOf(undefined, delivery)).toBe(delivery.body);
  expect(
    inputOf({ order: '${ body.id }', kind: '${ headers["x-kind"] }', n: '${ body.total + 1 }' }, delivery),
  ).toEqual({
    order: 'o-1',
    kind: 'paid',
    n: 3,
  });
});

test('an expression without a value, and one that takes too long, are faults', () => {
  expect(() => inputOf('${ body.missing }', delivery)).toThrow(expect.objectContaining({ code: 'EXPRESSION_FAILED' }));
  const body = Array.from({ length: 2_000 }, (_, i) => i);
  const slow = '${ body.all(x, body.all(y, x + y >= 0)) }';
  expect(() => inputOf(slow, { ...delivery, body })).toThrow(expect.objectContaining({ code: 'EXPRESSION_LIMIT' }));
});
