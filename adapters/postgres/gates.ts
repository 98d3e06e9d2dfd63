import { createHash } from 'node:crypto';
import { canonical } from '../../core/canonical.js';
import { ROLES } from '../../core/auth/can.js';
import type { EngineActivities, GateNote, GateOpening, RunRef } from '../../core/contract/work.js';
import type { Json } from '../../core/json.js';
import { column, type Db, Prisma, required, storable } from './db.js';
import { hookEvent } from '../../core/events/hook-event.js';
import { queueDeliveries } from './webhook-deliveries.js';
import { queueNotices } from './gate-notices.js';
import { unseen } from './planner.js';

const STATUSES = ['open', 'decided', 'closed'] as const;
/** The role of a gate that a policy decides. */
const BY_POLICY = '';

export interface GateRow {
  run_id: string;
  node_key: string;
  status: (typeof STATUSES)[number];
  title: string;
  show: Json;
  /** Null: a policy says who decides. */
  role: string | null;
  opened_at: string;
  due_at: string | null;
  decision: Json;
  closed_at: string | null;
  /** `sha256:<hex>` of what is shown; null of gates that were opened before it was kept. */
  evidence: string | null;
  form: Json;
  votes: Json;
  waits_for: string | null;
}

export interface GateFilter {
  status?: GateRow['status'];
  /** With any of these roles, or addressed to any of these. */
  roles?: string[];
  addressees?: string[];
}

type GateClosing = Parameters<EngineActivities['close_gate']>[0];

/** Of a gate in the list. */
export interface GatePlace {
  openedAt: Date;
  runId: string;
  nodeKey: string;
}
/** Before any gate. */
const BEGIN: GatePlace = { openedAt: new Date(0), runId: '', nodeKey: '' };

/** The inbox. Rows follow the workflow, which alone decides; writing one again changes nothing. Webhooks are told in the same transaction. */
export class Gates {
  private readonly db: Db;
  private readonly mails: boolean;

  /** `mails`: people are told by mail (gate-notices.ts). */
  constructor(db: Db, { mails = false }: { mails?: boolean } = {}) {
    this.db = db;
    this.mails = mails;
  }

  /** Answers the hash of what is shown; a decision names it. The first writing of a round counts. */
  async open(gate: GateOpening): Promise<{ evidence: string }> {
    const { run, node, round = 0, title, show, role, addressees, due_at, form } = gate;
    const evidence = evidenceOf(gate);
    const data = {
      ...{ title, showJson: required(show), role: addressees ? BY_POLICY : role, round, evidence, status: 'open' },
      ...{ form: column((form ?? null) as Json), dueAt: due_at === undefined ? null : new Date(due_at), votes: [] },
    };
    const asked = {
      title,
      show,
      role,
      ...(addressees ? { addressees } : {}),
      ...(due_at === undefined ? {} : { due_at }),
      ...(form === undefined ? {} : { form: form as Json }),
    };
    const at = new Date().toISOString();
    const event = hookEvent(run, { type: 'gate.opened', at, node_key: node, gate: asked }, round);
    await this.db.$transaction(async (tx) => {
      const key = { runId: run.id, nodeKey: node };
      await tx.gate.createMany({ skipDuplicates: true, data: { ...key, orgId: run.org, ...data } });
      if (round > 0)
        await tx.gate.updateMany({
          where: { ...key, round: { lt: round } },
          data: { ...data, openedAt: new Date(), decision: Prisma.DbNull, closedAt: null, waitsFor: null },
        });
      await address(tx, { run, node, round }, addressees);
      if (this.mails) await queueNotices(tx, { run, node, round, kind: 'opened' });
      await queueDeliveries(tx, run.org, [event]);
    });
    return { evidence };
  }

  /** News may come in another order than they were sent; votes only grow. */
  async note({ run, node, round = 0, votes, waits_for, addressees, told }: GateNote): Promise<void> {
    await this.db.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE gates SET votes = ${JSON.stringify(storable(votes as unknown as Json))}::jsonb, waits_for = ${waits_for}
        WHERE run_id = ${run.id} AND node_key = ${node} AND round = ${round} AND status = 'open' AND jsonb_array_length(votes) <= ${votes.length}`;
      await address(tx, { run, node, round }, addressees);
      if (!this.mails || !told) return;
      const to = told.as === 'escalation' && addressees ? { addressees } : {};
      await queueNotices(tx, { run, node, round, kind: `${told.as} ${told.at}`, ...to });
    });
  }

  async close({ run, node, round = 0, decision }: GateClosing): Promise<void> {
    const key = { runId: run.id, nodeKey: node };
    const json = decision as unknown as Json;
    const at = new Date().toISOString(); // a decision by signal may name any time
    const told = decision ? [hookEvent(run, { type: 'gate.decided', at, node_key: node, decision: json }, round)] : [];
    await this.db.$transaction(async (tx) => {
      await tx.gate.updateMany({
        where: { ...key, round, status: 'open' },
        data: {
          status: decision ? 'decided' : 'closed',
          decision: column(json),
          closedAt: new Date(),
          waitsFor: null,
        },
      });
      await tx.gateAddressee.deleteMany({ where: { ...key, gate: { status: { not: 'open' } } } });
      await queueDeliveries(tx, run.org, told);
    });
  }

  /** The gate's last asking that the inbox has, from 0, and whether it waits there; undefined: the inbox does not have it yet. */
  async asked(run: string, node: string): Promise<{ round: number; isOpen: boolean } | undefined> {
    const found = await this.db.gate.findUnique({
      where: { runId_nodeKey: { runId: run, nodeKey: node } },
      select: { round: true, status: true },
    });
    return found ? { round: found.round, isOpen: found.status === 'open' } : undefined;
  }

  /** One gate as the inbox has it. */
  async find(run: string, node: string): Promise<(GateRow & { round: number }) | undefined> {
    const rows = await this.db.$queryRaw<(Row & { round: number })[]>`
      SELECT g.run_id, g.node_key, g.status, g.title, g.show_json AS show, g.role, g.opened_at, g.decision, g.closed_at,
        g.evidence, g.form, g.due_at, g.votes, g.waits_for, g.round
      FROM gates g WHERE g.run_id = ${run} AND g.node_key = ${node}`;
    return rows.map(rowOf)[0];
  }

  /** Oldest first: what has waited longest comes first. A page costs the same, however many gates there are. */
  async list(orgId: string, filter: GateFilter, limit: number, after: GatePlace = BEGIN): Promise<GateRow[]> {
    const page = Prisma.sql`
      AND (opened_at, run_id, node_key) > (${after.openedAt}::timestamptz, ${after.runId}, ${after.nodeKey})
      ORDER BY opened_at, run_id, node_key LIMIT ${unseen(limit)}`;
    const rows = await this.db.$queryRaw<Row[]>`
      SELECT g.run_id, g.node_key, g.status, g.title, g.show_json AS show, g.role, g.opened_at, g.decision, g.closed_at,
        g.evidence, g.form, g.due_at, g.votes, g.waits_for
      FROM (SELECT run_id, node_key FROM (${streamOf(orgId, filter, page)}) found ORDER BY opened_at, run_id, node_key LIMIT ${limit}) page
        JOIN gates g USING (run_id, node_key)
      ORDER BY g.opened_at, g.run_id, g.node_key`;
    return rows.map(rowOf);
  }
}

const rowOf = <R extends Row>(row: R) => ({
  ...row,
  role: row.role || null,
  opened_at: row.opened_at.toISOString(),
  due_at: row.due_at?.toISOString() ?? null,
  closed_at: row.closed_at?.toISOString() ?? null,
});

type Row = Omit<GateRow, 'role' | 'opened_at' | 'due_at' | 'closed_at'> & {
  role: string;
  opened_at: Date;
  due_at: Date | null;
  closed_at: Date | null;
};

/** Either all gates as one index has them in order, or one stream for each status and role and for each other addressee, which other indices have. */
function streamOf(orgId: string, { status, roles, addressees = [] }: GateFilter, page: Prisma.Sql): Prisma.Sql {
  if (status === undefined && roles === undefined)
    return Prisma.sql`SELECT opened_at, run_id, node_key FROM gates WHERE org_id = ${orgId} ${page}`;
  const byRole = Prisma.sql`
    SELECT one.opened_at, one.run_id, one.node_key
    FROM unnest(${status === undefined ? STATUSES : [status]}::text[]) AS s(status) CROSS JOIN unnest(${roles ?? [...ROLES, BY_POLICY]}::text[]) AS r(role)
      CROSS JOIN LATERAL (
        SELECT opened_at, run_id, node_key FROM gates WHERE org_id = ${orgId} AND status = s.status AND role = r.role ${page}
      ) one`;
  if (addressees.length === 0 || (status !== undefined && status !== 'open')) return byRole;
  return Prisma.sql`
    ${byRole} UNION
    SELECT one.opened_at, one.run_id, one.node_key
    FROM unnest(${addressees}::text[]) AS a(addressee)
      CROSS JOIN LATERAL (
        SELECT opened_at, run_id, node_key FROM gate_addressees WHERE org_id = ${orgId} AND addressee = a.addressee ${page}
      ) one`;
}

/** Puts an open gate into inboxes. */
async function address(
  tx: Pick<Db, '$executeRaw'>,
  { run, node, round }: { run: RunRef; node: string; round: number },
  addressees: string[] = [],
): Promise<void> {
  if (addressees.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO gate_addressees (run_id, node_key, addressee, org_id, opened_at)
    SELECT g.run_id, g.node_key, a, g.org_id, g.opened_at FROM gates g, unnest(${addressees}::text[]) a
    WHERE g.run_id = ${run.id} AND g.node_key = ${node} AND g.round = ${round} AND g.status = 'open'
    ON CONFLICT DO NOTHING`;
}

/** `sha256:<hex>` over what people see, in RFC 8785's order of names. */
export function evidenceOf({ title, show, form }: Pick<GateOpening, 'title' | 'show' | 'form'>): string {
  const shown = canonical({ title, show, form: (form ?? null) as Json });
  return `sha256:${createHash('sha256').update(shown).digest('hex')}`;
}
