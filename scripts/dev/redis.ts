import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import { versionOf } from './find-redis.js';
import { freePort } from './ports.js';
import { beganAt } from './state.js';

export { findRedis } from './find-redis.js';

export interface Redis {
  url: string;
  port: number;
  pid: number;
  /** It was left running by a launcher that died. */
  adopted: boolean;
  /** Starts it once more after it died, at its port if that is still free. */
  again(): Promise<Redis>;
  stop(): Promise<void>;
}

interface Options {
  /** The server's program. */
  file: string;
  dir: string;
  /** The wanted port; a port that was had before is kept, and another is found when it is taken. */
  port?: number;
  say?: (line: string) => void;
}

interface State {
  password: string;
  port?: number;
}

const START_MS = 30_000;
const STOP_MS = 10_000;

/**
 * A Redis or Valkey of our own, on loopback, behind a password. Keeps its port, password and data, and adopts the server that a killed
 * launcher left behind.
 */
export async function startRedis(options: Options): Promise<Redis> {
  const { file, port = 16_379, say = () => undefined } = options;
  const home = path.resolve(options.dir);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const stateFile = path.join(home, 'server.json');
  const state = await readFile(stateFile, 'utf8').then(
    (text) => JSON.parse(text) as State,
    (): State => ({ password: randomBytes(18).toString('base64url') }),
  );
  const urlOf = (at: number): string => `redis://:${state.password}@127.0.0.1:${at}`;
  const opened = (pid: number, adopted: boolean): Redis => ({
    ...{ url: urlOf(state.port!), port: state.port!, pid, adopted },
    again: () => startRedis(options),
    stop: () => stopServer(pid, say),
  });

  const left = Number(await readFile(path.join(home, 'server.pid'), 'utf8').catch(() => ''));
  if (left && state.port && (await serverAt(urlOf(state.port))) === left) return opened(left, true);

  state.port = await freePort(state.port ?? port, say, 'Redis');
  await writeFile(stateFile, JSON.stringify(state), { mode: 0o600 });
  // What one version wrote another may not be able to read, and what is in here may be lost: each has a folder of its own.
  const data = path.join(home, `data-${path.basename(file)}-${(await versionOf(file)) ?? 'unknown'}`);
  await mkdir(data, { recursive: true });
  const settings = path.join(home, 'redis.conf');
  await writeFile(settings, configuration({ home, data, port: state.port, password: state.password }), { mode: 0o600 });

  const log = path.join(home, 'server.log');
  const output = openSync(log, 'a', 0o600);
  const child = spawn(file, [settings], { detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  try {
    await answers(child, urlOf(state.port));
  } catch (err) {
    const said = (await readFile(log, 'utf8')).trim().split('\n').slice(-5).join('\n');
    throw new Error(`Redis does not start: ${(err as Error).message}\n${said}`, { cause: err });
  }
  return opened(child.pid!, false);
}

/** In a file for its owner alone, since every user of the machine may read a command line. */
function configuration({
  home,
  data,
  port,
  password,
}: {
  home: string;
  data: string;
  port: number;
  password: string;
}): string {
  const settings = {
    bind: '127.0.0.1',
    port,
    requirepass: password,
    dir: JSON.stringify(data),
    pidfile: JSON.stringify(path.join(home, 'server.pid')),
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '""',
    daemonize: 'no',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

/** Resolves when the very server that was started answers; rejects when it ends before that. */
async function answers(child: ChildProcess, url: string): Promise<void> {
  let ended: string | undefined;
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? code}`));
  child.once('error', (err) => (ended = err.message));
  for (const until = Date.now() + START_MS; ; await sleep(20)) {
    if (ended !== undefined) throw new Error(ended);
    if ((await serverAt(url)) === child.pid) return;
    if (Date.now() < until) continue;
    child.kill('SIGKILL');
    throw new Error(`it does not answer within ${START_MS / 1000} s`);
  }
}

/** The process id of the Redis that answers there to our password. */
async function serverAt(url: string): Promise<number | undefined> {
  const client = new Client(url, {
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    socketTimeout: 3_000,
  });
  client.on('error', () => undefined); // the rejected call below says the same
  try {
    await client.connect();
    return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
  } catch {
    return undefined; // nothing listens, it is still loading, or it is not ours
  } finally {
    if (client.status !== 'end') client.disconnect();
  }
}

/** Asked to end, it writes down what it has. */
async function stopServer(pid: number, say: (line: string) => void): Promise<void> {
  const began = beganAt(pid);
  if (began === undefined) return;
  process.kill(pid, 'SIGTERM');
  for (let until = Date.now() + STOP_MS; beganAt(pid) === began; await sleep(20)) {
    if (Date.now() < until) continue;
    say('Redis does not end; it is killed');
    process.kill(pid, 'SIGKILL');
    until = Infinity;
  }
}
