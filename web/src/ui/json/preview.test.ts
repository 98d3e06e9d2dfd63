import type { Json } from '../../../../core/json.js';
import { previewKind, tableOf } from './preview.js';

test.each([
  ['application/json', 'json'],
  ['application/json; charset=utf-8', 'json'],
  ['application/problem+json', 'json'],
  ['text/plain', 'text'],
  ['text/html', 'text'],
  ['application/xml', 'text'],
  ['image/png', 'image'],
  ['IMAGE/SVG+XML', 'image'],
  ['image/tiff', 'none'],
  ['application/octet-stream', 'none'],
  ['', 'none'],
])('%s is shown as %s', (type, kind) => {
  expect(previewKind(type)).toBe(kind);
});

test.each<[string, Json, string[] | undefined]>([
  ['objects', [{ a: 1, b: 2 }, { c: 3 }], ['a', 'b', 'c']],
  ['an empty list', [], undefined],
  ['no list', { a: 1 }, undefined],
  ['a list of other things', [{ a: 1 }, 2], undefined],
  ['objects without fields', [{}], undefined],
])('%s as a table', (_, value, columns) => {
  expect(tableOf(value)?.columns).toEqual(columns);
});
