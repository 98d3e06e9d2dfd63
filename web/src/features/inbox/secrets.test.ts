import type { Json } from '../../../../core/json.js';
import { withoutSecrets } from './secrets.js';

const secret = { type: 'string', format: 'password' };
const text = { type: 'string' };

test.each<[string, Json, Json, Json | undefined]>([
  ['no field is secret', { properties: { a: text } }, { a: 'x', b: 1 }, { a: 'x', b: 1 }],
  ['a field is', { properties: { a: text, pin: secret } }, { a: 'x', pin: '1' }, { a: 'x' }],
  [
    'one of a part is',
    { properties: { a: text, bank: { properties: { iban: text, pin: secret } } } },
    { a: 'x', bank: { iban: 'y', pin: '1' } },
    { a: 'x', bank: { iban: 'y' } },
  ],
  ['all are', secret, '1', undefined],
  [
    'those of a list are',
    { properties: { a: text, pins: { type: 'array', items: secret } } },
    { a: 'x', pins: ['1'] },
    { a: 'x' },
  ],
  [
    'those of any other name are',
    { properties: { a: text }, additionalProperties: secret },
    { a: 'x', b: '1' },
    undefined,
  ],
  [
    'one is by reference',
    { $defs: { secret }, properties: { a: text, pin: { $ref: '#/$defs/secret' } } },
    { a: 'x', pin: '1' },
    { a: 'x' },
  ],
  [
    'one is in a union',
    { oneOf: [{ properties: { pin: secret } }, { properties: { a: text } }] },
    { pin: '1' },
    undefined,
  ],
  [
    'a reference leads to none',
    { $defs: { text }, properties: { a: { $ref: '#/$defs/text' } } },
    { a: 'x' },
    { a: 'x' },
  ],
])('where %s', (_, schema, value, kept) => expect(withoutSecrets(schema, value)).toEqual(kept));
