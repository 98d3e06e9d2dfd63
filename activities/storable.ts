import { Fault } from '../core/fault.js';
import type { Json } from '../core/json.js';
import { MAX_VALUE_DEPTH } from '../core/limits.js';

/** The value as a database can keep it: NUL and halves of surrogate pairs are replaced, and bottomless nesting is refused. */
export function storable(value: Json, depth = 0): Json {
  if (typeof value === 'string') return storableText(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_VALUE_DEPTH)
    throw new Fault('OUTPUT_INVALID', `the output is nested more than ${MAX_VALUE_DEPTH} levels deep`);
  if (Array.isArray(value)) return value.map((part) => storable(part, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [storableText(name), storable(part, depth + 1)]),
  );
}

export const storableText = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();
