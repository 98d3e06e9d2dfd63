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
/** A key that works, and whom it speaks for. */
export interface KnownKey {
  id: string;
  caller: Caller;
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
  private readonly known = new Map<string, { key: KnownKey | undefined; until: number }>();
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
    return (await this.identify(token))?.caller;
  }

  /** The key of a token, too. */
  async identify(token: string): Promise<KnownKey | undefined> {
    const hash = hashOf(token);
    const now = Date.now();
    const known = this.known.get(hash);
    if (known && known.until > now) return known.key;
    const row = await this.db.apiKey.findUnique({ where: { tokenHash: hash } });
    const key = row && holds(row, now) ? { id: row.id, caller: callerOf(row) } : undefined;
    if (this.known.size > 10_000) this.known.clear();
    this.known.set(hash, { key, until: now + TRUST_MS });
    if (key) await this.touch(key.id, now);
    return key;
  }

  /** Whom keys speak for at this moment, by their ids: of one that is revoked or has expired there is none in the answer. */
  async callers(ids: string[], now = Date.now()): Promise<Map<string, Caller>> {
    if (ids.length === 0) return new Map();
    const rows = await this.db.apiKey.findMany({ where: { id: { in: ids } } });
    return new Map(rows.filter((row) => holds(row, now)).map((row) => [row.id, callerOf(row)]));
  }

  /** Notes that a key was used, now and then. */
  async touch(id: string, now = Date.now()): Promise<void> {
    if ((this.touched.get(id) ?? 0) >= now - TOUCH_MS) return;
    this.touched.set(id, now);
    await this.db.apiKey.updateMany({ where: { id }, data: { lastUsedAt: new Date(now) } });
  }
}

const holds = ({ revokedAt, expiresAt }: { revokedAt: Date | null; expiresAt: Date | null }, now: number): boolean =>
  !revokedAt && !(expiresAt && expiresAt.getTime() <= now);

const callerOf = (row: {
  id: string;
  orgId: string;
  person: string | null;
  name: string;
  roles: string[];
  groups: string[];
}): Caller => ({
  orgId: row.orgId,
  subject: row.person ?? `key:${row.id}`,
  name: row.name,
  roles: row.roles as Role[],
  groups: row.groups,
});

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
