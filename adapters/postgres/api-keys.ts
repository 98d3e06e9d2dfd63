import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../../core/auth/can.js';
import { newId } from '../ids.js';
import type { Db } from './db.js';

export interface Caller {
  orgId: string;
  /** Such as `key:key_01…`. */
  subject: string;
  name: string;
  roles: Role[];
  groups: string[];
}
/** What somebody is, as far as gates are concerned. */
interface Standing {
  groups: string[];
  roles: Role[];
}
export interface ApiKeyView {
  id: string;
  name: string;
  roles: string[];
  groups: string[];
  /** Whose key it is, such as `user:ann`; null: nobody's in particular. */
  person: string | null;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
}

/** A key that was revoked works for this much longer at most. */
const TRUST_MS = 5_000;
const TOUCH_MS = 60_000;

/** Tokens are 32 random bytes; only their hash is kept. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
export const newToken = (): string => `hdl_${randomBytes(32).toString('base64url')}`;

export class ApiKeys {
  private readonly db: Db;
  private readonly known = new Map<string, { caller: Caller | undefined; until: number }>();
  private readonly touched = new Map<string, number>();

  constructor(db: Db) {
    this.db = db;
  }

  async create(
    orgId: string,
    {
      name,
      roles,
      groups = [],
      person,
      expiresAt,
    }: { name: string; roles: Role[]; groups?: string[]; person?: string; expiresAt?: Date },
    token = newToken(),
  ): Promise<{ key: ApiKeyView; token: string }> {
    const row = await this.db.apiKey.create({
      data: {
        id: newId('key'),
        orgId,
        name,
        roles,
        groups,
        person: person ?? null,
        tokenHash: hashOf(token),
        expiresAt: expiresAt ?? null,
      },
    });
    return { key: viewOf(row), token };
  }

  async list(orgId: string): Promise<ApiKeyView[]> {
    return (await this.db.apiKey.findMany({ where: { orgId }, orderBy: { createdAt: 'desc' }, take: 1000 })).map(
      viewOf,
    );
  }

  /** What people have altogether by their keys that work: whoever has none is not in the answer. Subjects are `user:…` or `key:<id>`. */
  async standings(orgId: string, subjects: string[], now = new Date()): Promise<Map<string, Standing>> {
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
    const found = new Map<string, Standing>();
    for (const { id, person, groups, roles } of rows) {
      const subject = person ?? `key:${id}`;
      const { groups: more = [], roles: also = [] } = found.get(subject) ?? {};
      found.set(subject, { groups: [...more, ...groups], roles: [...also, ...(roles as Role[])] });
    }
    return found;
  }

  /** False when there is no such key in the org. */
  async revoke(orgId: string, id: string): Promise<boolean> {
    const { count } = await this.db.apiKey.updateMany({
      where: { id, orgId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    this.known.clear();
    return count > 0;
  }

  /** Who a token speaks for; undefined when it is none, expired or revoked. */
  async authenticate(token: string): Promise<Caller | undefined> {
    const hash = hashOf(token);
    const now = Date.now();
    const known = this.known.get(hash);
    if (known && known.until > now) return known.caller;
    const row = await this.db.apiKey.findUnique({ where: { tokenHash: hash } });
    const valid = row && !row.revokedAt && !(row.expiresAt && row.expiresAt.getTime() <= now);
    const caller = valid
      ? {
          orgId: row.orgId,
          subject: row.person ?? `key:${row.id}`,
          name: row.name,
          roles: row.roles as Role[],
          groups: row.groups,
        }
      : undefined;
    if (this.known.size > 10_000) this.known.clear();
    this.known.set(hash, { caller, until: now + TRUST_MS });
    if (caller && (this.touched.get(row!.id) ?? 0) < now - TOUCH_MS) {
      this.touched.set(row!.id, now);
      await this.db.apiKey.update({ where: { id: row!.id }, data: { lastUsedAt: new Date(now) } });
    }
    return caller;
  }
}

const viewOf = (row: {
  id: string;
  name: string;
  roles: string[];
  groups: string[];
  person: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}): ApiKeyView => ({
  id: row.id,
  name: row.name,
  roles: row.roles,
  groups: row.groups,
  person: row.person,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
});
