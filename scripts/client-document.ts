import { createHash } from 'node:crypto';
import { ENDPOINTS } from '../api/endpoints.js';
import { openApiDocument } from '../api/openapi.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';

/** The OpenAPI document as the web app's client is made of it, and what tells one state of it from another. */

/**
 * The document of the endpoints, with three changes that make better types: every refusal is the one `default`, since all of them are
 * problems; a spec is any object, since its schema is published beside the document, where a generator can't follow; and any JSON is
 * the one `Json`, of ANY_JSON, where zod makes a schema for each place that takes it.
 */
export function clientDocument(): JsonObject {
  return transformed(JSON.parse(withOneJson(JSON.stringify(openApiDocument(ENDPOINTS)))) as JsonObject) as JsonObject;
}

/** SHA-256 of the document, hex. */
export const digestOf = (document: JsonObject): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('hex');

/** Stands where the type of any JSON comes: an interface's field can't be a union of itself, so it is core's `Json` instead. */
export const ANY_JSON = '(any JSON)';

const UNNAMED = /^__schema\d+$/;

function withOneJson(text: string): string {
  const document = JSON.parse(text) as { components: { schemas: JsonObject } };
  const { schemas } = document.components;
  const asJson = (name: string) => JSON.stringify(schemas[name]).replaceAll(`/${name}"`, '/Json"');
  const any = (schemas['Json'] as { $ref: string }).$ref.split('/').at(-1)!;
  const json = asJson(any);
  const same = Object.keys(schemas).filter((name) => UNNAMED.test(name) && asJson(name) === json);
  for (const name of same) delete schemas[name];
  schemas['Json'] = { const: ANY_JSON };
  return same.reduce((all, name) => all.replaceAll(`/${name}"`, '/Json"'), JSON.stringify(document));
}

function transformed(value: Json): Json {
  if (Array.isArray(value)) return value.map(transformed);
  if (!isObject(value)) return value;
  if (typeof value['$ref'] === 'string' && !value['$ref'].startsWith('#'))
    return { type: 'object', additionalProperties: true };
  const isText = value['type'] === 'string'; // a type knows no patterns, of which several stand as `allOf`
  const parts = Object.entries(value).filter(([key]) => !(isText && key === 'allOf'));
  return Object.fromEntries(
    parts.map(([key, each]) => [key, key === 'responses' && isObject(each) ? withOneRefusal(each) : transformed(each)]),
  );
}

function withOneRefusal(responses: JsonObject): JsonObject {
  const wanted = Object.entries(responses).filter(([status]) => Number(status) < 400);
  const refusal = Object.entries(responses).find(([status]) => Number(status) >= 400);
  const kept = wanted.map(([status, response]) => [status, transformed(response)] as const);
  return Object.fromEntries([
    ...kept,
    ...(refusal ? [['default', { ...(refusal[1] as JsonObject), description: 'Refused' }] as const] : []),
  ]);
}
