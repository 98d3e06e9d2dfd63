import type { StepChange } from '../../core/events/live.js';
import type { Db } from './db.js';

/** What is newly known of one open run: its latest status, and the latest of each of its nodes. */
export interface Progress {
  runId: string;
  status: string | undefined;
  startedAt: string | undefined;
  nodes: Map<string, { change: Extract<StepChange, { node: string }>; attempt: number; at: string }>;
}

/**
 * Writes the progress of many open runs in two statements. A run that is sealed is left alone: what was written from its history is
 * exact, and a late batch must not undo it. Locking the rows of the open runs orders this against a seal under way.
 */
export async function writeProgress(db: Db, batch: Progress[]): Promise<void> {
  const runs = batch.map(({ runId, status, startedAt }) => ({
    id: runId,
    status: status ?? null,
    started_at: startedAt ?? null,
  }));
  const nodes = batch.flatMap(({ runId, nodes: changed }) =>
    [...changed.values()].map(({ change, attempt, at }) => ({
      ...{
        run_id: runId,
        node_key: change.node,
        type: change.type,
        status: change.status,
        seq: change.seq,
        attempt,
        at,
      },
    })),
  );
  // Not as one batch: see sealRun.
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`
      UPDATE workflow_runs r
      SET status = COALESCE(n.status, r.status), started_at = COALESCE(r.started_at, n.started_at)
      FROM (
        SELECT w.id, j.status, j.started_at
        FROM workflow_runs w JOIN jsonb_to_recordset(${JSON.stringify(runs)}::jsonb) AS j(id text, status text, started_at timestamptz) USING (id)
        WHERE w.sealed_at IS NULL ORDER BY w.id FOR UPDATE OF w
      ) n
      WHERE r.id = n.id`;
    await tx.$executeRaw`
      INSERT INTO node_runs (workflow_run_id, seq, node_key, type, status, attempt, queued_at, started_at, finished_at)
      SELECT j.run_id, j.seq, j.node_key, j.type, j.status, j.attempt,
        j.at,
        CASE WHEN j.status IN ('running', 'waiting') THEN j.at END,
        CASE WHEN j.status IN ('completed', 'failed', 'skipped', 'cancelled') THEN j.at END
      FROM jsonb_to_recordset(${JSON.stringify(nodes)}::jsonb)
        AS j(run_id text, seq int, node_key text, type text, status text, attempt int, at timestamptz)
      JOIN workflow_runs w ON w.id = j.run_id AND w.sealed_at IS NULL
      ON CONFLICT (workflow_run_id, node_key) DO UPDATE SET
        status = EXCLUDED.status,
        attempt = GREATEST(node_runs.attempt, EXCLUDED.attempt),
        started_at = COALESCE(node_runs.started_at, EXCLUDED.started_at),
        finished_at = EXCLUDED.finished_at`;
  });
}
