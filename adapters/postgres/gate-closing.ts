import type { Decision } from '../../core/contract/work.js';
import { personsOf } from '../../core/engine/kinds/quorum.js';
import type { RunEvent } from '../../core/events/event.js';
import type { Json } from '../../core/json.js';
import { type Db, storable } from './db.js';

/**
 * Takes what a run that is over had in the inbox out of it, and what it waited for. A denial that ends its run ends it before the inbox hears
 * of the decision: what the run's events say of a gate that is still open there is written now. A gate that nobody has decided is closed.
 * One statement, for it is a part of each seal.
 */
export async function closeGates(
  tx: Pick<Db, '$executeRaw'>,
  runId: string,
  events: readonly RunEvent[],
): Promise<void> {
  const decided = [...decisionsIn(events)].map(([node, decision]) => ({
    node,
    decision,
    persons: personsOf(decision),
  }));
  await tx.$executeRaw`
    WITH waits AS (DELETE FROM event_waits WHERE run_id = ${runId}),
      decided AS (
        SELECT * FROM json_to_recordset(${JSON.stringify(storable(decided as unknown as Json))}::json) AS d(node text, decision json, persons json)
      ),
      closed AS (
        UPDATE gates g SET status = CASE WHEN d.node IS NULL THEN 'closed' ELSE 'decided' END, decision = d.decision,
          closed_at = now(), waits_for = NULL
        FROM gates o LEFT JOIN decided d ON d.node = o.node_key
        WHERE o.run_id = ${runId} AND g.run_id = o.run_id AND g.node_key = o.node_key AND g.status = 'open'
        RETURNING g.run_id, g.node_key, g.org_id, g.opened_at, g.due_key, d.persons
      ),
      voters AS (
        INSERT INTO gate_voters (run_id, node_key, person, org_id, opened_at, due_key)
        SELECT c.run_id, c.node_key, p, c.org_id, c.opened_at, c.due_key FROM closed c, json_array_elements_text(c.persons) p
        ON CONFLICT DO NOTHING
      )
    DELETE FROM gate_addressees WHERE run_id = ${runId}`;
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
