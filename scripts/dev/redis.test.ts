import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis as Client } from 'ioredis';
import { skipped } from '../../tests/support/skipped.js';
import { findRedis, startRedis } from './redis.js';
import { beganAt, homeDir } from './state.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'heddle-redis-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const said: string[] = [];
const say = (line: string): void => void said.push(line);
beforeEach(() => void (said.length = 0));

async function withPath<T>(folders: string[], work: () => Promise<T>): Promise<T> {
  const before = process.env['PATH'];
  process.env['PATH'] = folders.join(path.delimiter);
  return work().finally(() => (process.env['PATH'] = before));
}

async function program(name: string, script: string): Promise<string> {
  const file = path.join(folder, 'bin', name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

describe('finding a server', () => {
  test('what is on PATH comes first, Valkey or Redis', async () => {
    const file = await program('valkey-server', 'echo "Valkey server v=9.1.2 sha=0"');
    const find = () => findRedis({ cache: path.join(folder, 'cache'), say });
    expect(await withPath([path.dirname(file)], find)).toEqual({ file, from: 'PATH' });
    expect(said).toEqual([]);
  });

  test('a program that is too old is passed over, and without pip a sentence says what happens now', async () => {
    const file = await program('redis-server', 'echo "Redis server v=6.0.16 sha=0"');
    const find = () => findRedis({ cache: path.join(folder, 'cache'), say });
    expect(await withPath([path.dirname(file)], find)).toBeUndefined();
    expect(said[0]).toContain('is 6.0.16; Redis 6.2 or newer is needed');
    expect(said.at(-1)).toMatch(/^no Redis: .*there is no python3.*Live events travel by PostgreSQL/);
  });

  test('a program that does not run is no Redis', async () => {
    await program('redis-server', 'exit 1');
    expect(await withPath([path.join(folder, 'bin')], () => findRedis({ cache: folder, say }))).toBeUndefined();
  });
});

const found = await findRedis({ cache: path.join(homeDir(), 'bin'), say: console.warn });
const withServer = found ? test : test.skip;
if (!found) skipped('there is no Redis on this machine, so starting one is not tested on it');

const start = (port = 0) => startRedis({ file: found!.file, dir: path.join(folder, 'redis'), port, say });
async function ask<T>(url: string, question: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  return question(client).finally(() => client.disconnect());
}
const gone = async (pid: number, began: string | undefined): Promise<void> => {
  while (began !== undefined && beganAt(pid) === began) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('a server of our own', () => {
  withServer('keeps port and data when it is killed and started again', async () => {
    const first = await start();
    await ask(first.url, async (client) => {
      await client.set('kept', 'yes');
      await client.config('SET', 'appendfsync', 'always');
    });
    const began = beganAt(first.pid);
    process.kill(first.pid, 'SIGKILL');
    await gone(first.pid, began);
    const second = await first.again();
    expect(second).toMatchObject({ url: first.url, adopted: false });
    expect(second.pid).not.toBe(first.pid);
    expect(await ask(second.url, (client) => client.get('kept'))).toBe('yes');
    await second.stop();
    expect(beganAt(second.pid)).toBeUndefined();
    await second.stop(); // once more is no error
  });

  withServer('is adopted when its launcher is killed', async () => {
    const code = `
      const { startRedis } = await import(${JSON.stringify(fileURLToPath(new URL('redis.ts', import.meta.url)))});
      const { pid } = await startRedis({ file: ${JSON.stringify(found?.file)}, dir: ${JSON.stringify(path.join(folder, 'redis'))}, port: 0 });
      console.log(pid);
      setInterval(() => {}, 1000);`;
    const launcher = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = (await once(launcher.stdout, 'data')) as [Buffer];
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    const adopted = await start();
    expect(adopted).toMatchObject({ pid: Number(String(pid)), adopted: true });
    expect(await ask(adopted.url, (client) => client.ping())).toBe('PONG');
    await adopted.stop();
    expect(beganAt(adopted.pid)).toBeUndefined();
  });

  withServer('takes another port when its own is taken, and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const redis = await start(port);
    expect(redis.port).not.toBe(port);
    expect(said).toEqual([`port ${port} is taken; Redis listens on ${redis.port}`]);
    await redis.stop();
    other.close();
  });

  withServer('asks for its password, which only its owner can read', async () => {
    const redis = await start();
    const stranger = new Client({ port: redis.port, host: '127.0.0.1', retryStrategy: null });
    stranger.on('error', () => undefined);
    await expect(stranger.ping()).rejects.toThrow('NOAUTH');
    await stranger.quit();
    const home = path.join(folder, 'redis');
    const [password] = /(?<=redis:\/\/:)[^@]+/.exec(redis.url)!;
    for (const name of await readdir(home)) {
      const file = path.join(home, name);
      const { mode } = await stat(file);
      if (!(await stat(file)).isFile() || !(await readFile(file, 'utf8')).includes(password)) continue;
      expect([name, mode & 0o077]).toEqual([name, 0]);
    }
    await redis.stop();
  });

  test('a program that ends at once is reported with what it said', async () => {
    const file = await program('redis-server', 'echo "no such luck"; exit 3');
    await expect(startRedis({ file, dir: path.join(folder, 'redis'), port: 0 })).rejects.toThrow(
      /it ended with 3\nno such luck/,
    );
  });
});
