import type { LogLine } from '../../core/events/live.js';
import { type Db, Prisma } from './db.js';
import { archivedLines, distinct, type LogFilter, type LogPlace, type LogRow, lineOf } from './log-archive.js';

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

  /** A page, in order of time: out of the archive once the run is sealed, and what is not there yet. */
  async list(runId: string, filter: LogFilter, limit: number, after?: LogPlace): Promise<LogLine[]> {
    // In this order: a line that is archived in between is seen twice, never not at all.
    const loose = await this.loose(runId, filter, limit, after);
    const archived = await archivedLines(this.db, runId, filter, limit, after);
    return archived.length === 0 ? loose : distinct([...archived, ...loose]).slice(0, limit);
  }

  private async loose(
    runId: string,
    { node, attempt }: LogFilter,
    limit: number,
    after?: LogPlace,
  ): Promise<LogLine[]> {
    const rows = await this.db.$queryRaw<LogRow[]>`
      SELECT node_key, attempt, seq, at, stream, text FROM node_logs
      WHERE run_id = ${runId}
        ${node === undefined ? Prisma.empty : Prisma.sql`AND node_key = ${node}`}
        ${attempt === undefined ? Prisma.empty : Prisma.sql`AND attempt = ${attempt}`}
        ${after ? Prisma.sql`AND (at, node_key COLLATE "C", attempt, seq) > (${after.at}::timestamptz, ${after.nodeKey}, ${after.attempt}::int, ${after.seq}::int)` : Prisma.empty}
      ORDER BY at, node_key COLLATE "C", attempt, seq LIMIT ${limit}`;
    return rows.map((row) => lineOf(runId, row));
  }
}
