import type { Json } from '../json.js';
import { INLINE_BYTES, LEAST_INLINE_BYTES, RUN_INLINE_BYTES } from '../limits.js';

/** What each of so many nodes may leave in the workflow (P7). */
export const shareOf = (nodes: number): number =>
  Math.max(LEAST_INLINE_BYTES, Math.min(INLINE_BYTES, Math.floor(RUN_INLINE_BYTES / nodes)));

/** About how long the value's JSON is, in characters; counts no further than `most`, and answers more than that then. */
export function weightOf(value: Json, most: number): number {
  let left = most;
  const count = (part: Json): void => {
    if (left < 0) return;
    if (typeof part === 'string') left -= part.length + 2;
    else if (part === null || typeof part !== 'object') left -= 6;
    else if (Array.isArray(part)) for (const each of part) count(each);
    else
      for (const name in part) {
        left -= name.length + 4;
        count(part[name]!);
      }
  };
  count(value);
  return most - left;
}

/** True when the value's JSON is longer than the limit. */
export const weighs = (value: Json, limit: number): boolean => weightOf(value, limit) > limit;
