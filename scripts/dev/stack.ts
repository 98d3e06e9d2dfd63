import { mkdirSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { deployMigrations } from '../../prisma/engine/migrations.mjs';
import { workflowBundle } from './bundle.js';
import { Kept, type PartSpec } from './keep.js';
import { examples, role, temporalServer } from './parts.js';
import { freePort } from './ports.js';
import { isAlive, type Postgres, startPostgres } from './postgres.js';
import { findRedis, startRedis } from './redis.js';
import { devOrg } from './seed.js';
import { beganAt, cacheDir, type DevState, isUp, readState, signalPart, stateFile, writeState } from './state.js';
import { findTemporal } from './temporal.js';

export interface StackOptions {
  /** Take any free ports instead of the usual ones. */
  anyPorts?: boolean;
  /** How many workers run side by side. */
  workers?: number;
  /** More environment for Heddle's own processes. */
  env?: Record<string, string>;
}

export interface Stack {
  start(): Promise<DevState>;
  stop(): Promise<void>;
}

const PORTS = {
  postgres: 54_329,
  redis: 16_379,
  temporal: 7_233,
  temporalWeb: 8_233,
  api: 8_700,
  agent: 8_710,
  data: 8_711,
};
const LOOK_MS = 300;

/** The whole of Heddle on one machine: database, Redis, Temporal, API, worker, projector, and the examples' outside world. */
export function openStack(home: string, options: StackOptions, say: (line: string) => void): Stack {
  const logs = path.join(home, 'logs');
  const cache = cacheDir();
  const kept: Kept[] = [];
  let postgres: Postgres | undefined;
  let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
  let state: DevState | undefined;
  let stopping = false;
  const watching = new AbortController();
  let watcher: Promise<void> | undefined;

  return { start, stop };

  async function start(): Promise<DevState> {
    await endLeftovers();
    mkdirSync(logs, { recursive: true });
    const ports = await choosePorts();
    const [database, redisUrl, cli, bundle] = await allOf([
      startDatabase(ports.postgres),
      startFeed(ports.redis),
      findTemporal({ cache, say }),
      workflowBundle(path.join(cache, '../bundle')),
    ]);
    const temporal = { port: ports.temporal, uiPort: ports.temporalWeb, db: path.join(home, 'temporal.db') };
    const token = await devToken();
    await Promise.all([keep(await temporalServer(cli.file, temporal)), devOrg(database, token)]);
    const address = (port: number) => `http://127.0.0.1:${port}`;
    const found = { agent_url: address(ports.agent), data_url: address(ports.data) };
    const env = {
      ...options.env,
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
      TEMPORAL_WEB_URL: address(ports.temporalWeb),
      DATABASE_URL: database,
      ...(redisUrl === undefined ? { REDIS_URL: '' } : { REDIS_URL: redisUrl }),
      ARTIFACTS_URL: pathToFileURL(path.join(home, 'artifacts')).href,
      API_PORT: String(ports.api),
      EGRESS_ALLOW: [
        `127.0.0.1:${ports.agent}`,
        `127.0.0.1:${ports.data}`,
        options.env?.['EGRESS_ALLOW'] ?? process.env['EGRESS_ALLOW'],
      ]
        .filter(Boolean)
        .join(','),
      WORKFLOW_BUNDLE: bundle,
    };
    state = {
      api: address(ports.api),
      web: address(ports.api),
      temporal: env.TEMPORAL_ADDRESS,
      temporal_web: env.TEMPORAL_WEB_URL,
      token,
      examples: found,
      pids: {},
      began: {},
    };
    const workers = Array.from({ length: options.workers ?? 1 }, (_, i) =>
      role(i === 0 ? 'worker' : `worker-${i + 1}`, 'workers/engine.ts', env),
    );
    await Promise.all(
      [
        role('api', 'api/main.ts', env),
        ...workers,
        role('projector', 'workers/projector.ts', env),
        examples({ EXAMPLES_AGENT_PORT: String(ports.agent), EXAMPLES_DATA_PORT: String(ports.data) }),
      ].map(keep),
    );
    watcher = watch(ports.postgres);
    save();
    return state;
  }

  async function stop(): Promise<void> {
    stopping = true;
    watching.abort();
    await watcher;
    const part = (name: string) => kept.filter((each) => each.name.startsWith(name));
    await Promise.all([...part('api'), ...part('worker'), ...part('projector')].map((each) => each.stop()));
    await Promise.all([...part('examples'), ...part('temporal')].map((each) => each.stop()));
    await redis?.stop();
    await postgres?.stop();
    rmSync(stateFile(home), { force: true });
  }

  async function keep(spec: PartSpec): Promise<void> {
    const part = new Kept(spec, { logs, say, onChange: save });
    kept.push(part);
    await part.start();
  }

  async function startDatabase(port: number): Promise<string> {
    postgres = await startPostgres({ dir: path.join(home, 'postgres'), database: 'heddle', port, say });
    const applied = await deployMigrations(postgres.url);
    if (applied.length > 0) say(`the database has ${applied.length} new migrations`);
    return postgres.url;
  }

  async function startFeed(port: number): Promise<string | undefined> {
    const given = process.env['REDIS_URL'];
    if (given) return given;
    const found = await findRedis({ cache, say });
    if (!found) return undefined;
    redis = await startRedis({ file: found.file, dir: path.join(home, 'redis'), port, say });
    return redis.url;
  }

  async function choosePorts(): Promise<typeof PORTS> {
    const chosen = { ...PORTS };
    for (const name of Object.keys(PORTS) as (keyof typeof PORTS)[])
      chosen[name] = await freePort(options.anyPorts ? 0 : PORTS[name], say, NAMES[name]);
    return chosen;
  }

  /** Database and Redis are no children that report their death, so they are looked at. */
  async function watch(port: number): Promise<void> {
    while (!watching.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: watching.signal }).catch(() => undefined);
      if (stopping) return;
      try {
        if (postgres?.pid !== undefined && !isAlive(postgres.pid)) {
          say('PostgreSQL died; starting it again');
          postgres = await startPostgres({ dir: path.join(home, 'postgres'), database: 'heddle', port, say });
          save();
        }
        if (redis?.pid !== undefined && !isAlive(redis.pid)) {
          say('Redis died; starting it again');
          redis = await redis.again();
          save();
        }
      } catch (err) {
        say(`it does not come up yet: ${(err as Error).message}`);
      }
    }
  }

  /** Parts of a stack whose supervisor was killed: they are ended before new ones take their places. PostgreSQL and Redis are adopted. */
  async function endLeftovers(): Promise<void> {
    const left = readState(home);
    if (!left) return;
    const parts = Object.keys(left.pids).filter(
      (part) => !['supervisor', 'postgres', 'redis'].includes(part) && isUp(left, part),
    );
    if (parts.length > 0) say(`ending what a killed stack left behind: ${parts.join(', ')}`);
    for (const part of parts) signalPart(left, part, 'SIGKILL');
    while (parts.some((part) => isUp(left, part))) await sleep(50);
  }

  /** Kept from start to start, so that a terminal's HEDDLE_TOKEN stays good. */
  async function devToken(): Promise<string> {
    const file = path.join(home, 'token');
    const known = await readFile(file, 'utf8').catch((err: NodeJS.ErrnoException) => {
      if (err.code === 'ENOENT') return undefined;
      throw err;
    });
    if (known) return known.trim();
    const { newToken } = await import('../../adapters/postgres/api-keys.js');
    const token = newToken();
    await writeFile(file, `${token}\n`, { mode: 0o600 });
    return token;
  }

  function save(): void {
    if (!state || stopping) return;
    const pids: Record<string, number | undefined> = {
      supervisor: process.pid,
      postgres: postgres?.pid,
      redis: redis?.pid,
      ...Object.fromEntries(kept.map(({ name, pid }) => [name, pid])),
    };
    state.pids = {};
    state.began = {};
    for (const [name, pid] of Object.entries(pids)) {
      const began = pid === undefined ? undefined : beganAt(pid);
      if (began === undefined) continue;
      state.pids[name] = pid!;
      state.began[name] = began;
    }
    writeState(home, state);
  }
}

const NAMES: Record<keyof typeof PORTS, string> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  temporal: 'Temporal',
  temporalWeb: 'Temporal Web',
  api: 'the API',
  agent: 'the example agent',
  data: 'the example data server',
};

/** As Promise.all, but what one failure leaves under way is over when it is told: nothing starts behind the back of a stop. */
async function allOf<T extends readonly Promise<unknown>[]>(works: [...T]): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works) as Promise<{ [K in keyof T]: Awaited<T[K]> }>;
}
