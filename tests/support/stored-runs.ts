import type { Db } from '../../adapters/postgres/db.js';
import type { LogLine } from '../../core/events/live.js';

/** An org with one workflow, as rows. */
export async function storedOrg(db: Db, id: string): Promise<void> {
  await db.org.create({ data: { id, name: id } });
  const spec = { specText: '', specHash: '', specJson: {}, planJson: {}, createdBy: 'x' };
  await db.workflow.create({
    data: { id: `wf_${id}`, lineageId: `wf_${id}`, orgId: id, name: 'stored', version: 1, ...spec },
  });
}

/** A run as a row with two nodes and an archive; it is open without `sealedAt`. */
export async function storedRun(
  db: Db,
  { id, orgId, sealedAt, parent }: { id: string; orgId: string; sealedAt?: Date; parent?: string },
): Promise<void> {
  const bytes = new Uint8Array([1]);
  await db.workflowRun.create({
    data: {
      ...{ id, orgId, workflowId: `wf_${orgId}`, starter: 'key:x', inputJson: {}, parentRunId: parent ?? null },
      status: sealedAt ? 'completed' : 'running',
      sealedAt: sealedAt ?? null,
      nodeRuns: {
        create: ['a', 'b'].map((nodeKey, seq) => ({ nodeKey, seq, type: 'transform', status: 'completed' })),
      },
      ...(sealedAt
        ? { archive: { create: { orgId, events: bytes, history: bytes, count: 1, createdAt: sealedAt } } }
        : {}),
    },
  });
}

export const logLine = (run_id: string, seq: number, more: Partial<LogLine> = {}): LogLine => ({
  ...{
    run_id,
    node_key: 'a',
    attempt: 1,
    seq,
    at: new Date(1.7e12 + seq).toISOString(),
    stream: 'stdout',
    text: `line ${seq}`,
  },
  ...more,
});
