import fc from 'fast-check';
import { type Db, openDb } from '../../adapters/postgres/db.js';
import {
  archiveLogs,
  dropOrphanedLines,
  type LogFilter,
  type LogPlace,
  runsWithLateLines,
} from '../../adapters/postgres/log-archive.js';
import { Logs } from '../../adapters/postgres/logs.js';
import type { LogLine } from '../../core/events/live.js';
import { cloneDatabase } from '../support/e2e.js';
import { logLine, storedOrg, storedRun } from '../support/stored-runs.js';

/** Lines of a closed run are moved into an archive; who reads them sees no difference. */
let db: Db;
let logs: Logs;
const ORG = 'org_logs';
const SEALED = new Date();
let count = 0;
const newRun = async (sealedAt?: Date): Promise<string> => {
  const id = `run_${count++}`;
  await storedRun(db, { id, orgId: ORG, ...(sealedAt ? { sealedAt } : {}) });
  return id;
};

beforeAll(async () => {
  db = openDb(await cloneDatabase(`log_archive_${process.pid}`), 4);
  logs = new Logs(db);
  await storedOrg(db, ORG);
});
afterAll(() => db.$disconnect());

type Asked = LogFilter & { search?: string };
async function pages(runId: string, asked: Asked, limit: number, order: 'asc' | 'desc' = 'asc'): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for (let after: LogPlace | undefined; ; ) {
    const { lines: page, next } = await logs.list(runId, { ...asked, order, limit, after });
    expect(page.length).toBeLessThanOrEqual(limit);
    all.push(...page);
    if (!next) return all;
    after = next;
  }
}

const KEYS = ['a', 'B', 'b_1', 'b[2]', 'b[10]', 'Z'];
const lines = fc.uniqueArray(
  fc.record({
    node_key: fc.constantFrom(...KEYS),
    attempt: fc.integer({ min: 1, max: 2 }),
    seq: fc.nat(40),
    at: fc.nat(6).map((ms) => new Date(1.7e12 + ms).toISOString()), // most of them at the same time
    stream: fc.constantFrom<LogLine['stream']>('stdout', 'stderr', 'system'),
    text: fc.constantFrom('', 'ünï 💡', '"quoted"\\', '\t\u0001', 'Bl\u001b[34mue\u001b[0m'),
  }),
  { selector: ({ node_key, attempt, seq }) => `${node_key} ${attempt} ${seq}`, maxLength: 60, size: 'max' },
);

/** What a filter says, told once more. */
const fits = (line: Omit<LogLine, 'run_id'>, { node, attempt, search }: Asked): boolean =>
  (node === undefined || [node, ...[2, 10].map((i) => `${node}[${i}]`)].includes(line.node_key)) &&
  (attempt === undefined || line.attempt === attempt) &&
  (search === undefined || (PLAIN[line.text] ?? '').includes(search.toLowerCase()));
const PLAIN: Record<string, string> = { 'Bl\u001b[34mue\u001b[0m': 'blue', '"quoted"\\': '"quoted"\\' };

test('before, while and after it is archived a log reads the same', async () => {
  const filters: Asked[] = [
    ...[{}, { node: 'b[2]' }, { attempt: 2 }, { node: 'B', attempt: 1 }, { node: 'none' }],
    ...[{ node: 'b' }, { search: 'UE' }, { search: 'e', node: 'b', attempt: 1 }, { search: 'none' }],
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(lines, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 3, max: 30 }),
      async (batches, limit) => {
        const [plain, moved] = [await newRun(), await newRun(SEALED)];
        const reads = async (runId: string) =>
          Promise.all(
            filters.map(async (filter) => {
              const read = (await pages(runId, filter, limit)).map(({ run_id: _run, ...line }) => line);
              const back = (await pages(runId, filter, limit, 'desc')).map(({ run_id: _run, ...line }) => line);
              expect(back.toReversed()).toEqual(read);
              return read;
            }),
          );
        for (const [i, batch] of batches.entries()) {
          const fresh = batch.map((line) => ({ ...line, seq: line.seq + 100 * i }));
          const again = i === 0 ? [] : batches[0]!; // is archived by now
          for (const run_id of [plain, moved])
            await logs.append([...again, ...fresh].map((line) => ({ run_id, ...line })));
          const expected = await reads(plain);
          const [whole] = expected;
          expect(expected).toEqual(filters.map((filter) => whole!.filter((line) => fits(line, filter))));
          expect(await reads(moved)).toEqual(expected);
          await archiveLogs(db, moved);
          expect(await reads(moved)).toEqual(expected);
        }
        expect(await db.nodeLog.count({ where: { runId: moved } })).toBe(0);
      },
    ),
    { numRuns: 15 },
  );
});
test('many lines make several parts; movers at the same time share them; readers meanwhile miss nothing', async () => {
  const id = await newRun(SEALED);
  const all = Array.from({ length: 4_500 }, (_, seq) => logLine(id, seq));
  for (let i = 0; i < all.length; i += 500) await logs.append(all.slice(i, i + 500));
  let moving = true;
  const moved = Promise.all([1, 2, 3].map(() => archiveLogs(db, id))).finally(() => (moving = false));
  do expect((await pages(id, {}, 1_000)).length).toBe(all.length);
  while (moving);
  await moved;
  expect(await pages(id, {}, 1_000)).toEqual(all);
  const parts = await db.logArchive.findMany({ where: { runId: id }, orderBy: { part: 'asc' } });
  expect(parts.map(({ part, count: n, nodes }) => [part, n, nodes])).toEqual([
    [0, 2_000, ['a']],
    [1, 2_000, ['a']],
    [2, 500, ['a']],
  ]);
});

test('one request looks through so many lines, and says where it has stopped', async () => {
  const id = await newRun();
  await db.$executeRaw`
    INSERT INTO node_logs (run_id, node_key, attempt, seq, at, stream, text)
    SELECT ${id}, 'a', 1, n, 'epoch'::timestamptz + n * interval '1 ms', 'stdout', CASE WHEN n % 10000 = 7 THEN 'Found' ELSE 'line' END
    FROM generate_series(0, 44999) n`;
  const order = 'desc';
  const first = await logs.list(id, { order, limit: 10, search: 'found' });
  expect(first.lines.map(({ seq }) => seq)).toEqual([40_007, 30_007]);
  expect(first.next?.seq).toBe(25_000);
  const nothing = await logs.list(id, { order, limit: 10, search: 'nowhere' });
  expect(nothing).toMatchObject({ lines: [], next: { seq: 25_000 } });
  expect((await pages(id, { search: 'found' }, 2, order)).map(({ seq }) => seq)).toEqual([
    40_007, 30_007, 20_007, 10_007, 7,
  ]);
});

test('lines of an open run stay; lines that come late are found; lines of nothing are dropped', async () => {
  const [open, closed] = [await newRun(), await newRun(SEALED)];
  for (const id of [open, closed, 'run_gone']) await logs.append([logLine(id, 0)]);
  for (const id of [open, 'run_gone']) await archiveLogs(db, id);
  expect(await db.nodeLog.count({ where: { runId: { in: [open, 'run_gone'] } } })).toBe(2);

  const later = (ms: number) => runsWithLateLines(db, 100, new Date(SEALED.getTime() + ms));
  expect(await later(59_000)).toEqual(['run_gone']);
  expect((await later(61_000)).toSorted()).toEqual([closed, 'run_gone'].toSorted());
  expect(await runsWithLateLines(db, 1, new Date(SEALED.getTime() + 61_000))).toHaveLength(1);

  for (const id of [open, closed, 'run_gone']) await dropOrphanedLines(db, id);
  expect(await later(61_000)).toEqual([closed]);
});
