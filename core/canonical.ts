import type { Json } from './json.js';

/** JSON in one form: names in the order of RFC 8785 (by UTF-16 code units), no blanks; what is undefined is left out, as JSON does. For hashes and signatures. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name]!)}`).join(',')}}`;
}
