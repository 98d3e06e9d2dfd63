import pg from 'pg';
import { deployMigrations, drift } from '../../prisma/engine/migrations.mjs';
import { cloneDatabase } from '../support/e2e.js';

const sql = async (url: string, text: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
};

let url: string;
beforeAll(async () => {
  url = await cloneDatabase(`migrations_${process.pid}`);
});

test('schema, migrations and database agree, and deploying again changes nothing', async () => {
  expect(await deployMigrations(url)).toEqual([]);
  expect(await drift(url)).toEqual([]);
});

test.each([
  ['a dropped trigger', 'DROP TRIGGER audit_log_append_only ON audit_log', 'audit_log_append_only'],
  ['a dropped check', 'ALTER TABLE gates DROP CONSTRAINT gates_status_known', 'gates_status_known'],
  ['a dropped partial index', 'DROP INDEX workflow_runs_unsealed', 'workflow_runs_unsealed'],
  ['a column of its own', 'ALTER TABLE orgs ADD COLUMN colour text', 'colour'],
])('%s is drift', async (_what, change, named) => {
  await sql(url, change);
  expect((await drift(url)).join('\n')).toContain(named);
});

test('every table of Sprint 5 is there', async () => {
  const rows = (await sql(
    url,
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  )) as { name: string }[];
  expect(rows.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['workflows', 'workflow_runs', 'workflow_nodes', 'workflow_edges', 'node_runs']),
  );
});
