import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { deployMigrations } from '../../prisma/engine/migrations.mjs';
import { givenDatabase, givenRedis } from './given.js';
import { type Postgres, startPostgres } from './postgres.js';

let folder: string;
let postgres: Postgres;
const said: string[] = [];
const say = (line: string): void => void said.push(line);
const without = (url: string, change: Partial<URL>): string => Object.assign(new URL(url), change).href;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heddle-given-'));
  postgres = await startPostgres({ dir: path.join(folder, 'postgres'), database: 'theirs', port: 0, fsync: false });
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => void (said.length = 0));

test('a database that can be used is named without its password', async () => {
  expect(await givenDatabase(postgres.url, say)).toBe(postgres.url);
  expect(said).toEqual([`PostgreSQL is the one of DATABASE_URL: 127.0.0.1:${postgres.port}/theirs`]);
});

test('one with tables of somebody else stays as it is', async () => {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('CREATE TABLE their_own (n integer)');
  await expect(deployMigrations(postgres.url)).rejects.toThrow('schema is not empty');
  const { rows } = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
  expect(rows).toEqual([{ tablename: 'their_own' }]);
  await client.end();
});

test.each([
  ['another password', { password: 'hidden' }, 'password authentication failed'],
  ['another database', { pathname: '/none' }, 'database "none" does not exist'],
  ['another port', { port: '1' }, 'ECONNREFUSED 127.0.0.1:1'],
])('%s: one sentence says what is wrong', async (_what, change, why) => {
  const refused = givenDatabase(without(postgres.url, change), say).catch((err: Error) => err.message);
  expect(await refused).toMatch(/^no PostgreSQL can be used at 127\.0\.0\.1:\d+\/\w+, which DATABASE_URL names: /);
  expect(await refused).toContain(why);
  expect(await refused).not.toContain('hidden');
});

test('a Redis that does not answer, and addresses that are none', async () => {
  await expect(givenRedis('redis://:hidden@127.0.0.1:1', say)).rejects.toThrow(
    'no Redis can be used at 127.0.0.1:1, which REDIS_URL names: connect ECONNREFUSED 127.0.0.1:1',
  );
  await expect(givenRedis('127.0.0.1:6379', say)).rejects.toThrow('REDIS_URL is no URL that begins with redis://');
  await expect(givenDatabase('mysql://127.0.0.1/x', say)).rejects.toThrow('DATABASE_URL is no URL that begins with');
  expect(said).toEqual([]);
});
