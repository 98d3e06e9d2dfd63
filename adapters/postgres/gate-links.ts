import { createHash, randomBytes } from 'node:crypto';
import type { Decision } from '../../core/contract/work.js';
import type { Db } from './db.js';

/** A link to a gate without a deadline is good for so long. */
const GOOD_FOR_MS = 30 * 86_400_000;

export interface GateLink {
  orgId: string;
  runId: string;
  nodeKey: string;
  round: number;
  /** Whom it speaks for. */
  subject: string;
  expiresAt: Date;
  decision: Decision['decision'] | null;
  decidedAt: Date | null;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Links by which a person decides a gate. The token is 32 random bytes and is kept nowhere: only its hash is. */
export class GateLinks {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** A new token for one round of the gate; it is good until the gate's deadline, or for 30 days. */
  async mint(
    of: Pick<GateLink, 'orgId' | 'runId' | 'nodeKey' | 'round' | 'subject'>,
    dueAt: Date | null,
  ): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = dueAt ?? new Date(Date.now() + GOOD_FOR_MS);
    await this.db.gateLink.create({ data: { tokenHash: hashOf(token), ...of, expiresAt } });
    return token;
  }

  /** Undefined when there is none, or it has expired. */
  async find(token: string): Promise<GateLink | undefined> {
    const row = await this.db.gateLink.findUnique({ where: { tokenHash: hashOf(token) } });
    if (!row || row.expiresAt <= new Date()) return undefined;
    return { ...row, decision: row.decision as GateLink['decision'] };
  }

  /** What was decided by it. */
  async decided(token: string, decision: Decision['decision']): Promise<void> {
    await this.db.gateLink.updateMany({
      where: { tokenHash: hashOf(token), decision: null },
      data: { decision, decidedAt: new Date() },
    });
  }
}
