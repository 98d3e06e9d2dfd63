import type { Json } from '../json.js';
import { NoValue } from './errors.js';
import type { Meter } from './meter.js';
import { Duration, Timestamp } from './time.js';
import type { Value } from './values.js';

/** A CEL value as JSON: ints become numbers, maps become objects, times and durations become text. */
export function toJson(value: Value, meter: Meter): Json {
  meter.spend(1);
  if (typeof value === 'string') {
    meter.text(value.length);
    return value;
  }
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NoValue(`${value} is not a JSON number`);
    return value;
  }
  if (typeof value === 'bigint') {
    if (!Number.isSafeInteger(Number(value)))
      throw new NoValue(`${value} is too large for a JSON number; make it a string`);
    return Number(value);
  }
  if (Array.isArray(value)) return value.map((item) => toJson(item, meter));
  if (value instanceof Timestamp || value instanceof Duration) return value.toString();
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([name, inner]) => [String(name), toJson(inner, meter)]));
}

/** How a value reads inside text. */
export const toText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
