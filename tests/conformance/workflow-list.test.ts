import { type Db, openDb } from '../../adapters/postgres/db.js';
import { Workflows } from '../../adapters/postgres/workflows.js';
import { cloneDatabase } from '../support/e2e.js';
import { seenBy, planOf, remembering } from '../support/plans-of-queries.js';

/** The list of workflows among many versions: what is found by words, page by page, and what is looked at for that. */
let url: string;
let db: Db;
const [FLOWS, VERSIONS] = [500, 20];

beforeAll(async () => {
  url = await cloneDatabase(`workflow_list_${process.pid}`);
  db = openDb(url, 2);
  await db.org.create({ data: { id: 'org', name: 'org' } });
  await db.$executeRaw`
    INSERT INTO workflows (id, lineage_id, org_id, name, version, spec_text, spec_hash, spec_json, plan_json, created_by, created_at)
    SELECT 'wf_' || f || '_' || v, 'l' || f, 'org', 'flow-' || f, v, '', '', '{}',
      json_build_object('name', 'flow-' || f, 'description', CASE WHEN f % 50 = 7 THEN 'Pays the Landlord' || CASE WHEN v < ${VERSIONS}::int THEN ' of old' ELSE '' END END),
      'user:' || CASE WHEN f % 2 = 0 THEN 'ann' ELSE 'bob' END, timestamptz '2026-01-01' + (v * 1000 + f) * interval '1 s'
    FROM generate_series(1, ${FLOWS}) f, generate_series(1, ${VERSIONS}) v`;
  await db.$executeRaw`ANALYZE workflows`;
});
afterAll(() => db.$disconnect());

const landlords = Array.from({ length: 10 }, (_, i) => `flow-${457 - 50 * i}`);
test.each<[string, string[]]>([
  ['landlord', landlords],
  ['LORD pays', landlords],
  ['old', []], // the newest version does not say it any more
  ['landlord flow-7', ['flow-7']],
  ['ann landlord', []],
  ['flow-49 bob', ['flow-499', 'flow-497', 'flow-495', 'flow-493', 'flow-491', 'flow-49']],
  ['%', []],
])('%j finds %j, newest first', async (q, expected) => {
  const workflows = new Workflows(db);
  const found: string[] = [];
  for (let before: { createdAt: Date; id: string } | undefined; ; ) {
    const rows = await workflows.list('org', 3, { before, q });
    found.push(...rows.map(({ name }) => name));
    const last = rows.at(-1);
    if (!last) break;
    before = { createdAt: new Date(last.created_at), id: last.id };
  }
  expect(found).toEqual(expected);
});

test('without words a page looks at few rows, however many versions there are', async () => {
  const { db: watched, queries } = remembering(db);
  expect(await new Workflows(watched).list('org', 20)).toHaveLength(20);
  for (const step of await planOf(url, queries[0]!)) {
    if (step['Relation Name'] !== 'workflows') continue;
    expect(step['Node Type']).not.toBe('Seq Scan');
    expect(seenBy(step)).toBeLessThanOrEqual(100);
  }
});
