import type { Json, JsonSchema } from '../../../../core/json.js';
import { filled, validate } from './validate.js';

const UNION: JsonSchema = {
  $defs: { item: { type: 'object', required: ['q'], properties: { kind: { const: 'z' }, q: { type: 'string' } } } },
  type: 'object',
  properties: { list: { type: 'array', items: { anyOf: [{ type: 'number' }, { $ref: '#/$defs/item' }] } } },
};
const field = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { f: schema } });

test.each<[JsonSchema, Json, string[]]>([
  [field({ type: 'string', minLength: 1 }), { f: '' }, ['/f This can’t be empty.']],
  [field({ type: 'string', minLength: 3 }), { f: 'x' }, ['/f This needs at least 3 characters.']],
  [field({ type: 'string', maxLength: 1 }), { f: 'xx' }, ['/f This can have at most 1 characters.']],
  [field({ type: 'integer' }), { f: 1.5 }, ['/f This must be a whole number.']],
  [field({ type: ['string', 'null'] }), { f: 1 }, ['/f This must be text or null.']],
  [field({ minimum: 3 }), { f: 2 }, ['/f This must be at least 3.']],
  [field({ maximum: 3 }), { f: 4 }, ['/f This must be at most 3.']],
  [field({ enum: ['a', 'b'] }), { f: 'c' }, ['/f This must be ["a","b"].']],
  [field({ type: 'string', format: 'email' }), { f: 'c' }, ['/f This is no mail address.']],
  [field({ type: 'string', pattern: '^x' }), { f: 'c' }, ['/f This does not have the form that is asked for.']],
  [field({ type: 'array', minItems: 1 }), { f: [] }, ['/f This needs at least 1 item.']],
  [{ type: 'object', required: ['a/b'] }, {}, ['/a~1b This is required.']],
  [{ type: 'object', properties: {}, additionalProperties: false }, { x: 1 }, ['/x There is no field x.']],
  [{ required: ['d'], properties: { d: { default: 1 } } }, {}, []],
  [UNION, { list: [1, { kind: 'z' }] }, ['/list/1/q This is required.']],
  [UNION, { list: [true] }, ['/list/0 Choose one of the options.']],
  [{ oneOf: [{ minimum: 1 }, { maximum: 5 }] }, 3, [' This fits more than one of the options.']],
])('%j, of %j', (schema, value, expected) => {
  expect(validate(schema, value).map(({ pointer, message }) => `${pointer} ${message}`)).toEqual(expected);
});

test('a schema that can’t be used is a problem, not a crash', () => {
  expect(validate({ type: 'string', pattern: '(' }, 'x')).toEqual([
    { pointer: '', message: expect.stringContaining('the schema can’t be used') as string },
  ]);
});

test('defaults fill what is missing, inside lists and objects too', () => {
  const schema = field({ type: 'array', items: { type: 'object', properties: { n: { type: 'number', default: 1 } } } });
  expect(filled(schema, { f: [{}, { n: 2 }] }, schema)).toEqual({ f: [{ n: 1 }, { n: 2 }] });
});
