import type { LogLine } from '../../core/events/live.js';
import { type Db, Prisma } from './db.js';
import { plainText } from '../../core/ansi.js';
import { archivedLines, distinct, type LogPiece, type LogPlace, type LogRow, lineOf } from './log-archive.js';

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

  /** A page, and the place behind which it goes on, if it does. */
  async list(runId: string, { search, ...piece }: LogPiece & { search?: string | undefined }): Promise<LogPage> {
    if (search !== undefined) return this.search(runId, piece, search);
    const lines = await this.read(runId, { ...piece, limit: piece.limit + 1 });
    const page = lines.slice(0, piece.limit);
    return { lines: page, next: lines.length > page.length ? placeOf(page.at(-1)!) : undefined };
  }

  /** Lines whose plain text has the searched one in it, whatever the case. A page that has looked far enough may have few, or none. */
  private async search(runId: string, piece: LogPiece, search: string): Promise<LogPage> {
    const wanted = search.toLowerCase();
    const lines: LogLine[] = [];
    let after = piece.after;
    for (let looked = 0; looked < LOOKED_LINES; looked += CHUNK_LINES) {
      const chunk = await this.read(runId, { ...piece, limit: CHUNK_LINES, after });
      for (const line of chunk) {
        if (!plainText(line.text).toLowerCase().includes(wanted)) continue;
        if (lines.length === piece.limit) return { lines, next: placeOf(lines.at(-1)!) };
        lines.push(line);
      }
      if (chunk.length < CHUNK_LINES) return { lines, next: undefined };
      after = placeOf(chunk.at(-1)!);
    }
    return { lines, next: after };
  }

  /** Out of the archive once the run is sealed, and what is not there yet. */
  private async read(runId: string, piece: LogPiece): Promise<LogLine[]> {
    // In this order: a line that is archived in between is seen twice, never not at all.
    const loose = await this.loose(runId, piece);
    const archived = await archivedLines(this.db, runId, piece);
    return archived.length === 0 ? loose : distinct([...archived, ...loose], piece.order).slice(0, piece.limit);
  }

  private async loose(runId: string, { node, attempt, order, limit, after }: LogPiece): Promise<LogLine[]> {
    const place =
      after && Prisma.sql`(${after.at}::timestamptz, ${after.nodeKey}, ${after.attempt}::int, ${after.seq}::int)`;
    const line = Prisma.sql`(at, node_key COLLATE "C", attempt, seq)`;
    const [beyond, by] = order === 'asc' ? [Prisma.sql`>`, Prisma.sql`ASC`] : [Prisma.sql`<`, Prisma.sql`DESC`];
    const rows = await this.db.$queryRaw<LogRow[]>`
      SELECT node_key, attempt, seq, at, stream, text FROM node_logs
      WHERE run_id = ${runId}
        ${node === undefined ? Prisma.empty : Prisma.sql`AND (node_key = ${node} OR starts_with(node_key, ${`${node}[`}))`}
        ${attempt === undefined ? Prisma.empty : Prisma.sql`AND attempt = ${attempt}`}
        ${place ? Prisma.sql`AND ${line} ${beyond} ${place}` : Prisma.empty}
      ORDER BY at ${by}, node_key COLLATE "C" ${by}, attempt ${by}, seq ${by} LIMIT ${limit}`;
    return rows.map((row) => lineOf(runId, row));
  }
}

export interface LogPage {
  lines: LogLine[];
  next: LogPlace | undefined;
}

/** One request looks through so many lines at most, some of them at a time. */
const LOOKED_LINES = 20_000;
const CHUNK_LINES = 2_000;

const placeOf = ({ at, node_key, attempt, seq }: LogLine): LogPlace => ({
  at: new Date(at),
  nodeKey: node_key,
  attempt,
  seq,
});
