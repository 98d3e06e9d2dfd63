import { piecesOf } from '../../../../../../core/expr/template.js';
import { isObject, type Json, type JsonSchema } from '../../../../../../core/json.js';

/** The schema of what a value with expressions in it becomes, as far as it is written there; `{}` is what an expression makes. Pure. */
export function writtenSchema(value: Json): JsonSchema {
  if (isObject(value)) {
    const properties = Object.entries(value).map(([name, inner]) => [name, writtenSchema(inner)]);
    return { type: 'object', properties: Object.fromEntries(properties) };
  }
  if (Array.isArray(value)) return { type: 'array', ...(value.length > 0 ? { items: writtenSchema(value[0]!) } : {}) };
  if (typeof value === 'string' && piecesOf(value)?.whole && value.includes('${')) return {};
  return value === null ? {} : { type: typeof value };
}
