import { type Db, openDb } from '../../adapters/postgres/db.js';
import { LOOKED_AT } from '../../adapters/postgres/gate-list.js';
import { type GateFilter, type GatePlace, Gates, type GateSort } from '../../adapters/postgres/gates.js';
import { cloneDatabase } from '../support/e2e.js';
import { planOf, remembering, seenBy } from '../support/plans-of-queries.js';

/** The inbox at 100,000 gates: what it shows, and that it looks at no more gates when there are more. */
let url: string;
let db: Db;
const LIMIT = 20;
const GATES = 100_000;
const BEGIN = new Date('2026-01-01T00:00:00Z');

beforeAll(async () => {
  url = await cloneDatabase(`gate_list_${process.pid}`);
  db = openDb(url, 2);
  await db.$executeRaw`
    INSERT INTO gates (run_id, node_key, org_id, status, title, show_json, role, opened_at, workflow, due_at, due_key)
    SELECT 'run_' || i, 'n[' || i % 3 || ']', CASE WHEN i % 500 = 3 THEN 'small' ELSE 'big' END,
      CASE WHEN i % 70 = 1 THEN 'open' WHEN i % 5 = 2 THEN 'closed' ELSE 'decided' END,
      'Pay the bill ' || i || CASE WHEN i % 4000 = 1 THEN ' of Zürich' ELSE '' END, '{}',
      CASE WHEN i % 210 = 1 THEN '' WHEN i % 900 = 1 THEN 'operator' ELSE 'approver' END, ${BEGIN}::timestamptz + i / 4 * interval '1 s',
      'flow' || i % 40, d, coalesce(d, '9999-12-31 23:59:59.999+00')
    FROM generate_series(1, ${GATES}) i, LATERAL (SELECT CASE WHEN i % 3 = 1 THEN ${BEGIN}::timestamptz + (i * 7919 % 100000) * interval '1 min' END AS d) due`;
  await db.$executeRaw`
    INSERT INTO gate_addressees (run_id, node_key, addressee, org_id, opened_at, due_key)
    SELECT run_id, node_key, a, org_id, opened_at, due_key FROM gates, unnest(ARRAY['group:finance', 'user:ann']) a WHERE status = 'open' AND role = ''`;
  await db.$executeRaw`
    INSERT INTO gate_voters (run_id, node_key, person, org_id, opened_at, due_key)
    SELECT run_id, node_key, 'user:' || length(title) % 3, org_id, opened_at, due_key FROM gates WHERE status = 'decided'`;
  await db.$executeRaw`
    INSERT INTO gate_voters (run_id, node_key, person, org_id, opened_at, due_key)
    SELECT run_id, node_key, 'user:eve', org_id, opened_at, due_key FROM gates WHERE status = 'open' AND run_id LIKE '%11'`;
  await db.$executeRaw`
    INSERT INTO gate_claims (id, run_id, node_key, org_id, round, holder, claimed_at, expires_at)
    SELECT 'clm_' || run_id, run_id, node_key, org_id, CASE WHEN run_id LIKE '%71' THEN 1 ELSE 0 END, 'user:ann', now(),
      now() + CASE WHEN run_id LIKE '%41' THEN interval '-1 h' ELSE interval '1 h' END
    FROM gates WHERE status = 'open' AND length(run_id) < 9`;
  await db.$executeRaw`
    INSERT INTO gate_claims (id, run_id, node_key, org_id, round, holder, claimed_at, expires_at, ended_at, ended)
    SELECT 'old_' || run_id || n, run_id, node_key, org_id, 0, 'user:' || n, now(), now(), CASE WHEN n < 3 THEN now() END, 'released'
    FROM gates, generate_series(1, 3) n WHERE status = 'decided' AND length(run_id) > 8`;
  await db.$executeRaw`ANALYZE`;
});
afterAll(() => db.$disconnect());

const finance = [{ roles: ['operator'], addressees: ['group:finance', 'user:ann'] }];
/** As one who was delegated gates of one workflow sees them. */
const delegated = [...finance, { roles: ['approver'], addressees: ['group:legal'], workflows: ['flow1', 'flow11'] }];
const later = (minutes: number): Date => new Date(BEGIN.getTime() + minutes * 60_000);

/** Each with what SQL says of it, plainly. */
const FILTERS: [string, GateFilter & { q?: string }, string][] = [
  ['all', {}, 'true'],
  ['those that are open', { status: 'open' }, `status = 'open'`],
  ['those that were decided', { status: 'decided' }, `status = 'decided'`],
  [
    'open ones of a rare role',
    { status: 'open', rights: [{ roles: ['operator'], addressees: [] }] },
    `status = 'open' AND role = 'operator'`,
  ],
  ['a role that nobody waits for', { status: 'open', rights: [{ roles: ['admin'], addressees: [] }] }, 'false'],
  ['assigned by role and group', { status: 'open', rights: finance }, `status = 'open' AND role IN ('operator', '')`],
  [
    'assigned with a delegation',
    { status: 'open', rights: delegated },
    `status = 'open' AND (role IN ('operator', '') OR role = 'approver' AND workflow IN ('flow1', 'flow11'))`,
  ],
  [
    'assigned, and not voted on yet',
    { status: 'open', rights: [{ ...finance[0]!, persons: ['user:eve'] }] },
    `status = 'open' AND role IN ('operator', '') AND run_id NOT LIKE '%11'`,
  ],
  [
    'assigned, or in the place of one who has voted',
    { status: 'open', rights: [...finance, { ...delegated[1]!, persons: ['user:ann', 'user:eve'] }] },
    `status = 'open' AND (role IN ('operator', '') OR role = 'approver' AND workflow IN ('flow1', 'flow11') AND run_id NOT LIKE '%11')`,
  ],
  ['of a group', { status: 'open', group: 'finance' }, `status = 'open' AND role = ''`],
  ['of a workflow', { workflow: 'flow7' }, `workflow = 'flow7'`],
  ['open ones of a workflow', { workflow: 'flow11', status: 'open' }, `workflow = 'flow11' AND status = 'open'`],
  ['of a run', { run: 'run_4004' }, `run_id = 'run_4004'`],
  ['decided by one', { decidedBy: 'user:1' }, `status = 'decided' AND length(title) % 3 = 1`],
  [
    'overdue',
    { status: 'open', rights: finance, dueBefore: later(20_000) },
    `status = 'open' AND role IN ('operator', '') AND due_at < '${later(20_000).toISOString()}'`,
  ],
  [
    'due in a window',
    { status: 'open', dueFrom: later(100), dueBefore: later(9_000) },
    `status = 'open' AND due_at >= '${later(100).toISOString()}' AND due_at < '${later(9_000).toISOString()}'`,
  ],
  [
    'claimed by one',
    { claimedBy: 'user:ann' },
    `status = 'open' AND length(run_id) < 9 AND run_id NOT LIKE '%71' AND run_id NOT LIKE '%41'`,
  ],
  [
    'claimed by nobody',
    { status: 'open', claimedBy: null },
    `status = 'open' AND NOT (length(run_id) < 9 AND run_id NOT LIKE '%71' AND run_id NOT LIKE '%41')`,
  ],
  ['with a frequent word', { q: 'bill' }, 'true'],
  ['with a rare word', { q: 'zür' }, `title LIKE '%Zürich'`],
  ['with two words, open', { q: 'bill Zürich', status: 'open' }, `title LIKE '%Zürich' AND status = 'open'`],
  ['without a word', { q: '?!' }, 'false'],
];
const ORDER = {
  oldest: 'opened_at, run_id, node_key',
  newest: 'opened_at DESC, run_id DESC, node_key DESC',
  due: 'due_key, run_id, node_key',
};
const CASES = FILTERS.flatMap(([name, filter, where]) =>
  (['oldest', 'newest', 'due'] as const).map((sort) => [name, sort, filter, where] as const),
);

test.each(CASES)('%s, %s: in order, page by page', async (_name, sort, { q, ...filter }, where) => {
  for (const orgId of ['big', 'small']) {
    const expected = await db.$queryRawUnsafe<{ run_id: string }[]>(
      `SELECT run_id FROM gates WHERE org_id = '${orgId}' AND ${where} ORDER BY ${ORDER[sort]} LIMIT 70`,
    );
    const shown: string[] = [];
    for (let after: GatePlace | undefined, more = true; more && shown.length < 70; more = after !== undefined) {
      const { items, next } = await new Gates(db).list({ orgId, filter, q, sort, limit: LIMIT, after });
      shown.push(...items.map(({ run_id }) => run_id));
      after = next;
    }
    expect(shown.slice(0, 70)).toEqual(expected.map(({ run_id }) => run_id));
  }
});

test.each(CASES)('%s, %s: out of an index, a bounded number of gates', async (name, sort, { q, ...filter }) => {
  const { db: watched, queries } = remembering(db);
  const late: Record<GateSort, Date> = { oldest: later(100), newest: later(300), due: later(30) };
  for (const at of [undefined, late[sort]])
    await new Gates(watched).list({
      orgId: 'big',
      filter,
      q,
      sort,
      limit: LIMIT,
      after: at && { at, runId: '', nodeKey: '' },
    });
  const most = name === 'of a run' ? 3 : mostOf(filter, sort, q !== undefined);
  for (const query of queries) {
    for (const step of await planOf(url, query)) {
      if (!/^gate/.test(step['Relation Name'] ?? '')) continue;
      expect(step['Node Type']).not.toBe('Seq Scan');
      expect(seenBy(step)).toBeLessThanOrEqual(most);
    }
  }
});

/** Of each of at most 21 streams a page; where more is asked of each gate, of LOOKED_AT. */
function mostOf(
  { claimedBy, rights, dueBefore, workflow, status }: GateFilter,
  sort: GateSort,
  words: boolean,
): number {
  const asked =
    words ||
    claimedBy !== undefined ||
    rights?.some(({ workflows, persons }) => workflows ?? persons) ||
    (sort === 'due' ? workflow !== undefined : dueBefore !== undefined);
  const streams = sort === 'due' && status === undefined ? 21 : 8;
  return streams * (asked ? LOOKED_AT : LIMIT + 1);
}

test('counts go up to a bound', async () => {
  const gates = new Gates(db);
  expect(await gates.count('big', { status: 'open', rights: finance, dueBefore: later(20_000) }, 1_000)).toBe(
    Number(
      (
        await db.$queryRaw<
          { n: bigint }[]
        >`SELECT count(*) AS n FROM gates WHERE org_id = 'big' AND status = 'open' AND role IN ('operator', '') AND due_at < ${later(20_000)}::timestamptz`
      )[0]!.n,
    ),
  );
  expect(await gates.count('big', { status: 'decided' }, 50)).toBe(50);
});

test.each<[string, GateFilter]>([
  ['assigned', {}],
  ['overdue', { dueBefore: later(20_000) }],
  ['claimed by one', { claimedBy: 'user:2' }],
  ['claimed by nobody', { claimedBy: null }],
])('what is %s is counted out of an index', async (_name, filter) => {
  const { db: watched, queries } = remembering(db);
  await new Gates(watched).count('big', { status: 'open', rights: finance, ...filter }, 50);
  for (const step of await planOf(url, queries[0]!)) {
    if (!/^gate/.test(step['Relation Name'] ?? '')) continue;
    expect(step['Node Type']).not.toBe('Seq Scan');
    expect(seenBy(step)).toBeLessThanOrEqual(8 * LOOKED_AT);
  }
});
