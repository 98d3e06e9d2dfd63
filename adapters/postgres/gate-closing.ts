import type { Decision, RunRef } from '../../core/contract/work.js';
import { personsOf } from '../../core/engine/kinds/quorum.js';
import type { RunEvent } from '../../core/events/event.js';
import type { Json } from '../../core/json.js';
import { column, type Db, storable } from './db.js';

/** What a gate's row becomes when it leaves the inbox. */
export const closedWith = (decision: Decision | null) => ({
  ...{ status: decision ? 'decided' : 'closed', decision: column(decision as unknown as Json) },
  ...{ closedAt: new Date(), waitsFor: null },
});

/**
 * Takes the gates of a run that is over out of the inbox. A denial that ends its run ends it before the inbox hears of the decision: what the
 * run's events say of a gate that is still open there is written now. A gate that nobody has decided is closed.
 */
export async function closeGates(
  tx: Pick<Db, 'gate' | '$executeRaw'>,
  runId: string,
  events: readonly RunEvent[],
): Promise<void> {
  const open = await tx.gate.findMany({ where: { runId, status: 'open' }, select: { nodeKey: true, round: true } });
  const decided = open.length > 0 ? decisionsIn(events) : new Map<string, Decision>();
  for (const { nodeKey, round } of open) {
    const decision = decided.get(nodeKey) ?? null;
    await tx.gate.updateMany({ where: { runId, nodeKey, round, status: 'open' }, data: closedWith(decision) });
    if (decision) await remember(tx, { run: { id: runId }, node: nodeKey, round }, [decision]);
  }
  await tx.$executeRaw`DELETE FROM gate_addressees WHERE run_id = ${runId}`;
}

/** By node, how the gate that was asked last was decided. */
function decisionsIn(events: readonly RunEvent[]): Map<string, Decision> {
  const decided = new Map<string, Decision>();
  for (const event of events) {
    if (event.type === 'gate.opened') decided.delete(event.node_key);
    if (event.type === 'gate.decided') decided.set(event.node_key, event.data as unknown as Decision);
  }
  return decided;
}

/** Who has a part in these decisions. */
export async function remember(
  tx: Pick<Db, '$executeRaw'>,
  { run, node, round }: { run: Pick<RunRef, 'id'>; node: string; round: number },
  votes: readonly Decision[],
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO gate_voters (run_id, node_key, person, org_id, opened_at, due_key)
    SELECT g.run_id, g.node_key, p, g.org_id, g.opened_at, g.due_key FROM gates g, unnest(${votes.flatMap(personsOf).map((each) => storable(each) as string)}::text[]) p
    WHERE g.run_id = ${run.id} AND g.node_key = ${node} AND g.round = ${round}
    ON CONFLICT DO NOTHING`;
}
