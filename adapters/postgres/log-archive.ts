import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { LogLine, LogStream } from '../../core/events/live.js';
import { type Db, Prisma } from './db.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** So many lines are one part: 16 MiB at the very most while it is made or read. */
const PART_LINES = 2_000;
const PATIENCE_MS = 30_000;

/** A row of node_logs. */
export interface LogRow {
  node_key: string;
  attempt: number;
  seq: number;
  at: Date;
  stream: string;
  text: string;
}
/** A line within a part: as short as JSON can be before it is compressed. */
type Packed = [node_key: string, attempt: number, seq: number, at: string, stream: string, text: string];

/** The place of a line among all of its run. */
export interface LogPlace {
  at: Date;
  nodeKey: string;
  attempt: number;
  seq: number;
}
/** Of a map `node` stands for its items, too. */
export interface LogFilter {
  node?: string | undefined;
  attempt?: number | undefined;
}
/** A piece of a log: so many lines behind a place, from the oldest on or from the newest. */
export interface LogPiece extends LogFilter {
  order: 'asc' | 'desc';
  limit: number;
  after?: LogPlace | undefined;
}

/**
 * Moves the lines of a sealed run into compressed parts. A line that comes later goes into a part of its own when this is done again.
 *
 * 1. A line is in node_logs or in a part, never in both and never in neither: each part is moved in one transaction.
 * 2. Lines of a run that is not sealed stay where they are.
 */
export async function archiveLogs(db: Db, runId: string): Promise<void> {
  while (await movePart(db, runId));
}

/** Whether there may be more. */
const movePart = (db: Db, runId: string): Promise<boolean> =>
  db.$transaction(
    async (tx) => {
      // Whoever else moves lines of this run waits here; a retention that removes it passes it by.
      const [run] = await tx.$queryRaw<{ org_id: string }[]>`
        SELECT org_id FROM workflow_runs WHERE id = ${runId} AND sealed_at IS NOT NULL FOR NO KEY UPDATE`;
      if (!run) return false;
      const rows = await tx.$queryRaw<LogRow[]>`
        WITH first AS (
          SELECT run_id, node_key, attempt, seq FROM node_logs WHERE run_id = ${runId}
          ORDER BY at, node_key COLLATE "C", attempt, seq LIMIT ${PART_LINES}
        ) DELETE FROM node_logs l USING first f
        WHERE (l.run_id, l.node_key, l.attempt, l.seq) = (f.run_id, f.node_key, f.attempt, f.seq)
        RETURNING l.node_key, l.attempt, l.seq, l.at, l.stream, l.text`;
      if (rows.length === 0) return false;
      const lines = rows.map((row) => lineOf(runId, row)).sort(inOrder);
      const { _max } = await tx.logArchive.aggregate({ where: { runId }, _max: { part: true } });
      await tx.logArchive.create({
        data: {
          ...{ runId, orgId: run.org_id, part: (_max.part ?? -1) + 1, count: lines.length },
          ...{ firstAt: new Date(lines[0]!.at), lastAt: new Date(lines.at(-1)!.at) },
          ...{ nodes: [...new Set(lines.map(({ node_key }) => node_key))], lines: new Uint8Array(await packed(lines)) },
        },
      });
      return rows.length === PART_LINES;
    },
    { timeout: PATIENCE_MS, maxWait: PATIENCE_MS },
  );

const packed = (lines: LogLine[]): Promise<Buffer> =>
  pack(JSON.stringify(lines.map((l): Packed => [l.node_key, l.attempt, l.seq, l.at, l.stream, l.text])));

/** Of what was archived, in order. Reads no more parts than it takes: those that may have lines of the piece. */
export async function archivedLines(
  db: Db,
  runId: string,
  { node, attempt, order, limit, after }: LogPiece,
): Promise<LogLine[]> {
  const forward = order === 'asc';
  const parts = await partsFor(db, runId, { node, order, after });
  let found: LogLine[] = [];
  for (const [i, { part }] of parts.entries()) {
    for (const line of await linesOf(db, runId, part))
      if (
        (node === undefined || isOf(node, line.node_key)) &&
        (attempt === undefined || line.attempt === attempt) &&
        (!after || (forward ? isAfter(line, after) : isBefore(line, after)))
      )
        found.push(line);
    found = distinct(found, order);
    const next = parts[i + 1]?.edge.toISOString();
    const last = found[limit - 1]?.at;
    if (next !== undefined && last !== undefined && (forward ? last < next : last > next)) break;
  }
  return found.slice(0, limit);
}

/** Those that may have lines of it, in order, each with the time at which it begins, seen from there. */
function partsFor(
  db: Db,
  runId: string,
  { node, order, after }: Pick<LogPiece, 'node' | 'order' | 'after'>,
): Promise<{ part: number; edge: Date }[]> {
  const having =
    node === undefined
      ? Prisma.empty
      : Prisma.sql`AND EXISTS (SELECT 1 FROM unnest(nodes) k WHERE k = ${node} OR starts_with(k, ${`${node}[`}))`;
  return order === 'asc'
    ? db.$queryRaw`
        SELECT part, first_at AS edge FROM log_archives WHERE run_id = ${runId} ${having}
          ${after ? Prisma.sql`AND last_at >= ${after.at}::timestamptz` : Prisma.empty} ORDER BY first_at, part`
    : db.$queryRaw`
        SELECT part, last_at AS edge FROM log_archives WHERE run_id = ${runId} ${having}
          ${after ? Prisma.sql`AND first_at <= ${after.at}::timestamptz` : Prisma.empty} ORDER BY last_at DESC, part DESC`;
}

const isOf = (node: string, key: string): boolean => key === node || key.startsWith(`${node}[`);

async function linesOf(db: Db, runId: string, part: number): Promise<LogLine[]> {
  const row = await db.logArchive.findUnique({ where: { runId_part: { runId, part } }, select: { lines: true } });
  if (!row) return []; // retention was here a moment ago
  const lines = JSON.parse((await unpack(row.lines)).toString()) as Packed[];
  return lines.map(([node_key, attempt, seq, at, stream, text]) => ({
    ...{ run_id: runId, node_key, attempt, seq, at, stream: stream as LogStream, text },
  }));
}

export const lineOf = (runId: string, { at, stream, ...row }: LogRow): LogLine => ({
  run_id: runId,
  node_key: row.node_key,
  attempt: row.attempt,
  seq: row.seq,
  at: at.toISOString(),
  stream: stream as LogStream,
  text: row.text,
});

type Ordered = Pick<LogLine, 'at' | 'node_key' | 'attempt' | 'seq'>;

/** As the index node_logs_in_order sorts: keys are compared byte by byte. */
const inOrder = (a: Ordered, b: Ordered): number =>
  compared(a.at, b.at) || compared(a.node_key, b.node_key) || a.attempt - b.attempt || a.seq - b.seq;

/** In order, each line once: a line that was sent again after it had been archived is in two places. */
export function distinct(lines: LogLine[], order: 'asc' | 'desc'): LogLine[] {
  const sorted = lines.toSorted(inOrder).filter((line, i, all) => i === 0 || inOrder(all[i - 1]!, line) !== 0);
  return order === 'asc' ? sorted : sorted.reverse();
}

const compared = (a: string, b: string): number => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)));

const placed = ({ at, nodeKey, attempt, seq }: LogPlace): Ordered => ({
  at: at.toISOString(),
  node_key: nodeKey,
  attempt,
  seq,
});
const isAfter = (line: LogLine, place: LogPlace): boolean => inOrder(line, placed(place)) > 0;
const isBefore = (line: LogLine, place: LogPlace): boolean => inOrder(line, placed(place)) < 0;

/** Ids of runs that are closed, or gone, and have lines outside of the archive: those that came late. */
export async function runsWithLateLines(db: Db, limit: number, now: Date): Promise<string[]> {
  const settled = new Date(now.getTime() - SETTLE_MS);
  const rows = await db.$queryRaw<{ run_id: string }[]>`
    WITH RECURSIVE told AS (
      (SELECT run_id FROM node_logs ORDER BY run_id LIMIT 1)
      UNION ALL
      SELECT n.run_id FROM told t CROSS JOIN LATERAL (SELECT run_id FROM node_logs WHERE run_id > t.run_id ORDER BY run_id LIMIT 1) n
    ) SELECT t.run_id FROM told t LEFT JOIN workflow_runs r ON r.id = t.run_id
    WHERE r.id IS NULL OR r.sealed_at < ${settled}::timestamptz LIMIT ${Prisma.sql`${limit}::int`}`;
  return rows.map(({ run_id }) => run_id);
}

/** After its end a run's late lines are left to gather for so long, so that they make one part. */
const SETTLE_MS = 60_000;

/** Lines of a run that was removed: there is nothing that they belong to. */
export async function dropOrphanedLines(db: Db, runId: string): Promise<void> {
  await db.$executeRaw`
    DELETE FROM node_logs WHERE run_id = ${runId} AND NOT EXISTS (SELECT 1 FROM workflow_runs WHERE id = ${runId})`;
}
