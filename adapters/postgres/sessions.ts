import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../../core/auth/can.js';
import { MAX_SESSION_ORGS, SESSION_IDLE_MS, SESSION_MS } from '../../core/limits.js';
import type { ApiKeys, Caller } from './api-keys.js';
import type { Db } from './db.js';

/** What somebody is in an org: as a key says whenever it is asked, or as the OpenID provider said when they signed in. */
export type Membership = { org: string } & ({ key: string } | { roles: Role[]; groups: string[] });
type Dated = Membership & { since: string };

/** A session that holds. */
export interface Session {
  /** sha256 of its secret: enough to find and to end it, not to be it. */
  id: string;
  /** The org that was chosen. */
  orgId: string;
  /** Who it is in each org that it still has: whoever's key has been revoked is in that org no more. */
  callers: Caller[];
  expiresAt: Date;
}

export interface SignIn {
  memberships: Membership[];
  /** Whom the OpenID provider vouched for. */
  person?: { subject: string; name: string };
  /** The session that the browser had: it ends. What it has by keys goes on in the new one, but not for longer than it would have. */
  before?: string;
}

/** Between two notes that a session is in use. */
const TOUCH_MS = 60_000;
const SECRET = /^[\w-]{43}$/;

const idOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/**
 * Sessions of browsers. What holds:
 * 1. The secret is 32 random bytes and is kept nowhere: only its hash is.
 * 2. Each sign-in makes a new secret; the one before is good for nothing.
 * 3. What a session may is asked of its keys each time.
 */
export class Sessions {
  private readonly db: Db;
  private readonly keys: Pick<ApiKeys, 'callers' | 'touch'>;

  constructor(db: Db, keys: Pick<ApiKeys, 'callers' | 'touch'>) {
    this.db = db;
    this.keys = keys;
  }

  /** A new session, in the first org that was signed in to. Answers the secret for the cookie. */
  async begin({ memberships, person, before }: SignIn, now = new Date()): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    await this.db.$transaction(async (tx) => {
      const old = before === undefined ? null : await tx.session.findUnique({ where: { id: before } });
      const fresh = memberships.map((each) => ({ ...each, since: now.toISOString() }));
      const all = [...fresh, ...(old ? carried(old, fresh, person !== undefined, now) : [])].slice(0, MAX_SESSION_ORGS);
      if (old) await tx.session.deleteMany({ where: { id: old.id } });
      await tx.session.create({
        data: {
          ...{ id: idOf(secret), memberships: all, orgId: fresh[0]!.org },
          ...{ subject: person?.subject ?? old?.subject ?? null, name: person?.name ?? old?.name ?? null },
          ...{ createdAt: now, lastSeenAt: now, expiresAt: endOf(all, now) },
        },
      });
    });
    return secret;
  }

  /** Undefined when there is none with the secret, it is over, or it has no org any more. */
  async find(secret: string, now = new Date()): Promise<Session | undefined> {
    return (await this.read(secret, now))?.session;
  }

  /** As `find`, for somebody who does something with it: it lasts on. */
  async use(secret: string, now = new Date()): Promise<Session | undefined> {
    const found = await this.read(secret, now);
    return found && { ...found.session, expiresAt: await this.touch(found.row, found.dated, now) };
  }

  private async read(secret: string, now: Date) {
    if (!SECRET.test(secret)) return undefined;
    const row = await this.db.session.findUnique({ where: { id: idOf(secret) } });
    if (!row || row.expiresAt <= now) return undefined;
    const dated = datedOf(row.memberships, now);
    const keys = await this.keys.callers(
      dated.flatMap((each) => ('key' in each ? [each.key] : [])),
      now.getTime(),
    );
    const callers = dated.flatMap((each) => {
      if ('key' in each) return keys.get(each.key) ?? [];
      const { org: orgId, roles, groups } = each;
      return row.subject === null ? [] : { orgId, subject: row.subject, name: row.name ?? row.subject, roles, groups };
    });
    if (callers.length === 0) return undefined;
    return { row, dated, session: { id: row.id, orgId: row.orgId, callers, expiresAt: row.expiresAt } };
  }

  /** Speaks in another org from now on. Whether it has that org is to be asked before. */
  async choose(id: string, orgId: string): Promise<void> {
    await this.db.session.updateMany({ where: { id }, data: { orgId } });
  }

  async end(id: string): Promise<void> {
    await this.db.session.deleteMany({ where: { id } });
  }

  /** The names of orgs, by their ids. */
  async orgNames(ids: string[]): Promise<Map<string, string>> {
    const rows = await this.db.org.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** Notes that it is in use; answers when it will be over. */
  private async touch(
    row: { id: string; orgId: string; lastSeenAt: Date; expiresAt: Date },
    dated: Dated[],
    now: Date,
  ) {
    if (now.getTime() - row.lastSeenAt.getTime() < TOUCH_MS) return row.expiresAt;
    const expiresAt = endOf(dated, now);
    await this.db.session.updateMany({ where: { id: row.id }, data: { lastSeenAt: now, expiresAt } });
    const current = dated.find(({ org }) => org === row.orgId);
    if (current && 'key' in current) await this.keys.touch(current.key, now.getTime());
    return expiresAt;
  }
}

/** Removes sessions that are over; answers how many. */
export const removeExpiredSessions = (db: Db, now: Date, limit: number): Promise<number> =>
  db.$executeRaw`
    WITH old AS (
      SELECT id FROM sessions WHERE expires_at <= ${now}::timestamptz ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ) DELETE FROM sessions s USING old WHERE s.id = old.id`;

/** What a session brings into the next: what the new sign-in does not say itself. */
function carried(
  old: { memberships: unknown; expiresAt: Date },
  fresh: Dated[],
  byProvider: boolean,
  now: Date,
): Dated[] {
  if (old.expiresAt <= now) return [];
  const own = new Set(fresh.map(({ org }) => org));
  // Whom the provider vouches for now need not be whom it vouched for before.
  return datedOf(old.memberships, now).filter((each) => !own.has(each.org) && ('key' in each || !byProvider));
}

/** Those whose sign-in is not too long ago. */
const datedOf = (memberships: unknown, now: Date): Dated[] =>
  (memberships as Dated[]).filter(({ since }) => Date.parse(since) + SESSION_MS > now.getTime());

/** When a session is over that is used now and never again. */
const endOf = (memberships: Dated[], now: Date): Date => {
  const newest = Math.max(...memberships.map(({ since }) => Date.parse(since)));
  return new Date(Math.min(now.getTime() + SESSION_IDLE_MS, newest + SESSION_MS));
};
