import { z } from 'zod';
import { Fault } from '../../core/fault.js';
import { MAX_INT, MAX_PAGE } from '../../core/limits.js';
import { wholeNumber } from './number.js';
import { text } from './text.js';

/** Lists page by an opaque cursor, never by an offset. */
export const pageQuery = {
  cursor: z.string().min(1).optional().describe('The `next_cursor` of the page before.'),
  limit: wholeNumber(1, MAX_PAGE).default(50),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export const encodeCursor = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

const PARTS = {
  // From the year 1: PostgreSQL knows no year 0.
  time: z.iso
    .datetime()
    .refine((text) => !text.startsWith('0000'))
    .transform((text) => new Date(text)),
  text: text(),
  number: z.int().min(0).max(MAX_INT),
  /** The number of a row, which may be larger than JSON's numbers. */
  serial: z.string().regex(/^\d{1,18}$/),
  /** Of rows that are counted without end. */
  count: z
    .string()
    .regex(/^\d{1,18}$/)
    .transform(BigInt),
};
type Part = keyof typeof PARTS;
type Place<P extends readonly Part[]> = { -readonly [I in keyof P]: z.output<(typeof PARTS)[P[I]]> };

/** The place that a cursor stands for: a value for each part. */
export function decodeCursor<const P extends readonly Part[]>(
  cursor: string | undefined,
  ...parts: P
): Place<P> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const place = z
      .array(z.unknown())
      .length(parts.length)
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return parts.map((part, i) => PARTS[part].parse(place[i])) as Place<P>;
  } catch (err) {
    if (!(err instanceof SyntaxError) && !(err instanceof z.ZodError)) throw err;
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
