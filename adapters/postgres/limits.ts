import {
  allowanceOf,
  type Defined,
  isOwnLimit,
  type LimitDefinition,
  limitDefinition,
  ONE_AT_A_TIME,
} from '../../core/contract/limits.js';
import type { Json } from '../../core/json.js';
import { type Db, type Prisma, required } from './db.js';

export interface StoredLimit {
  name: string;
  definition: LimitDefinition;
  revision: number;
  updatedBy: string;
  createdAt: Date;
  updatedAt: Date;
}

/**
 * An org's limits by name. One that is removed keeps its row, so that revisions go on counting: a limiter that runs takes the highest, and
 * must not hold on to what a limit of the same name was before.
 */
export class Limits {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  async find(orgId: string, name: string): Promise<StoredLimit | undefined> {
    const row = await this.db.limit.findFirst({ where: { orgId, name, removedAt: null } });
    return row ? storedOf(row) : undefined;
  }

  /** By name, from after the place on. */
  async list(orgId: string, limit: number, after?: string): Promise<StoredLimit[]> {
    const where = { orgId, removedAt: null, ...(after === undefined ? {} : { name: { gt: after } }) };
    return (await this.db.limit.findMany({ where, orderBy: { name: 'asc' }, take: limit })).map(storedOf);
  }

  /** Answers the limit as it is now, and whether there was none of that name. */
  async set(
    orgId: string,
    name: string,
    definition: LimitDefinition,
    actor: string,
  ): Promise<{ limit: StoredLimit; created: boolean }> {
    return this.db.$transaction(async (tx) => {
      const [before] = await tx.$queryRaw<{ removed_at: Date | null }[]>`
        SELECT removed_at FROM limits WHERE org_id = ${orgId} AND name = ${name} FOR UPDATE`;
      const created = !before || before.removed_at !== null;
      const now = new Date();
      const said = { definition: required(definition as Json), updatedBy: actor, updatedAt: now, removedAt: null };
      const row = await tx.limit.upsert({
        where: { orgId_name: { orgId, name } },
        create: { orgId, name, ...said },
        update: { ...said, ...(created ? { createdAt: now } : {}), revision: { increment: 1 } },
      });
      return { limit: storedOf(row), created };
    });
  }

  /** Answers the revision of its absence; undefined when there is no such limit. */
  async remove(orgId: string, name: string, actor: string): Promise<number | undefined> {
    const [row] = await this.db.limit.updateManyAndReturn({
      where: { orgId, name, removedAt: null },
      data: { removedAt: new Date(), updatedBy: actor, revision: { increment: 1 } },
    });
    return row?.revision;
  }

  /** As limiters are told. A limit that does not exist allows nothing. */
  async defined(orgId: string, name: string): Promise<Defined> {
    if (isOwnLimit(name)) return ONE_AT_A_TIME;
    const row = await this.db.limit.findUnique({ where: { orgId_name: { orgId, name } } });
    if (!row) return { allowance: null, revision: 0 };
    return { allowance: row.removedAt ? null : allowanceOf(storedOf(row).definition), revision: row.revision };
  }

  /** Which of these names the org has no limit of. */
  async missing(orgId: string, names: string[]): Promise<string[]> {
    const rows = await this.db.limit.findMany({
      where: { orgId, name: { in: names }, removedAt: null },
      select: { name: true },
    });
    const known = new Set(rows.map(({ name }) => name));
    return names.filter((name) => !known.has(name));
  }

  /** Names, for a suggestion. */
  async names(orgId: string): Promise<string[]> {
    const rows = await this.db.limit.findMany({
      where: { orgId, removedAt: null },
      select: { name: true },
      take: 1_000,
    });
    return rows.map(({ name }) => name);
  }
}

const storedOf = ({
  name,
  definition,
  revision,
  updatedBy,
  createdAt,
  updatedAt,
}: Prisma.LimitGetPayload<object>): StoredLimit => ({
  ...{ name, revision, updatedBy, createdAt, updatedAt },
  definition: limitDefinition.parse(definition),
});
