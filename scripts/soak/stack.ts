import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { newToken } from '../../adapters/postgres/api-keys.js';
import { deployMigrations } from '../../prisma/engine/migrations.mjs';
import { PROBE } from '../bench/process.js';
import { workflowBundle } from '../dev/bundle.js';
import { Kept, type PartSpec } from '../dev/keep.js';
import { role, temporalServer } from '../dev/parts.js';
import { freePort } from '../dev/ports.js';
import { startPostgres } from '../dev/postgres.js';
import { findRedis, type Redis, startRedis } from '../dev/redis.js';
import { devOrg } from '../dev/seed.js';
import { cacheDir } from '../dev/state.js';
import { findTemporal } from '../dev/temporal.js';
import type { Api } from './api.js';

/** The whole of Heddle as real processes, each of which can be killed. */
export interface Stack {
  api: Api;
  temporalAddress: string;
  taskQueue: string;
  databaseUrl: string;
  redisUrl: string | undefined;
  /** Heddle's own, and Temporal: started again by themselves. */
  parts: Record<string, Kept>;
  /** kill -9; resolves when it has been started again, as far as it does not do that by itself. */
  kill(part: string): Promise<void>;
  stop(): Promise<void>;
}

const TASK_QUEUE = 'soak';

/** Two APIs, two engine workers, two projectors, Temporal, PostgreSQL and, where there is one, Redis, with data in that folder. */
export async function openStack(
  folder: string,
  { egress, say }: { egress: string; say: (line: string) => void },
): Promise<Stack> {
  const cache = cacheDir();
  const [{ file: cli }, redisFile, bundle] = await Promise.all([
    findTemporal({ cache, say }),
    findRedis({ cache, say }),
    workflowBundle(path.join(cache, '../bundle')),
  ]);
  const database = () => startPostgres({ dir: path.join(folder, 'postgres'), database: 'heddle', port: 0, say });
  let postgres = await database();
  let redis: Redis | undefined =
    redisFile &&
    (await startRedis({ file: redisFile.file, dir: path.join(folder, 'redis'), port: await freePort(0), say }));
  await deployMigrations(postgres.url);
  const token = newToken();
  await devOrg(postgres.url, token);
  const port = await freePort(0);
  const artifacts = path.join(folder, 'artifacts');
  await mkdir(artifacts);

  const parts: Stack['parts'] = {};
  const keep = async (spec: PartSpec): Promise<void> => {
    const part = new Kept(spec, { logs: path.join(folder, 'logs'), say, onChange: () => undefined });
    parts[spec.name] = part;
    await part.start();
  };
  const env = {
    ...{ TEMPORAL_ADDRESS: `127.0.0.1:${port}`, TEMPORAL_TASK_QUEUE: TASK_QUEUE, NODE_OPTIONS: '' },
    ...{ DATABASE_URL: postgres.url, REDIS_URL: redis?.url ?? '', ARTIFACTS_URL: pathToFileURL(artifacts).href },
    ...{ WORKFLOW_BUNDLE: bundle, EGRESS_ALLOW: egress, LOG_LEVEL: 'warn' },
  };
  await keep(await temporalServer(cli, { port, db: path.join(folder, 'temporal.db') }));
  const origins: string[] = [];
  for (const name of ['api-1', 'api-2']) {
    const at = await freePort(0);
    origins.push(`http://127.0.0.1:${at}`);
    await keep(probed(role(name, 'api/main.ts', { ...env, API_PORT: String(at) })));
  }
  for (const name of ['worker-1', 'worker-2']) await keep(probed(role(name, 'scripts/soak/worker.ts', env)));
  for (const name of ['projector-1', 'projector-2']) await keep(probed(role(name, 'workers/projector.ts', env)));

  return {
    ...{ parts, api: { origins, token }, temporalAddress: env.TEMPORAL_ADDRESS, taskQueue: TASK_QUEUE },
    ...{ databaseUrl: postgres.url, redisUrl: redis?.url },
    async kill(part) {
      if (part === 'postgres') {
        process.kill(postgres.pid!, 'SIGKILL');
        postgres = await database();
      } else if (part === 'redis') {
        if (redis) process.kill(redis.pid, 'SIGKILL');
        redis = await redis?.again();
      } else if (parts[part]?.pid !== undefined) process.kill(parts[part].pid, 'SIGKILL');
    },
    async stop() {
      const { temporal, ...ours } = parts;
      await Promise.all(Object.values(ours).map((part) => part.stop()));
      await Promise.all([temporal!.stop(), postgres.stop(), redis?.stop()]);
    },
  };
}

/** With the bench's probe in it: it answers what is alive in its heaps. */
const probed = ({ command: [node, ...args], ...rest }: PartSpec): PartSpec => ({
  ...rest,
  command: [node, ...args.slice(0, -1), ...PROBE, args.at(-1)!],
});
