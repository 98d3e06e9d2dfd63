import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deployMigrations } from '../../prisma/engine/migrations.mjs';
import { workflowBundle } from '../../scripts/dev/bundle.js';
import { build } from './built.js';
import { temporalAnswers } from '../../scripts/dev/parts.js';
import { freePort } from '../../scripts/dev/ports.js';
import { startPostgres } from '../../scripts/dev/postgres.js';
import { cacheDir } from '../../scripts/dev/state.js';
import { devServerArgs, findTemporal } from '../../scripts/dev/temporal.js';

/**
 * What the tests of the `stack` project share: one Temporal server with the settings of temporal-dev.yaml, one PostgreSQL with a
 * migrated template database, the workflows as one file, and what processes run as JavaScript. Answers how to end them.
 */
export async function setUp(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-test-'));
  const built = path.join(folder, 'built');
  const say = (line: string): void => console.error(line);
  const [{ file: cli }, postgres, bundle] = await Promise.all([
    findTemporal({ cache: cacheDir(), say }),
    startPostgres({ dir: path.join(folder, 'postgres'), database: 'heddle_template', port: 0, fsync: false }),
    workflowBundle(path.join(cacheDir(), '../bundle')),
    build(built),
  ]);
  await deployMigrations(postgres.url);
  const port = await freePort(0);
  const temporal = spawn(cli, await devServerArgs({ port, db: path.join(folder, 'temporal.db') }), { stdio: 'ignore' });
  await temporalAnswers(`127.0.0.1:${port}`);
  Object.assign(process.env, {
    TEST_TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
    TEST_TEMPORAL_CLI: cli,
    TEST_WORKFLOW_BUNDLE: bundle,
    TEST_BUILT: built,
    TEST_DATABASE_URL: postgres.url,
  });
  return async () => {
    const gone = new Promise((resolve) => temporal.once('exit', resolve));
    temporal.kill('SIGTERM');
    await Promise.all([gone, postgres.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
}
