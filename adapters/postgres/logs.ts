import type { LogLine, LogStream } from '../../core/events/live.js';
import type { Db } from './db.js';

export interface LogFilter {
  node?: string;
  attempt?: number;
}
/** The place of a line among all of its run. */
export interface LogPlace {
  at: Date;
  nodeKey: string;
  attempt: number;
  seq: number;
}

/** Log lines of nodes. Appending a batch again changes nothing. */
export class Logs {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  async append(lines: LogLine[]): Promise<void> {
    await this.db.nodeLog.createMany({
      skipDuplicates: true,
      data: lines.map(({ run_id, node_key, attempt, seq, at, stream, text }) => ({
        runId: run_id,
        nodeKey: node_key,
        attempt,
        seq,
        at: new Date(at),
        stream,
        text,
      })),
    });
  }

  async list(runId: string, { node, attempt }: LogFilter, limit: number, after?: LogPlace): Promise<LogLine[]> {
    const later = after && [
      { at: { gt: after.at } },
      { at: after.at, nodeKey: { gt: after.nodeKey } },
      { at: after.at, nodeKey: after.nodeKey, attempt: { gt: after.attempt } },
      { at: after.at, nodeKey: after.nodeKey, attempt: after.attempt, seq: { gt: after.seq } },
    ];
    const rows = await this.db.nodeLog.findMany({
      where: {
        runId,
        ...(node === undefined ? {} : { nodeKey: node }),
        ...(attempt === undefined ? {} : { attempt }),
        ...(later ? { OR: later } : {}),
      },
      orderBy: [{ at: 'asc' }, { nodeKey: 'asc' }, { attempt: 'asc' }, { seq: 'asc' }],
      take: limit,
    });
    return rows.map((row) => ({
      run_id: row.runId,
      node_key: row.nodeKey,
      attempt: row.attempt,
      seq: row.seq,
      at: row.at.toISOString(),
      stream: row.stream as LogStream,
      text: row.text,
    }));
  }
}
