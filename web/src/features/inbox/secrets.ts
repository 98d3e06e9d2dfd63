import { isObject, type Json } from '../../../../core/json.js';

/**
 * What of a form may be kept in the browser: all but what a field with `format: password` may hold. Where that can't be told from the schema's
 * properties (in lists, unions, by reference), the whole part is left out.
 */
export function withoutSecrets(schema: Json, value: Json | undefined): Json | undefined {
  return holdsSecret(schema, false) ? stripped(schema, value) : value;
}

function stripped(schema: Json, value: Json | undefined): Json | undefined {
  if (!holdsSecret(schema, true)) return value;
  if (!isObject(schema) || !isObject(value)) return undefined;
  const { properties, $defs: _, definitions: __, ...rest } = schema;
  if (!isObject(properties) || holdsSecret(rest, true)) return undefined;
  const fields = Object.entries(value).flatMap(([name, inner]) => {
    const kept = Object.hasOwn(properties, name) ? stripped(properties[name]!, inner) : inner;
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return Object.fromEntries(fields);
}

/** `refs`: a reference may lead to one. */
function holdsSecret(schema: Json, refs: boolean): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  if (!Array.isArray(schema)) {
    if (schema['format'] === 'password') return true;
    if (refs && ('$ref' in schema || '$dynamicRef' in schema)) return true;
  }
  return Object.values(schema).some((inner) => holdsSecret(inner, refs));
}
