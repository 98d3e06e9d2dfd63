import type { Json } from '../../core/json.js';
import { type Db, required } from './db.js';

/** Who did what. Rows are only ever added. */
export class Audit {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  async record(orgId: string, actor: string, action: string, subject: string, data: Json = {}): Promise<void> {
    await this.db.auditEntry.create({ data: { orgId, actor, action, subject, data: required(data) } });
  }
}
