import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { deployMigrations } from '../../prisma/engine/migrations.mjs';
import { temporalAnswers } from '../dev/parts.js';
import { freePort } from '../dev/ports.js';
import { startPostgres } from '../dev/postgres.js';
import { findRedis, startRedis } from '../dev/redis.js';
import { cacheDir } from '../dev/state.js';
import { devServerArgs, findTemporal } from '../dev/temporal.js';
import { workflowBundle } from '../dev/bundle.js';

export interface Servers {
  temporal: { address: string; pid: number };
  /** PostgreSQL, and Redis where it is. */
  stores: number[];
  /** For Heddle's processes, and for the hand-written worker. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

type Say = (line: string) => void;

/** The servers that all contenders share, with the settings and durability of `npm start`, and data of their own. */
export async function startServers(folder: string, say: Say): Promise<Servers> {
  const cache = cacheDir();
  const [{ file: cli }, redisFile, bundle] = await Promise.all([
    findTemporal({ cache, say }),
    findRedis({ cache, say }),
    workflowBundle(path.join(cache, '../bundle')),
  ]);
  const postgres = await startPostgres({ dir: path.join(folder, 'postgres'), database: 'heddle', port: 0 });
  const dir = path.join(folder, 'redis');
  const redis = redisFile && (await startRedis({ file: redisFile.file, dir, port: await freePort(0), say }));
  await deployMigrations(postgres.url);
  const port = await freePort(0);
  const db = path.join(folder, 'temporal.db');
  const temporal = spawn(cli, await devServerArgs({ port, db }), { stdio: 'ignore', detached: true });
  const gone = new Promise((resolve) => temporal.once('exit', resolve));
  const address = `127.0.0.1:${port}`;
  await temporalAnswers(address);
  const artifacts = path.join(folder, 'artifacts');
  await mkdir(artifacts);
  return {
    temporal: { address, pid: temporal.pid! },
    stores: [postgres.pid, redis?.pid].filter((pid) => pid !== undefined),
    env: {
      TEMPORAL_ADDRESS: address,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis?.url ?? '',
      ARTIFACTS_URL: pathToFileURL(artifacts).href,
      WORKFLOW_BUNDLE: bundle,
      LOG_LEVEL: 'warn',
      PAYLOAD_KEYS: '', // whatever the terminal has set
    },
    async stop() {
      temporal.kill('SIGTERM');
      await Promise.all([gone, postgres.stop(), redis?.stop()]);
    },
  };
}
