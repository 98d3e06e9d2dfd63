import type { Json } from '../../../../core/json.js';
import { kindOf, labelOf } from './evidence-kind.js';

const artifact = { $artifact: 'sha256:00', size: 3, media_type: 'image/png' };
test.each<[string, Json, string]>([
  ['null', null, 'nothing'],
  ['no text', '', 'nothing'],
  ['no items', [], 'nothing'],
  ['no fields', {}, 'nothing'],
  ['a text', 'one\n\ntwo', 'text'],
  ['a web address', 'https://example.org/a?b', 'link'],
  ['an address that runs code', 'javascript:alert(1)', 'text'],
  ['a text that begins with an address', 'https://example.org is down', 'text'],
  ['a number', 12.5, 'scalar'],
  ['false', false, 'scalar'],
  ['a reference to an artifact', artifact, 'artifact'],
  ['fields', { amount: 1, invoice: { no: 2 } }, 'fields'],
  ['scalars', ['a', 1, null], 'list'],
  ['flat objects', [{ a: 1 }, { a: 2, b: 'x' }], 'table'],
  ['objects with objects in them', [{ a: { b: 1 } }], 'tree'],
  ['references', [artifact], 'tree'],
  ['objects with many names', [Object.fromEntries(Array.from('abcdefghi').map((name) => [name, 1]))], 'tree'],
  ['many fields', Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`f${i}`, i])), 'tree'],
])('%s', (_, value, kind) => expect(kindOf(value).kind).toBe(kind));

test('what lies deep is a tree', () => expect(kindOf({ a: 1 }, 2).kind).toBe('tree'));
test('an empty line parts paragraphs', () =>
  expect(kindOf('one\nmore\n \ntwo\n')).toEqual({ kind: 'text', paragraphs: ['one\nmore', 'two\n'] }));
test('a table has every name as a column', () =>
  expect(kindOf([{ a: 1 }, { b: 2 }])).toMatchObject({ columns: ['a', 'b'] }));

test.each([
  ['invoice_total', 'Invoice total'],
  ['costCentre', 'Cost centre'],
  ['amount', 'Amount'],
  ['_', '_'],
])('%s is told as %s', (name, label) => expect(labelOf(name)).toBe(label));
