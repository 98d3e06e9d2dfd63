import type { JsonObject } from '../json.js';
import { Duration, Timestamp } from './time.js';

/** What an expression works on: JSON as it is, and what CEL adds to it. An int is a bigint, a double a number. */
export type Value = null | boolean | number | bigint | string | Value[] | CelMap | Timestamp | Duration;
/** A JSON object, or what a map in an expression makes. */
export type CelMap = JsonObject | Map<Key, Value>;
export type Key = string | bigint | boolean;

export const isMap = (value: Value | undefined): value is CelMap =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Timestamp) &&
  !(value instanceof Duration);

export const sizeOfMap = (map: CelMap): number => (map instanceof Map ? map.size : Object.keys(map).length);
export const keysOf = (map: CelMap): Key[] => (map instanceof Map ? [...map.keys()] : Object.keys(map));

/** What the map holds under the key; undefined when there is nothing. A whole double is the same key as its int. */
export function lookUp(map: CelMap, key: Value): Value | undefined {
  if (!(map instanceof Map)) return typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
  const asKey = keyOf(key);
  return asKey === undefined ? undefined : map.get(asKey);
}

export function keyOf(value: Value): Key | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean' ? value : undefined;
}

export function typeOf(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Timestamp) return 'timestamp';
  return value instanceof Duration ? 'duration' : 'map';
}
