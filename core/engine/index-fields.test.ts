import { indexFields } from './index-fields.js';

const of = (template: string, input: unknown) => indexFields({ index: { field: template } }, input as never)?.['field'];

test.each([
  ['${ input.id }', { id: 'a' }, 'a'],
  ['${ input.id }', { id: 5 }, 5],
  ['${ input.id }', { id: false }, false],
  ['order ${ input.id }', { id: 5 }, 'order 5'],
  ['always', {}, 'always'],
  ['${ input.id }', { id: 'x'.repeat(200) }, 'x'.repeat(200)],
  // What can't be a field is left out, and the run starts all the same.
  ['${ input.id }', {}, undefined],
  ['${ input.id }', { id: null }, undefined],
  ['${ input.id }', { id: [1] }, undefined],
  ['${ input.id }', { id: { a: 1 } }, undefined],
  ['${ input.id }', { id: 'x'.repeat(201) }, undefined],
  ['${ 1 / input.id }', { id: 0 }, undefined],
  ['${ input.id }', { $artifact: 'sha256:0', size: 1, media_type: 'application/json' }, undefined],
  [
    '${ input.list.map(a, input.list.map(b, a + b)).size() }',
    { list: Array.from({ length: 1_000 }, (_, i) => i) },
    undefined,
  ],
])('%s of %j', (template, input, expected) => expect(of(template, input)).toBe(expected));

test('one that fails keeps no other out; without any there is nothing', () => {
  const index = { good: '${ input.a }', bad: '${ input.b.c }' };
  expect(indexFields({ index }, { a: 1 })).toEqual({ good: 1 });
  expect(indexFields({ index }, {})).toBeUndefined();
  expect(indexFields({}, { a: 1 })).toBeUndefined();
});
