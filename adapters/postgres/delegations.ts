import type { Role } from '../../core/auth/can.js';
import { type DelegatedSeats, type Delegation, stateOf } from '../../core/contract/delegations.js';
import { newId } from '../ids.js';
import type { Db } from './db.js';
import type { Members } from './members.js';

interface GivenDelegation {
  giver: string;
  receiver: string;
  from: Date;
  until: Date;
  groups: string[];
  roles: Role[];
  groupsOnly: boolean;
  workflows: string[];
  reason: string;
}

/** A person may have so many that are not over. */
export const MAX_DELEGATIONS = 100;

/**
 * Who may decide in whose place, and when.
 *
 * 1. What is delegated is what the giver had when it was made. Of that counts what they still have (members.ts): whoever loses a group, or leaves,
 *    has delegated it no more.
 * 2. What somebody has by delegation is never part of what they delegate.
 */
export class Delegations {
  private readonly db: Db;
  private readonly members: Pick<Members, 'standings'>;

  constructor(db: Db, members: Pick<Members, 'standings'>) {
    this.db = db;
    this.members = members;
  }

  /** Once for an id. Undefined when the giver has MAX_DELEGATIONS that are not over. */
  async create(
    orgId: string,
    given: GivenDelegation,
    id = newId('dlg'),
    now = new Date(),
  ): Promise<Delegation | undefined> {
    const { from, until, ...rest } = given;
    const going = await this.db.delegation.count({
      where: { orgId, giver: given.giver, revokedAt: null, untilAt: { gt: now }, id: { not: id } },
    });
    if (going >= MAX_DELEGATIONS) return undefined;
    const data = { id, orgId, ...rest, fromAt: from, untilAt: until, createdAt: now };
    await this.db.delegation.createMany({ data, skipDuplicates: true });
    return this.find(orgId, id);
  }

  async find(orgId: string, id: string): Promise<Delegation | undefined> {
    const row = await this.db.delegation.findFirst({ where: { id, orgId } });
    return row ? viewOf(row) : undefined;
  }

  /** Those that a person gave, received, or both, newest first, from after the id on. */
  async list(
    orgId: string,
    {
      person,
      as,
      limit,
      after,
    }: { person: string; as: 'giver' | 'receiver' | undefined; limit: number; after: string | undefined },
  ): Promise<Delegation[]> {
    const of = (side: 'giver' | 'receiver') =>
      this.db.delegation.findMany({
        where: { orgId, [side]: person, ...(after === undefined ? {} : { id: { lt: after } }) },
        orderBy: { id: 'desc' },
        take: limit,
      });
    const found = (await Promise.all(as ? [of(as)] : [of('giver'), of('receiver')])).flat();
    const rows = [...new Map(found.map((row) => [row.id, row])).values()];
    return rows
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map((row) => viewOf(row));
  }

  /** False when it was revoked or is over. */
  async revoke(orgId: string, id: string, by: string, now = new Date()): Promise<boolean> {
    const { count } = await this.db.delegation.updateMany({
      where: { id, orgId, revokedAt: null, untilAt: { gt: now } },
      data: { revokedAt: now, revokedBy: by },
    });
    return count > 0;
  }

  /** What somebody may decide now in the places of others. */
  async inForce(orgId: string, receiver: string, now = new Date()): Promise<DelegatedSeats[]> {
    const rows = await this.db.delegation.findMany({
      where: { orgId, receiver, revokedAt: null, untilAt: { gt: now }, fromAt: { lte: now } },
      orderBy: { id: 'asc' },
      take: MAX_DELEGATIONS * 10,
    });
    if (rows.length === 0) return [];
    const standings = await this.members.standings(orgId, [...new Set(rows.map(({ giver }) => giver))], now);
    return rows.flatMap((row) => {
      const has = standings.get(row.giver);
      if (!has) return [];
      const still = <T extends string>(then: readonly T[], have: readonly string[]) =>
        then.filter((each) => have.includes(each));
      return [
        {
          ...{ person: row.giver, groups: still(row.groups, has.groups), groupsOnly: row.groupsOnly },
          roles: row.groupsOnly ? [] : still(row.roles, has.roles),
          ...(row.workflows.length === 0 ? {} : { workflows: row.workflows }),
        },
      ];
    });
  }
}

const viewOf = (row: Row, now = new Date()): Delegation => {
  const times = {
    from: row.fromAt.toISOString(),
    until: row.untilAt.toISOString(),
    revoked_at: row.revokedAt?.toISOString() ?? null,
  };
  return {
    ...{ id: row.id, from_person: row.giver, to: row.receiver, ...times, state: stateOf(times, now) },
    ...{ groups: row.groups, groups_only: row.groupsOnly, workflows: row.workflows, reason: row.reason },
    ...{ created_at: row.createdAt.toISOString(), revoked_by: row.revokedBy },
  };
};

type Row = NonNullable<Awaited<ReturnType<Db['delegation']['findFirst']>>>;
