import type { Db } from './db.js';
import type { GateKey } from './gate-claims.js';

export interface GateComment {
  id: string;
  author: string;
  text: string;
  at: string;
}

/** What people say about a gate. It is kept when the gate is closed, and goes with its run. */
export class GateComments {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Once for an id. Undefined when the gate has `most` already. */
  async add(
    { orgId, run, node }: GateKey,
    { id, author, text }: Omit<GateComment, 'at'>,
    most: number,
  ): Promise<GateComment | undefined> {
    const of = { runId: run, nodeKey: node };
    if ((await this.db.gateComment.count({ where: { ...of, id: { not: id } } })) >= most) return undefined;
    await this.db.gateComment.createMany({
      data: { id, ...of, orgId, author, text, createdAt: new Date() },
      skipDuplicates: true,
    });
    return viewOf(await this.db.gateComment.findUniqueOrThrow({ where: { id } }));
  }

  /** Oldest first, from after the id on. */
  async list({ orgId, run, node }: GateKey, limit: number, after = ''): Promise<GateComment[]> {
    const rows = await this.db.gateComment.findMany({
      where: { runId: run, nodeKey: node, orgId, ...(after === '' ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take: limit,
    });
    return rows.map(viewOf);
  }
}

const viewOf = ({
  id,
  author,
  text,
  createdAt,
}: {
  id: string;
  author: string;
  text: string;
  createdAt: Date;
}): GateComment => ({
  ...{ id, author, text, at: createdAt.toISOString() },
});
