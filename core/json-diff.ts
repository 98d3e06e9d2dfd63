import { escapeStep } from './expr/template.js';
import { isArtifactRef, isObject, type Json } from './json.js';

/** A place where two values differ. A side that has nothing there has no field. */
export interface Change {
  /** RFC 6901; the same on both sides. */
  pointer: string;
  from?: Json;
  to?: Json;
}

/** Whether two strings, at a pointer, count as the same. */
export type SameText = (a: string, b: string, pointer: string) => boolean;

/**
 * Every place where two values differ, as deep as can be told: fields by their names in order, items of lists by their index. An artifact
 * reference is one value, and its content is known by its hash. Undefined: there is nothing.
 */
export function* changesOf(
  from: Json | undefined,
  to: Json | undefined,
  pointer = '',
  same: SameText = (a, b) => a === b,
): Generator<Change> {
  if (from === to) return;
  if (isArtifactRef(from) || isArtifactRef(to)) {
    if (!(isArtifactRef(from) && isArtifactRef(to) && from.$artifact === to.$artifact))
      yield changed(pointer, from, to);
  } else if (isObject(from) && isObject(to)) {
    for (const name of [...new Set([...Object.keys(from), ...Object.keys(to)])].sort())
      yield* changesOf(fieldOf(from, name), fieldOf(to, name), `${pointer}/${escapeStep(name)}`, same);
  } else if (Array.isArray(from) && Array.isArray(to)) {
    for (let index = 0; index < Math.max(from.length, to.length); index++)
      yield* changesOf(from[index], to[index], `${pointer}/${index}`, same);
  } else if (typeof from !== 'string' || typeof to !== 'string' || !same(from, to, pointer))
    yield changed(pointer, from, to);
}

/** Whether two values are the same throughout, whatever the order of their fields. Many times faster than to look for changes. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArtifactRef(a)) return isArtifactRef(b) && a.$artifact === b.$artifact;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (!isObject(a) || !isObject(b) || isArtifactRef(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

const fieldOf = (value: { [name: string]: Json }, name: string): Json | undefined =>
  Object.hasOwn(value, name) ? value[name] : undefined;

const changed = (pointer: string, from: Json | undefined, to: Json | undefined): Change => ({
  pointer,
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});
