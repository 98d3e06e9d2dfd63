import { ROLES } from '../../core/auth/can.js';
import type { Decision, GateOpening, RunRef } from '../../core/contract/work.js';
import type { Json } from '../../core/json.js';
import { column, type Db, Prisma, required } from './db.js';
import { hookEvent } from '../../core/events/hook-event.js';
import { queueDeliveries } from './webhook-deliveries.js';
import { unseen } from './planner.js';

const STATUSES = ['open', 'decided', 'closed'] as const;

export interface GateRow {
  run_id: string;
  node_key: string;
  status: (typeof STATUSES)[number];
  title: string;
  show: Json;
  role: string;
  opened_at: string;
  decision: Json;
  closed_at: string | null;
}

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

  constructor(db: Db) {
    this.db = db;
  }

  async open({ run, node, title, show, role }: GateOpening): Promise<void> {
    const gate = { title, show, role };
    const event = hookEvent(run, { type: 'gate.opened', at: new Date().toISOString(), node_key: node, gate });
    await this.db.$transaction(async (tx) => {
      await tx.gate.createMany({
        skipDuplicates: true,
        data: { runId: run.id, nodeKey: node, orgId: run.org, title, showJson: required(show), role },
      });
      await queueDeliveries(tx, run.org, [event]);
    });
  }

  async close({ run, node, decision }: { run: RunRef; node: string; decision: Decision | null }): Promise<void> {
    const json = decision as unknown as Json;
    const at = new Date().toISOString(); // a decision by signal may name any time
    const told = decision ? [hookEvent(run, { type: 'gate.decided', at, node_key: node, decision: json })] : [];
    await this.db.$transaction(async (tx) => {
      await tx.gate.updateMany({
        where: { runId: run.id, nodeKey: node, status: 'open' },
        data: { status: decision ? 'decided' : 'closed', decision: column(json), closedAt: new Date() },
      });
      await queueDeliveries(tx, run.org, told);
    });
  }

  /** Oldest first: what has waited longest comes first. A page costs the same, however many gates there are. */
  async list(
    orgId: string,
    filter: { status?: GateRow['status']; roles?: string[] },
    limit: number,
    after: GatePlace = BEGIN,
  ): Promise<GateRow[]> {
    const page = Prisma.sql`
      AND (opened_at, run_id, node_key) > (${after.openedAt}::timestamptz, ${after.runId}, ${after.nodeKey})
      ORDER BY opened_at, run_id, node_key LIMIT ${unseen(limit)}`;
    const rows = await this.db.$queryRaw<Row[]>`
      SELECT g.run_id, g.node_key, g.status, g.title, g.show_json AS show, g.role, g.opened_at, g.decision, g.closed_at
      FROM (SELECT run_id, node_key FROM (${streamOf(orgId, filter, page)}) found ORDER BY opened_at, run_id, node_key LIMIT ${limit}) page
        JOIN gates g USING (run_id, node_key)
      ORDER BY g.opened_at, g.run_id, g.node_key`;
    return rows.map((row) => ({
      ...row,
      opened_at: row.opened_at.toISOString(),
      closed_at: row.closed_at?.toISOString() ?? null,
    }));
  }
}

type Row = Omit<GateRow, 'opened_at' | 'closed_at'> & { opened_at: Date; closed_at: Date | null };

/** Either all gates as one index has them in order, or one stream for each status and role, which another index has. */
function streamOf(
  orgId: string,
  { status, roles }: { status?: GateRow['status']; roles?: string[] },
  page: Prisma.Sql,
): Prisma.Sql {
  if (status === undefined && roles === undefined)
    return Prisma.sql`SELECT opened_at, run_id, node_key FROM gates WHERE org_id = ${orgId} ${page}`;
  return Prisma.sql`
    SELECT one.opened_at, one.run_id, one.node_key
    FROM unnest(${status === undefined ? STATUSES : [status]}::text[]) AS s(status) CROSS JOIN unnest(${roles ?? ROLES}::text[]) AS r(role)
      CROSS JOIN LATERAL (
        SELECT opened_at, run_id, node_key FROM gates WHERE org_id = ${orgId} AND status = s.status AND role = r.role ${page}
      ) one`;
}
