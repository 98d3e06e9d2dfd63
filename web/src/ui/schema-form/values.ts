import { isObject, type Json, type JsonObject } from '../../../../core/json.js';

/** Where something stands in a value: names of properties and places in lists. */
export type Path = readonly (string | number)[];

/** RFC 6901. */
export const pointerOf = (path: Path): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What stands there; undefined: nothing. */
export function getAt(value: Json | undefined, path: Path): Json | undefined {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)];
    else if (isObject(found) && Object.hasOwn(found, String(step))) found = found[String(step)];
    else return undefined;
  }
  return found;
}

/** A copy with that put there, and what was missing above it made; undefined takes it out. Nothing else is copied. */
export function setAt(value: Json | undefined, path: Path, next: Json | undefined): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  if (Array.isArray(value) || (value === undefined && typeof step === 'number')) {
    const list = [...((value as Json[] | undefined) ?? [])];
    const child = setAt(list[Number(step)], rest, next);
    if (child === undefined) list.splice(Number(step), 1);
    else list[Number(step)] = child;
    return list;
  }
  const holder: JsonObject = isObject(value) ? value : {};
  const child = setAt(Object.hasOwn(holder, step) ? holder[step] : undefined, rest, next);
  if (child !== undefined) return { ...holder, [step]: child };
  const { [step]: _, ...others } = holder;
  return others;
}

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
export function typeOf(value: Json): JsonType {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as JsonType);
}

export const same = (a: Json | undefined, b: Json | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
