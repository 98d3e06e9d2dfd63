import { type Db, openDb } from '../../adapters/postgres/db.js';
import { type GatePlace, type GateRow, Gates } from '../../adapters/postgres/gates.js';
import { cloneDatabase } from '../support/e2e.js';
import { planOf, remembering, seenBy } from '../support/plans-of-queries.js';

/** The inbox: what it shows, and that it looks at no more gates when there are more. */
let url: string;
let db: Db;
const LIMIT = 20;

beforeAll(async () => {
  url = await cloneDatabase(`gate_list_${process.pid}`);
  db = openDb(url, 2);
  await db.$executeRaw`
    INSERT INTO gates (run_id, node_key, org_id, status, title, show_json, role, opened_at)
    SELECT 'run_' || i, 'n' || i % 3, CASE WHEN i % 500 = 3 THEN 'small' ELSE 'big' END,
      CASE WHEN i % 700 = 1 THEN 'open' WHEN i % 5 = 2 THEN 'closed' ELSE 'decided' END, 't', '{}',
      CASE WHEN i % 900 = 1 THEN 'operator' ELSE 'approver' END, '2026-01-01'::timestamptz + i / 4 * interval '1 s'
    FROM generate_series(1, 20000) i`;
  await db.$executeRaw`ANALYZE gates`;
});
afterAll(() => db.$disconnect());

const FILTERS: [string, { status?: GateRow['status']; roles?: string[] }][] = [
  ['all', {}],
  ['those that are open', { status: 'open' }],
  ['those that were decided', { status: 'decided' }],
  ['open ones of a rare role', { status: 'open', roles: ['operator'] }],
  ['open ones of two roles', { status: 'open', roles: ['approver', 'operator'] }],
  ['a role that nobody waits for', { status: 'open', roles: ['admin', 'viewer'] }],
];

test.each(FILTERS)('%s: in order, page by page', async (_name, { status, roles }) => {
  for (const orgId of ['big', 'small']) {
    const expected = await db.gate.findMany({
      where: { orgId, ...(status ? { status } : {}), ...(roles ? { role: { in: roles } } : {}) },
      orderBy: [{ openedAt: 'asc' }, { runId: 'asc' }, { nodeKey: 'asc' }],
      take: 70,
      select: { runId: true },
    });
    const shown: string[] = [];
    for (let place: GatePlace | undefined; shown.length < 70; ) {
      const page = await new Gates(db).list(
        orgId,
        { ...(status ? { status } : {}), ...(roles ? { roles } : {}) },
        LIMIT,
        place,
      );
      shown.push(...page.map(({ run_id }) => run_id));
      if (page.length < LIMIT) break;
      const { opened_at, run_id, node_key } = page.at(-1)!;
      place = { openedAt: new Date(opened_at), runId: run_id, nodeKey: node_key };
    }
    expect(shown.slice(0, 70)).toEqual(expected.map(({ runId }) => runId));
  }
});

test.each(FILTERS)('%s: out of an index, a page at most', async (_name, filter) => {
  const { db: watched, queries } = remembering(db);
  const late = { openedAt: new Date('2026-01-01T00:30:00Z'), runId: '', nodeKey: '' };
  for (const after of [undefined, late]) await new Gates(watched).list('big', filter, LIMIT, after);
  for (const query of queries) {
    const steps = (await planOf(url, query)).filter((step) => step['Relation Name'] === 'gates');
    expect(steps.map((step) => step['Node Type'])).not.toContain('Seq Scan');
    expect(steps.map((step) => step['Index Name'])).toContain(
      Object.keys(filter).length === 0
        ? 'gates_org_id_opened_at_run_id_node_key_idx'
        : 'gates_org_id_status_role_opened_at_run_id_node_key_idx',
    );
    for (const step of steps) expect(seenBy(step)).toBeLessThanOrEqual(LIMIT * 3);
  }
});
