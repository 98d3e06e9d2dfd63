import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Amendment } from '../../core/contract/work.js';
import type { NodeError, NodeStatus, RunStatus } from '../../core/engine/outcome.js';
import type { RunEvent } from '../../core/events/event.js';
import type { NodeView, RunView } from '../../core/events/view.js';
import type { Json } from '../../core/json.js';
import type { NodeType } from '../../core/spec/plan.js';
import type { ArchivedExecution, ArchivedHistory } from '../temporal/follow.js';
import { column, type Db, Prisma, storable } from './db.js';
import { closeGates } from './gate-closing.js';
import { hookEvents } from '../../core/events/hook-event.js';
import { queueDeliveries } from './webhook-deliveries.js';
import { headerOf } from './runs.js';

/** For the rows of a run of 10,000 nodes on a busy database, and for a connection. */
const PATIENCE = { timeout: 60_000, maxWait: 30_000 };

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * Writes what a closed run was, exactly: its view, its durable events and its history, in one transaction, and what webhooks are to be told
 * of it. Doing it again writes the same bytes, and tells nothing twice: everything is a function of the history.
 */
export async function sealRun(db: Db, view: RunView, events: readonly RunEvent[], history: Json): Promise<void> {
  const [packedEvents, packedHistory] = await Promise.all([
    pack(JSON.stringify(events)),
    pack(JSON.stringify(history)),
  ]);
  const archive = {
    events: new Uint8Array(packedEvents),
    history: new Uint8Array(packedHistory),
    count: events.length,
    orgId: view.org_id,
  };
  // Not as one batch: the client keeps the plan of each batch that it has seen by its text, data and all, up to a thousand of them.
  await db.$transaction(async (tx) => {
    await tx.workflowRun.update({
      where: { id: view.id, redriven: view.redriven ?? 0 },
      data: {
        ...{
          status: view.status,
          outputJson: column(view.output),
          errorJson: column(view.error as unknown as Json),
          cursor: view.cursor,
          ...(view.amendments ? { amendments: view.amendments as unknown as Prisma.InputJsonValue } : {}),
        },
        ...{ startedAt: date(view.started_at), finishedAt: date(view.finished_at), sealedAt: new Date() },
      },
    });
    await writeNodes(tx, view);
    await tx.eventArchive.upsert({
      where: { runId: view.id },
      create: { runId: view.id, ...archive },
      update: { ...archive, createdAt: new Date() }, // of a redriven run: it is kept from now on
    });
    await closeGates(tx, view.id, events);
    await queueDeliveries(tx, view.org_id, hookEvents(view, events));
  }, PATIENCE);
}

const date = (text: string | null): Date | null => (text === null ? null : new Date(text));
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/**
 * The nodes in one statement. Rows that were written while the run went on are changed in place, which costs PostgreSQL less than to remove
 * and add them, and those that are not in the view (a batch that came late) are removed.
 */
async function writeNodes(tx: Pick<Db, '$executeRaw'>, { id, nodes }: RunView): Promise<void> {
  const rows = nodes.map((node, seq) => nodeRow(node, seq));
  const keys = nodes.map(({ key }) => key);
  await tx.$executeRaw`DELETE FROM node_runs WHERE workflow_run_id = ${id} AND node_key <> ALL(${keys}::text[])`;
  await tx.$executeRaw`
      INSERT INTO node_runs (workflow_run_id, seq, node_key, type, status, attempt, input_json, output_json, error_json,
        queued_at, started_at, finished_at, why, extra)
      SELECT ${id}, j.* FROM json_to_recordset(${JSON.stringify(rows)}::json) AS j(seq int, key text, type text, status text, attempt int,
        input json, output json, error json, queued_at timestamptz, started_at timestamptz, finished_at timestamptz, why text, extra json)
      ON CONFLICT (workflow_run_id, node_key) DO UPDATE SET
        seq = EXCLUDED.seq, type = EXCLUDED.type, status = EXCLUDED.status, attempt = EXCLUDED.attempt,
        input_json = EXCLUDED.input_json, output_json = EXCLUDED.output_json, error_json = EXCLUDED.error_json,
        queued_at = EXCLUDED.queued_at, started_at = EXCLUDED.started_at, finished_at = EXCLUDED.finished_at,
        why = EXCLUDED.why, extra = EXCLUDED.extra`;
}

/** Null is the column's own NULL, also where it stands for JSON's. */
function nodeRow({ items, run_id, origin, compensation, ...node }: NodeView, seq: number): Json {
  const extra: Json = {
    ...(run_id === undefined ? {} : { run_id }),
    ...(origin === undefined ? {} : { origin }),
    ...(compensation ? { compensation: compensation as unknown as Json } : {}),
    ...(items ? { items: { ...items } } : {}),
  };
  return storable({
    ...{ seq, key: node.key, type: node.type, status: node.status, attempt: node.attempt, why: node.why },
    ...{ input: node.input, output: node.output, error: node.error as unknown as Json },
    ...{ queued_at: node.queued_at, started_at: node.started_at, finished_at: node.finished_at },
    extra: Object.keys(extra).length === 0 ? null : extra,
  });
}

/** The view as it was sealed, byte for byte; undefined while the run is not sealed. */
export async function storedView(db: Db, runId: string): Promise<RunView | undefined> {
  const row = await db.workflowRun.findUnique({
    where: { id: runId },
    include: { workflow: { select: { name: true, version: true } }, nodeRuns: { orderBy: { seq: 'asc' } } },
  });
  if (!row?.sealedAt) return undefined;
  return {
    ...headerOf(row),
    ...{
      status: row.status as RunStatus,
      input: row.inputJson as Json,
      output: row.outputJson as Json,
      error: row.errorJson as unknown as NodeError | null,
    },
    ...{ started_at: iso(row.startedAt), finished_at: iso(row.finishedAt) },
    nodes: row.nodeRuns.map(
      (node): NodeView => ({
        ...{ key: node.nodeKey, type: node.type as NodeType, status: node.status as NodeStatus, attempt: node.attempt },
        ...{
          input: node.inputJson as Json,
          output: node.outputJson as Json,
          error: node.errorJson as unknown as NodeError | null,
        },
        ...{
          queued_at: iso(node.queuedAt),
          started_at: iso(node.startedAt),
          finished_at: iso(node.finishedAt),
          why: node.why,
        },
        ...(node.extra as Pick<NodeView, 'run_id' | 'origin' | 'items' | 'compensation'> | null),
      }),
    ),
    ...(row.amendments === null ? {} : { amendments: row.amendments as unknown as Amendment[] }),
    cursor: row.cursor,
  };
}

export async function archivedEvents(db: Db, runId: string): Promise<RunEvent[] | undefined> {
  const row = await db.eventArchive.findUnique({ where: { runId }, select: { events: true } });
  return row ? (JSON.parse((await unpack(row.events)).toString()) as RunEvent[]) : undefined;
}

export async function archivedHistory(db: Db, runId: string): Promise<Json | undefined> {
  const row = await db.eventArchive.findUnique({ where: { runId }, select: { history: true } });
  return row ? (JSON.parse((await unpack(row.history)).toString()) as Json) : undefined;
}

/** Where a run's follower reads what came before a redrive. */
export const archiveOf =
  (db: Db): ArchivedHistory =>
  async (runId) =>
    (await archivedHistory(db, runId)) as unknown as ArchivedExecution[] | undefined;
