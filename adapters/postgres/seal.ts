import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { NodeError, NodeStatus, RunStatus } from '../../core/engine/outcome.js';
import type { RunEvent } from '../../core/events/event.js';
import type { NodeView, RunView } from '../../core/events/view.js';
import type { Json } from '../../core/json.js';
import type { NodeType } from '../../core/spec/plan.js';
import { column, type Db } from './db.js';
import { headerOf } from './runs.js';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/**
 * Writes what a closed run was, exactly: its view, its durable events and its history, in one transaction. Doing it again writes the
 * same bytes: everything is a function of the history.
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
  await db.$transaction([
    db.workflowRun.update({
      where: { id: view.id },
      data: {
        ...{
          status: view.status,
          outputJson: column(view.output),
          errorJson: column(view.error as unknown as Json),
          cursor: view.cursor,
        },
        ...{ startedAt: date(view.started_at), finishedAt: date(view.finished_at), sealedAt: new Date() },
      },
    }),
    db.nodeRun.deleteMany({ where: { workflowRunId: view.id } }),
    db.nodeRun.createMany({ data: view.nodes.map((node, seq) => nodeRow(view.id, node, seq)) }),
    db.eventArchive.upsert({ where: { runId: view.id }, create: { runId: view.id, ...archive }, update: archive }),
    db.gate.updateMany({ where: { runId: view.id, status: 'open' }, data: { status: 'closed', closedAt: new Date() } }),
  ]);
}

const date = (text: string | null): Date | null => (text === null ? null : new Date(text));
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

function nodeRow(workflowRunId: string, node: NodeView, seq: number) {
  const extra: Json = {
    ...(node.items ? { items: { ...node.items } } : {}),
    ...(node.run_id === undefined ? {} : { run_id: node.run_id }),
  };
  return {
    ...{
      workflowRunId,
      seq,
      nodeKey: node.key,
      type: node.type,
      status: node.status,
      attempt: node.attempt,
      why: node.why,
    },
    ...{
      inputJson: column(node.input),
      outputJson: column(node.output),
      errorJson: column(node.error as unknown as Json),
    },
    ...{ queuedAt: date(node.queued_at), startedAt: date(node.started_at), finishedAt: date(node.finished_at) },
    extra: column(Object.keys(extra).length === 0 ? null : extra),
  };
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
        ...(node.extra as { run_id?: string; items?: NonNullable<NodeView['items']> } | null),
      }),
    ),
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
