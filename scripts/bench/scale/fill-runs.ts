import type { Db } from '../../../adapters/postgres/db.js';

/** The orgs that are filled: nine tenths of the runs, a tenth, and one in 2,000. */
export const FILLED = { big: 'org_big', mid: 'org_mid', small: 'org_small' } as const;

const WORKFLOWS = 100;
const VERSIONS = 5;
const APART_S = 8;

/**
 * Writes `count` runs straight into the tables, the newest a moment ago, each 8 s after the one before. Three in a hundred are open, one in a
 * hundred has failed, one in 20,000 was terminated, none is held. Of the workflows `flow-1` has most runs and `flow-100` the fewest. One in
 * fifty is a child of the run before it.
 */
export async function fillRuns(db: Db, count: number): Promise<void> {
  const orgs = Object.values(FILLED);
  await db.$executeRaw`INSERT INTO orgs (id, name) SELECT o, o FROM unnest(${orgs}::text[]) o`;
  await db.$executeRaw`
    INSERT INTO workflows (id, lineage_id, org_id, name, version, spec_text, spec_hash, spec_json, plan_json, created_by)
    SELECT 'wf_' || o || n || '.' || v, 'wf_' || o || n || '.1', o, 'flow-' || n, v, '', '', '{}', '{}', 'key:bench'
    FROM unnest(${orgs}::text[]) o, generate_series(1, ${WORKFLOWS}::int) n, generate_series(1, ${VERSIONS}::int) v`;
  await db.$executeRaw`
    INSERT INTO workflow_runs (id, workflow_id, org_id, status, input_json, output_json, starter, parent_run_id, parent_node,
      created_at, started_at, finished_at, sealed_at, cursor)
    SELECT id, 'wf_' || org || flow || '.' || 1 + i % ${VERSIONS}::int, org, status, '{}', '{}', 'key:key_' || md5((i % 23)::text),
      CASE WHEN i % 50 = 0 AND org = before THEN lag(id) OVER (ORDER BY i) END, CASE WHEN i % 50 = 0 AND org = before THEN 'sub' END,
      at, at, CASE WHEN open THEN NULL ELSE at + interval '3 s' END, CASE WHEN open THEN NULL ELSE at + interval '4 s' END, ''
    FROM (
      SELECT *, 'run_' || lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || substr(md5(i::text), 1, 20) AS id,
        status IN ('running', 'waiting') AS open, lag(org) OVER (ORDER BY i) AS before
      FROM (
        SELECT i, date_trunc('second', now()) - (${count}::int - i) * ${APART_S}::int * interval '1 s' AS at,
          CASE WHEN i % 2000 = 7 THEN ${FILLED.small} WHEN i % 10 = 3 THEN ${FILLED.mid} ELSE ${FILLED.big} END AS org,
          CASE WHEN i % 20000 = 11 THEN 'terminated' WHEN i % 100 = 1 THEN 'failed' WHEN i % 100 IN (2, 4) THEN 'running'
            WHEN i % 100 = 5 THEN 'waiting' ELSE 'completed' END AS status,
          1 + floor(${WORKFLOWS}::int * power(('x' || substr(md5('f' || i), 1, 6))::bit(24)::int / 16777216.0, 3))::int AS flow
        FROM generate_series(1, ${count}::int) i
      ) one
    ) run`;
  await db.$executeRaw`ANALYZE`;
}
