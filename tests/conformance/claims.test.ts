import pg from 'pg';
import { Claims } from '../../adapters/postgres/claims.js';
import { until } from '../support/workflow.js';

/** Claims on a real PostgreSQL that breaks their connection. */
const url = process.env['TEST_DATABASE_URL']!;
let sql: pg.Client;
let claims: Claims;
beforeEach(async () => {
  sql = new pg.Client({ connectionString: url });
  await sql.connect();
  claims = new Claims(url);
});
afterEach(async () => {
  await claims.close();
  await sql.end();
});

const connections = async (): Promise<number[]> =>
  (
    await sql.query<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE application_name = 'heddle claims'")
  ).rows.map(({ pid }) => pid);

/** A claim that is held until it is let go. */
function hold(name: string): { begun: Promise<void>; let: () => void; done: Promise<boolean> } {
  let go = (): void => undefined;
  let begin = (): void => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const done = claims.exclusively(name, () => {
    begin();
    return held;
  });
  return { begun, let: go, done };
}

test('what one holds another does not get', async () => {
  const other = new Claims(url);
  const a = hold('a');
  await a.begun;
  expect(await other.exclusively('a', async () => undefined)).toBe(false);
  expect(await other.exclusively('b', async () => undefined)).toBe(true);
  a.let();
  expect(await a.done).toBe(true);
  expect(await other.exclusively('a', async () => undefined)).toBe(true);
  await other.close();
});

test('claims that broke with a connection leave the one after it alone', async () => {
  const old = [hold('a'), hold('b')];
  await Promise.all(old.map(({ begun }) => begun));
  const [pid] = await connections();
  await sql.query('SELECT pg_terminate_backend($1)', [pid]);
  await until(async () => (await connections()).length === 0);

  const next = await until(async () => {
    const held = hold('c');
    const began = await Promise.race([held.begun.then(() => true), held.done.catch(() => false)]);
    return began && held; // the break may not have been heard of yet
  });
  for (const each of old) each.let();
  await Promise.all(old.map(({ done }) => done));
  expect(await claims.exclusively('d', async () => undefined)).toBe(true);
  expect(await connections()).toHaveLength(1);
  next.let();
  await next.done;
});
