import type { Role } from '../../core/auth/can.js';
import type { Db } from './db.js';

/** Somebody in an org's directory. */
interface PersonView {
  /** `user:ann` */
  subject: string;
  email: string | null;
  groups: string[];
  roles: Role[];
  updated_by: string;
  updated_at: string;
}

/** An org's directory: who is told of gates by mail, and as what they decide by a link. */
export class People {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  async put(
    orgId: string,
    subject: string,
    { email, groups, roles, by }: { email: string | null; groups: string[]; roles: Role[]; by: string },
  ): Promise<PersonView> {
    const data = { email, groups, roles, updatedBy: by, updatedAt: new Date() };
    const where = { orgId_subject: { orgId, subject } };
    return viewOf(await this.db.person.upsert({ where, create: { orgId, subject, ...data }, update: data }));
  }

  async find(orgId: string, subject: string): Promise<PersonView | undefined> {
    const row = await this.db.person.findUnique({ where: { orgId_subject: { orgId, subject } } });
    return row ? viewOf(row) : undefined;
  }

  /** By subject, from after that one on. */
  async list(orgId: string, limit: number, after = ''): Promise<PersonView[]> {
    const where = { orgId, subject: { gt: after } };
    return (await this.db.person.findMany({ where, orderBy: { subject: 'asc' }, take: limit })).map(viewOf);
  }

  /** False when there is no such person. */
  async remove(orgId: string, subject: string): Promise<boolean> {
    return (await this.db.person.deleteMany({ where: { orgId, subject } })).count > 0;
  }
}

const viewOf = (row: {
  subject: string;
  email: string | null;
  groups: string[];
  roles: string[];
  updatedBy: string;
  updatedAt: Date;
}): PersonView => ({
  ...{ subject: row.subject, email: row.email, groups: row.groups, roles: row.roles as Role[] },
  ...{ updated_by: row.updatedBy, updated_at: row.updatedAt.toISOString() },
});
