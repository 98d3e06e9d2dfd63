import type { RunRef } from '../../core/contract/work.js';
import { type Db, Prisma, shortError } from './db.js';

/** Of a mail: which asking of which gate it tells of. */
interface Told {
  run: RunRef;
  node: string;
  round: number;
  /** `opened`, `reminder …`, `escalation …`. */
  kind: string;
  /** Absent: all whose inbox has it. */
  addressees?: string[];
}
interface QueuedNotice {
  id: string;
  orgId: string;
}
/** What a mail is made of. */
export interface Notice extends QueuedNotice {
  run_id: string;
  node_key: string;
  round: number;
  kind: string;
  subject: string;
  email: string;
  title: string;
  waits_for: string | null;
  due_at: Date | null;
}

/** Of gate `g`, as `whom.keys`: whom it is addressed to, or those who are named. */
const whom = (addressees?: string[]) => Prisma.sql`
  CROSS JOIN LATERAL (
    SELECT COALESCE(${addressees ?? null}::text[], array_append(array(
      SELECT a.addressee FROM gate_addressees a WHERE a.run_id = g.run_id AND a.node_key = g.node_key), 'role:' || g.role)) AS keys
  ) whom`;
/** Whether person `p` of the directory is among them. */
const IS_ADDRESSED = Prisma.sql`(p.subject = ANY(whom.keys)
  OR EXISTS (SELECT FROM unnest(p.groups) each WHERE 'group:' || each = ANY(whom.keys))
  OR EXISTS (SELECT FROM unnest(p.roles) each WHERE 'role:' || each = ANY(whom.keys)))`;

/** In the transaction that writes what is told: a mail for everybody in the directory who is addressed and has not decided yet. */
export async function queueNotices(
  tx: Pick<Db, '$executeRaw'>,
  { run, node, round, kind, addressees }: Told,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO gate_notices (id, org_id, run_id, node_key, round, kind, subject)
    SELECT 'mail_' || left(encode(sha256(convert_to(concat_ws('/', g.run_id, g.node_key, g.round, ${kind}::text, p.subject), 'UTF8')), 'hex'), 32),
      g.org_id, g.run_id, g.node_key, g.round, ${kind}, p.subject
    FROM gates g ${whom(addressees)}
      JOIN people p ON p.org_id = g.org_id AND p.email IS NOT NULL AND ${IS_ADDRESSED}
    WHERE g.run_id = ${run.id} AND g.node_key = ${node} AND g.round = ${round} AND g.status = 'open'
      AND NOT g.votes @> jsonb_build_array(jsonb_build_object('actor', p.subject))
    ON CONFLICT DO NOTHING`;
}

/** Mails on their way: queued with what they tell, handed to Temporal by one projector, written on by the activity that sends them. */
export class GateNotices {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** What is to be handed to Temporal, oldest first. */
  queued(limit: number): Promise<QueuedNotice[]> {
    return this.db.$queryRaw<QueuedNotice[]>`
      SELECT id, org_id AS "orgId" FROM gate_notices WHERE status = 'queued' ORDER BY created_at LIMIT ${limit}`;
  }

  /** Temporal has it. */
  async handedOver({ id }: QueuedNotice): Promise<void> {
    await this.db.gateNotice.updateMany({ where: { id, status: 'queued' }, data: { status: 'pending' } });
  }

  /** What is to be sent; undefined when nobody needs it any more: it was sent, the gate was decided or asked anew, the person is gone. */
  async unsent(id: string): Promise<Notice | undefined> {
    const [found] = await this.db.$queryRaw<Notice[]>`
      SELECT n.id, n.org_id AS "orgId", n.run_id, n.node_key, n.round, n.kind, n.subject, p.email, g.title, g.waits_for, g.due_at
      FROM gate_notices n JOIN gates g USING (run_id, node_key) JOIN people p ON p.org_id = n.org_id AND p.subject = n.subject
      WHERE n.id = ${id} AND n.status IN ('queued', 'pending') AND g.status = 'open' AND g.round = n.round AND p.email IS NOT NULL`;
    return found;
  }

  /** What an attempt has come to; without an error it was taken by the mail server. */
  async attempted(id: string, error: string | null): Promise<void> {
    const sent = error === null ? { status: 'sent' } : {};
    const data = { attempts: { increment: 1 }, lastAt: new Date(), lastError: shortError(error), ...sent };
    await this.db.gateNotice.updateMany({ where: { id }, data });
  }

  /** No more attempts: `failed`, or `moot`, since nobody needs it any more. */
  async settle(id: string, status: 'failed' | 'moot'): Promise<void> {
    await this.db.gateNotice.updateMany({ where: { id, status: { in: ['queued', 'pending'] } }, data: { status } });
  }

  /** Whom an open gate is addressed to, of those in the directory. */
  addressed(run: string, node: string): Promise<{ subject: string; round: number }[]> {
    return this.db.$queryRaw<{ subject: string; round: number }[]>`
      SELECT p.subject, g.round
      FROM gates g ${whom()}
        JOIN people p ON p.org_id = g.org_id AND ${IS_ADDRESSED}
      WHERE g.run_id = ${run} AND g.node_key = ${node} AND g.status = 'open'
      ORDER BY p.subject`;
  }
}
