import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { deployMigrations } from '../../prisma/engine/migrations.mjs';
import { workflowBundle } from './bundle.js';
import { givenDatabase, givenRedis } from './given.js';
import { Kept, type PartSpec } from './keep.js';
import { examples, role, temporalServer } from './parts.js';
import { choosePorts, USUAL_PORTS } from './ports.js';
import { isAlive, type Postgres, startPostgres } from './postgres.js';
import { findRedis, type Redis, startRedis } from './redis.js';
import { devOrg, devActorKeys, devSecretKeys, devToken } from './seed.js';
import {
  cacheDir,
  type DevState,
  isUp,
  processesOf,
  readProcesses,
  removeProcesses,
  removeState,
  signalPart,
  writeProcesses,
  writeState,
} from './state.js';
import { findTemporal } from './temporal.js';
import { buildWeb } from '../web/build.js';

export interface StackOptions {
  /** Take any free ports instead of the usual ones. */
  anyPorts?: boolean;
}

export interface Stack {
  start(): Promise<void>;
  /** Ends all of it, at whatever point its start is. */
  stop(): Promise<void>;
}

type Addresses = Omit<DevState, 'pids' | 'began'>;

const LOOK_MS = 300;

/** The whole of Heddle on one machine: database, Redis, Temporal, API, worker, projector, and the examples' outside world. */
export function openStack(home: string, { anyPorts = false }: StackOptions, say: (line: string) => void): Stack {
  const logs = path.join(home, 'logs');
  const cache = cacheDir();
  const stopping = new AbortController();
  const { signal } = stopping;
  /** What start has under way: it must have ended before all can be said to be stopped. */
  const underWay: Promise<unknown>[] = [];
  const kept: Kept[] = [];
  const left = readProcesses(home);
  let postgres: Postgres | undefined;
  let redis: Redis | undefined;
  let addresses: Addresses | undefined;

  return { start, stop };

  async function start(): Promise<void> {
    removeState(home); // of a stack that was killed
    save();
    await endLeftovers();
    mkdirSync(logs, { recursive: true });
    const web = builtWeb(); // beside all the rest: only the API waits for it
    underWay.push(web);
    const [database, redisUrl, cli, bundle, token, secretKeys, actorKeys] = await all([
      startDatabase(),
      startFeed(),
      findTemporal({ cache, say, signal }),
      workflowBundle(path.join(cache, '../bundle')),
      devToken(home),
      devSecretKeys(home),
      devActorKeys(home),
    ]);
    const temporal = await choosePorts(['temporal', 'temporalWeb'], { any: anyPorts, say });
    const place = { port: temporal.temporal, uiPort: temporal.temporalWeb, db: path.join(home, 'temporal.db') };
    await all([temporalServer(cli.file, place).then(keep), devOrg(database, token)]);
    await web;
    const ports = { ...temporal, ...(await choosePorts(['api', 'agent', 'data'], { any: anyPorts, say })) };
    const env = environment(ports, { database, redisUrl, bundle, secretKeys, actorKeys });
    await all([
      keep(role('api', 'api/main.ts', env)),
      keep(role('worker', 'workers/engine.ts', env)),
      keep(role('projector', 'workers/projector.ts', env)),
      keep(examples({ EXAMPLES_AGENT_PORT: String(ports.agent), EXAMPLES_DATA_PORT: String(ports.data) })),
    ]);
    addresses = {
      ...{ api: address(ports.api), web: address(ports.api), temporal: env.TEMPORAL_ADDRESS },
      ...{ temporal_web: address(ports.temporalWeb), token },
      examples: { agent_url: address(ports.agent), data_url: address(ports.data) },
    };
    save();
    underWay.push(watch());
  }

  async function stop(): Promise<void> {
    stopping.abort(new Error('it is asked to stop'));
    removeState(home); // from now on nobody finds it by that
    const those = (...names: string[]) => kept.filter(({ name }) => names.includes(name)).map((each) => each.stop());
    await Promise.all(those('api', 'worker', 'projector'));
    await Promise.all(those('examples', 'temporal'));
    await Promise.allSettled(underWay);
    await redis?.stop();
    await postgres?.stop();
    removeProcesses(home);
  }

  /** Promise.all, of which stop waits for each, also when one has failed meanwhile. */
  function all<T extends readonly unknown[]>(tasks: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
    underWay.push(...tasks.map((task) => Promise.resolve(task)));
    return Promise.all(tasks);
  }

  async function keep(spec: PartSpec): Promise<void> {
    signal.throwIfAborted();
    const part = new Kept(spec, { logs, say, onChange: save });
    kept.push(part);
    await part.start();
  }

  /** Without a web app all the rest works: the API says in its place how to build it. */
  async function builtWeb(): Promise<void> {
    try {
      await buildWeb({ say, signal });
    } catch (err) {
      if (signal.aborted) return;
      writeFileSync(path.join(logs, 'build-web.log'), `${(err as Error).message}\n`, { mode: 0o600 });
      say(`the web app could not be built, the rest comes up without it; see ${path.join(logs, 'build-web.log')}`);
    }
  }

  async function startDatabase(): Promise<string> {
    const given = process.env['DATABASE_URL'];
    if (!given) await startOwnDatabase();
    const url = given ? await givenDatabase(given, say) : postgres!.url;
    signal.throwIfAborted();
    const applied = await deployMigrations(url);
    if (applied.length > 0) say(`the database has ${applied.length} new migrations`);
    return url;
  }

  async function startOwnDatabase(): Promise<void> {
    const port = anyPorts ? 0 : USUAL_PORTS.postgres;
    postgres = await startPostgres({ dir: path.join(home, 'postgres'), database: 'heddle', port, say });
    save();
  }

  async function startFeed(): Promise<string | undefined> {
    const given = process.env['REDIS_URL'];
    if (given) return givenRedis(given, say);
    const found = await findRedis({ cache, say, signal });
    signal.throwIfAborted();
    if (!found) return undefined;
    const port = anyPorts ? 0 : USUAL_PORTS.redis;
    redis = await startRedis({ file: found.file, dir: path.join(home, 'redis'), port, say });
    save();
    return redis.url;
  }

  function environment(
    ports: Record<'temporal' | 'temporalWeb' | 'api' | 'agent' | 'data', number>,
    found: { database: string; redisUrl: string | undefined; bundle: string; secretKeys: string; actorKeys: string },
  ) {
    const allowed = [`127.0.0.1:${ports.agent}`, `127.0.0.1:${ports.data}`, process.env['EGRESS_ALLOW']];
    return {
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
      TEMPORAL_WEB_URL: address(ports.temporalWeb),
      DATABASE_URL: found.database,
      REDIS_URL: found.redisUrl ?? '',
      ARTIFACTS_URL: pathToFileURL(path.join(home, 'artifacts')).href,
      API_PORT: String(ports.api),
      EGRESS_ALLOW: allowed.filter(Boolean).join(','),
      STORED_SECRET_KEYS: process.env['STORED_SECRET_KEYS'] || found.secretKeys,
      ACTOR_SIGNING_KEYS: process.env['ACTOR_SIGNING_KEYS'] || found.actorKeys,
      WORKFLOW_BUNDLE: found.bundle,
    };
  }

  /** Database and Redis are no children that report their death, so they are looked at. */
  async function watch(): Promise<void> {
    while (!signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        if (postgres?.pid !== undefined && !isAlive(postgres.pid)) {
          say('PostgreSQL died; starting it again');
          await startOwnDatabase();
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

  /** Parts of a stack whose supervisor was killed are ended before new ones take their places. PostgreSQL and Redis are adopted. */
  async function endLeftovers(): Promise<void> {
    const wanted = { postgres: !process.env['DATABASE_URL'], redis: !process.env['REDIS_URL'] };
    const parts = Object.keys(leftovers()).filter((part) => !wanted[part as keyof typeof wanted]);
    if (parts.length > 0) say(`ending what a killed stack left behind: ${parts.join(', ')}`);
    for (const part of parts) signalPart(left, part, 'SIGKILL');
    while (parts.some((part) => isUp(left, part))) await sleep(50);
  }

  /** What is still there of the stack before. */
  function leftovers(): Record<string, number> {
    return Object.fromEntries(Object.entries(left.pids).filter(([part]) => isUp(left, part)));
  }

  /** Writes down who is who now; other tools are told only while all is up. */
  function save(): void {
    const processes = processesOf({
      ...leftovers(),
      ...Object.fromEntries(kept.map(({ name, pid }) => [name, pid])),
      ...(postgres && { postgres: postgres.pid }),
      ...(redis && { redis: redis.pid }),
      supervisor: process.pid,
    });
    writeProcesses(home, processes);
    if (addresses && !signal.aborted) writeState(home, { ...addresses, ...processes });
  }
}

const address = (port: number): string => `http://127.0.0.1:${port}`;
