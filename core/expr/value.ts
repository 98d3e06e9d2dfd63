import type { Json } from '../json.js';
import { Fault } from '../fault.js';

/** A CEL value as JSON: ints become numbers, maps become objects, times and durations become text. */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new Fault('EXPRESSION_FAILED', `${value} is not a JSON number`);
      return value;
    case 'bigint':
      if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER))
        throw new Fault('EXPRESSION_FAILED', `${value} is too large for a JSON number; make it a string`);
      return Number(value);
    case 'object':
      return objectToJson(value);
    default:
      throw new Fault('EXPRESSION_FAILED', `a value of type ${typeof value} has no JSON form`);
  }
}

function objectToJson(value: object): Json {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, inner]) => [String(name), toJson(inner)]));
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  if (prototype === null || prototype.constructor?.name === 'Object')
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toJson(inner)]));
  if (value instanceof Set) return [...value].map(toJson);
  return (value as { toString(): string }).toString(); // a duration, `5s`
}

/** How a value reads inside text. */
export const toText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
