import type { Decision, GateOpening, RunRef } from '../../core/contract/work.js';
import type { Json } from '../../core/json.js';
import { column, type Db, required } from './db.js';

export interface GateRow {
  run_id: string;
  node_key: string;
  status: 'open' | 'decided' | 'closed';
  title: string;
  show: Json;
  role: string;
  opened_at: string;
  decision: Json;
  closed_at: string | null;
}

/** The inbox. Rows follow the workflow, which alone decides; writing one again changes nothing. */
export class Gates {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  async open({ run, node, title, show, role }: GateOpening): Promise<void> {
    await this.db.gate.createMany({
      skipDuplicates: true,
      data: { runId: run.id, nodeKey: node, orgId: run.org, title, showJson: required(show), role },
    });
  }

  async close({ run, node, decision }: { run: RunRef; node: string; decision: Decision | null }): Promise<void> {
    await this.db.gate.updateMany({
      where: { runId: run.id, nodeKey: node, status: 'open' },
      data: {
        status: decision ? 'decided' : 'closed',
        decision: column(decision as unknown as Json),
        closedAt: new Date(),
      },
    });
  }

  /** Oldest first: what has waited longest comes first. */
  async list(
    orgId: string,
    { status, roles }: { status?: string; roles?: string[] },
    limit: number,
    after?: { openedAt: Date; runId: string; nodeKey: string },
  ): Promise<GateRow[]> {
    const later = after && [
      { openedAt: { gt: after.openedAt } },
      { openedAt: after.openedAt, runId: { gt: after.runId } },
      { openedAt: after.openedAt, runId: after.runId, nodeKey: { gt: after.nodeKey } },
    ];
    const rows = await this.db.gate.findMany({
      where: {
        orgId,
        ...(status === undefined ? {} : { status }),
        ...(roles ? { role: { in: roles } } : {}),
        ...(later ? { OR: later } : {}),
      },
      orderBy: [{ openedAt: 'asc' }, { runId: 'asc' }, { nodeKey: 'asc' }],
      take: limit,
    });
    return rows.map((row) => ({
      ...{
        run_id: row.runId,
        node_key: row.nodeKey,
        status: row.status as GateRow['status'],
        title: row.title,
        show: row.showJson as Json,
        role: row.role,
      },
      ...{
        opened_at: row.openedAt.toISOString(),
        decision: row.decision as Json,
        closed_at: row.closedAt?.toISOString() ?? null,
      },
    }));
  }
}
