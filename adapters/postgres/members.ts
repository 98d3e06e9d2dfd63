import type { Role } from '../../core/auth/can.js';
import { MEMBER_MS } from '../../core/limits.js';
import type { Db } from './db.js';

/** What somebody is in an org, as far as gates are concerned. */
interface Standing {
  groups: string[];
  roles: Role[];
}

/** Who is in an org, and as what: by API keys that work, and by what the OpenID provider said when they last signed in. */
export class Members {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** The provider has spoken of a person: what it said before, of whatever org, counts no more. */
  async remember(subject: string, said: ({ org: string } & Standing)[], now = new Date()): Promise<void> {
    const data = said.map(({ org, roles, groups }) => ({ orgId: org, subject, roles, groups, saidAt: now }));
    await this.db.$transaction([
      this.db.member.deleteMany({ where: { subject } }),
      this.db.member.createMany({ data, skipDuplicates: true }),
    ]);
  }

  /** What people have altogether: whoever has nothing is not in the answer. Subjects are `user:…` or `key:<id>`. */
  async standings(orgId: string, subjects: string[], now = new Date()): Promise<Map<string, Standing>> {
    const found = new Map<string, Standing>();
    const rows = await Promise.all([this.byKeys(orgId, subjects, now), this.bySignIn(orgId, subjects, now)]);
    for (const { subject, groups, roles } of rows.flat()) {
      const { groups: more = [], roles: also = [] } = found.get(subject) ?? {};
      found.set(subject, { groups: [...more, ...groups], roles: [...also, ...(roles as Role[])] });
    }
    return found;
  }

  private async byKeys(orgId: string, subjects: string[], now: Date) {
    const ids = subjects.flatMap((subject) => (subject.startsWith('key:') ? [subject.slice(4)] : []));
    const rows = await this.db.apiKey.findMany({
      where: {
        ...{ orgId, revokedAt: null },
        AND: [
          { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
          { OR: [{ person: { in: subjects } }, { id: { in: ids }, person: null }] },
        ],
      },
      select: { id: true, person: true, groups: true, roles: true },
    });
    return rows.map(({ id, person, ...rest }) => ({ subject: person ?? `key:${id}`, ...rest }));
  }

  private bySignIn(orgId: string, subjects: string[], now: Date) {
    return this.db.member.findMany({
      where: { orgId, subject: { in: subjects }, saidAt: { gt: new Date(now.getTime() - MEMBER_MS) } },
      select: { subject: true, groups: true, roles: true },
    });
  }
}

/** Removes what was said too long ago to count; answers how many. */
export const removeOldMembers = (db: Db, now: Date, limit: number): Promise<number> =>
  db.$executeRaw`
    WITH old AS (
      SELECT org_id, subject FROM members WHERE said_at <= ${new Date(now.getTime() - MEMBER_MS)}::timestamptz
      ORDER BY said_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) DELETE FROM members m USING old WHERE m.org_id = old.org_id AND m.subject = old.subject`;
