import { readFileSync } from 'node:fs';
import { clientDocument, digestOf } from './client-document.js';

const document = clientDocument();

test('the web app’s client is made of the document of now: after a change of an endpoint, npm run api-client', () => {
  const [first] = readFileSync('web/src/lib/api/schema.d.ts', 'utf8').split('\n');
  expect(first).toBe(`// document: ${digestOf(document)}`);
});

test('it has one schema for any JSON, one refusal for each operation, and leads nowhere else', () => {
  const text = JSON.stringify(document);
  const { components, paths } = document as { components: { schemas: object }; paths: Record<string, object> };
  expect(Object.keys(components.schemas).filter((name) => name.startsWith('__'))).toEqual([]);
  const refs = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!);
  expect(refs.filter((ref) => !ref.startsWith('#/components/schemas/'))).toEqual([]);
  expect(refs.map((ref) => ref.split('/').at(-1)!).filter((name) => !(name in components.schemas))).toEqual([]);
  const operations = Object.values(paths).flatMap((path) => Object.values(path) as { responses: object }[]);
  const statuses = operations.map(({ responses }) => Object.keys(responses));
  expect(
    statuses.filter((each) => !each.includes('default') || each.some((status) => status >= '4' && status < '6')),
  ).toEqual([]);
});
