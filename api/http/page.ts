import { z } from 'zod';
import { Fault } from '../../core/fault.js';
import { MAX_PAGE } from '../../core/limits.js';

/** Lists page by an opaque cursor, never by an offset. */
export const pageQuery = {
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export const encodeCursor = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

export function decodeCursor(cursor: string | undefined, length: number): (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (
      Array.isArray(place) &&
      place.length === length &&
      place.every((part) => typeof part === 'string' || typeof part === 'number')
    )
      return place as (string | number)[];
  } catch (err) {
    if (!(err instanceof SyntaxError)) throw err;
  }
  throw new Fault('REQUEST_INVALID', 'the cursor is not one that a list has given', {
    details: { errors: [{ code: 'REQUEST_INVALID', pointer: '/cursor', message: 'not a cursor' }] },
  });
}

/** One page out of `limit + 1` rows: the surplus row tells that there is more. */
export function page<T>(
  rows: T[],
  limit: number,
  placeOf: (row: T) => (string | number)[],
): { items: T[]; next_cursor: string | null } {
  const items = rows.slice(0, limit);
  return { items, next_cursor: rows.length > limit ? encodeCursor(placeOf(items.at(-1)!)) : null };
}
