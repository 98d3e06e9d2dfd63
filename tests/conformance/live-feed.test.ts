import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { WiredFeed } from '../../adapters/events/feed.js';
import { openFeed } from '../../adapters/events/index.js';
import { postgresWire } from '../../adapters/events/postgres.js';
import { redisWire } from '../../adapters/events/redis.js';
import { versionOf } from '../../scripts/dev/find-redis.js';
import { startPostgres } from '../../scripts/dev/postgres.js';
import { findRedis, startRedis } from '../../scripts/dev/redis.js';
import { beganAt, homeDir } from '../../scripts/dev/state.js';
import type { FeedServer } from '../support/feed-server.js';
import { describeLiveFeed } from '../support/live-feed.js';
import { skipped } from '../support/skipped.js';

const newFolder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'heddle-feed-'));

const IMPATIENT = { answerMs: 1_000, beatMs: 200 };
const withPort = (url: string, port: number): string => Object.assign(new URL(url), { port: String(port) }).href;

async function killed(pid: number): Promise<void> {
  const began = beganAt(pid);
  process.kill(pid, 'SIGKILL');
  while (began !== undefined && beganAt(pid) === began) await sleep(10);
}

async function postgresServer(): Promise<FeedServer> {
  const dir = await newFolder();
  const start = () => startPostgres({ dir, database: 'heddle', port: 0, fsync: false });
  let server = await start();
  const ask = async (text: string) => {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.query<{ n: number }>(text);
    } finally {
      await client.end();
    }
  };
  const ours = `FROM pg_stat_activity WHERE application_name = 'heddle feed'`;
  return {
    keeps: false,
    config: { databaseUrl: server.url },
    open: (say) => openFeed({ databaseUrl: server.url }, say),
    port: server.port,
    openImpatient: (port) => new WiredFeed(postgresWire(withPort(server.url, port), IMPATIENT), () => undefined),
    async kill() {
      const { rows } = await ask(`SELECT pid AS n ${ours}`);
      const began = new Map(rows.map(({ n }) => [n, beganAt(n)]));
      await killed(server.pid!);
      // Its children end a moment after it, and may answer until then.
      while ([...began].some(([pid, time]) => time !== undefined && beganAt(pid) === time)) await sleep(10);
    },
    async revive() {
      const before = server.url;
      server = await start();
      expect(server.url).toBe(before);
    },
    cut: async () => void (await ask(`SELECT count(pg_terminate_backend(pid))::int AS n ${ours}`)),
    connections: async () => (await ask(`SELECT count(*)::int AS n ${ours}`)).rows[0]!.n,
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function redisServer(file: string): Promise<FeedServer> {
  const dir = await newFolder();
  let server = await startRedis({ file, dir, port: 0 });
  const ask = async <T>(question: (client: Redis) => Promise<T>): Promise<T> => {
    const client = new Redis(server.url);
    return question(client).finally(() => client.disconnect());
  };
  const ours = (client: Redis) =>
    client
      .client('LIST')
      .then((list) => [...String(list).matchAll(/^id=(\d+) .*name=heddle-feed /gm)].map(([, id]) => id!));
  // Nothing listens there: whoever has Redis does without the database.
  const databaseUrl = 'postgresql://127.0.0.1:1/none';
  return {
    keeps: true,
    config: { redisUrl: server.url, databaseUrl },
    open: (say) => openFeed({ redisUrl: server.url, databaseUrl }, say),
    port: server.port,
    openImpatient: (port) => new WiredFeed(redisWire(withPort(server.url, port), IMPATIENT), () => undefined),
    kill: () => killed(server.pid),
    async revive() {
      const before = server.url;
      server = await server.again();
      expect(server.url).toBe(before);
    },
    cut: () =>
      ask(async (client) => {
        for (const id of await ours(client)) await client.client('KILL', 'ID', id);
      }),
    connections: () => ask(async (client) => (await ours(client)).length),
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Those that are named, what `npm start` would take, and what it would fetch where there is none. */
async function redisServers(): Promise<string[]> {
  const named = (process.env['TEST_REDIS_SERVERS'] ?? '').split(',').filter((file) => file !== '');
  const look = { cache: path.join(homeDir(), 'bin'), say: (line: string) => console.warn(line) };
  const found = [await findRedis(look), await findRedis({ ...look, path: '' })].flatMap((each) => each?.file ?? []);
  // By their own names: some tell by the name that they are called by what they are.
  const distinct = new Map<string, string>();
  for (const file of [...named, ...found]) distinct.set(await realpath(file), file);
  return [...distinct.values()];
}

describeLiveFeed('PostgreSQL', postgresServer);
const servers = await redisServers();
for (const file of servers)
  describeLiveFeed(`${path.basename(file)} ${await versionOf(file)}`, () => redisServer(file));
if (servers.length === 0) {
  skipped('there is no Redis on this machine and none can be fetched, so its feed is not tested on it');
}
