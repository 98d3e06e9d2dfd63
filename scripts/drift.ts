import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deployMigrations, drift } from '../prisma/engine/migrations.mjs';
import { startPostgres } from './dev/postgres.js';

/** npm run drift: do schema.prisma, the migrations and the database that they build agree? On a database of its own. */
const folder = await mkdtemp(path.join(tmpdir(), 'heddle-drift-'));
const postgres = await startPostgres({ dir: folder, database: 'drift', port: 0, fsync: false });
await deployMigrations(postgres.url);
const lines = await drift(postgres.url);
for (const line of lines) console.error(line);
console.log(lines.length === 0 ? 'schema, migrations and database agree' : `${lines.length} differences`);
await postgres.stop();
await rm(folder, { recursive: true, force: true });
// The engine leaves a timer of its lock running.
process.exit(lines.length === 0 ? 0 : 2);
