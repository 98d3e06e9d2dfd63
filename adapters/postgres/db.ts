import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '../../prisma/generated/client.js';
import type { Json } from '../../core/json.js';

export type Db = PrismaClient;

export const openDb = (url: string, connections = 10): Db =>
  new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: connections }) });

/** JSON for a column; null is the column's own NULL. */
export const column = (value: Json): Prisma.InputJsonValue | typeof Prisma.DbNull =>
  value === null ? Prisma.DbNull : (storable(value) as Prisma.InputJsonValue);

/** For columns that may not be NULL: null is JSON's null. */
export const required = (value: Json): Prisma.InputJsonValue | typeof Prisma.JsonNull =>
  value === null ? Prisma.JsonNull : (storable(value) as Prisma.InputJsonValue);

/** PostgreSQL keeps no NUL character, and no halves of surrogate pairs. */
export function storable(value: Json): Json {
  if (typeof value === 'string')
    return value.includes('\u0000') || !value.isWellFormed()
      ? value.replaceAll('\u0000', '\uFFFD').toWellFormed()
      : value;
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [storable(name) as string, storable(part)]));
}

const ERROR_CHARS = 500;
/** Of an error's message what a column keeps. */
export const shortError = (message: string | null): string | null =>
  message === null ? null : (storable(message.slice(0, ERROR_CHARS)) as string);

/** Of lists that have the newest first: what comes after that place. The id breaks ties, whatever the table calls it. */
export const olderThan = <Id extends string>(place: ({ createdAt: Date } & Record<Id, string>) | undefined, id: Id) =>
  place === undefined
    ? {}
    : { OR: [{ createdAt: { lt: place.createdAt } }, { createdAt: place.createdAt, [id]: { lt: place[id] } }] };

export const isUniqueViolation = (err: unknown): boolean =>
  err instanceof Prisma.PrismaClientKnownRequestError && err.code === 'P2002';

export { Prisma };
