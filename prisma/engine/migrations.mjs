// Deploys, makes and checks migrations. `_prisma_migrations` stays as the official CLI leaves it.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { closed, schemaEngine } from './engine.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'migrations');
const schemaFile = path.join(root, 'schema.prisma');
const filters = { externalTables: [], externalEnums: [] };

const schema = async () => ({ files: [{ path: schemaFile, content: await readFile(schemaFile, 'utf8') }] });

async function migrationsList() {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const directories = names.map(async (name) => ({
    path: name,
    migrationFile: {
      path: 'migration.sql',
      content: { tag: 'ok', value: await readFile(path.join(folder, name, 'migration.sql'), 'utf8') },
    },
  }));
  return {
    baseDir: folder,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(path.join(folder, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(directories),
  };
}

async function withEngine(url, act) {
  const { engine } = await schemaEngine({ url, datamodels: [[schemaFile, await readFile(schemaFile, 'utf8')]] });
  try {
    return await act(engine);
  } finally {
    await closed();
  }
}

/** Applies what is missing; answers the names. Two at once: one applies, the other waits. */
export const deployMigrations = (url) =>
  withEngine(
    url,
    async (engine) =>
      (await engine.applyMigrations({ migrationsList: await migrationsList(), filters })).appliedMigrationNames,
  );

/** Writes the migration that leads from the migrations so far to schema.prisma; answers its name. */
export const createMigration = (url, name) =>
  withEngine(url, async (engine) => {
    const list = await migrationsList();
    const from = list.migrationDirectories.length === 0 ? { tag: 'empty' } : { tag: 'migrations', ...list };
    const { stdout } = await engine.diff({
      from,
      to: { tag: 'schemaDatamodel', ...(await schema()) },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters,
    });
    const stamped = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`;
    await mkdir(path.join(folder, stamped), { recursive: true });
    await writeFile(path.join(folder, stamped, 'migration.sql'), stdout ?? '');
    return stamped;
  });

/** What differs between schema.prisma, the migrations and the database; no line when all agree. */
export async function drift(url) {
  const found = await withEngine(url, async (engine) => {
    const to = { tag: 'schemaDatamodel', ...(await schema()) };
    const compare = async (from) =>
      engine.diff({ from, to, script: false, exitCode: true, shadowDatabaseUrl: null, filters });
    const migrations = await compare({ tag: 'migrations', ...(await migrationsList()) });
    const database = await compare({ tag: 'schemaDatasource', ...(await schema()), configDir: root });
    const { editedMigrationNames, failedMigrationNames, history } = await engine.diagnoseMigrationHistory({
      migrationsList: await migrationsList(),
      optInToShadowDatabase: false,
      filters,
    });
    return [
      ...(migrations.exitCode === 0
        ? []
        : [`schema.prisma is not what the migrations build: ${migrations.stdout?.trim()}`]),
      ...(database.exitCode === 0 ? [] : [`the database is not what schema.prisma says: ${database.stdout?.trim()}`]),
      ...editedMigrationNames.map((name) => `migration ${name} was edited after it had been applied`),
      ...failedMigrationNames.map((name) => `migration ${name} has failed`),
      ...(history ? [`the database's history differs: ${JSON.stringify(history)}`] : []),
    ];
  });
  return [...found, ...(await catalogDrift(url))];
}

/** What Prisma can't see: triggers, functions, checks, partial indices. */
const CATALOG = `
  SELECT 'index ' || indexdef AS line FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND conrelid IS DISTINCT FROM to_regclass('_prisma_migrations')
  UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) || ' ' || tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
  UNION ALL SELECT 'view ' || viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'
  ORDER BY 1`;

async function catalogDrift(url) {
  const at = (database) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
  const query = async (target, sql) => {
    const client = new pg.Client({ connectionString: target });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const scratch = `catalog_${randomUUID().replaceAll('-', '')}`;
  await query(url, `CREATE DATABASE ${scratch} TEMPLATE template0`);
  try {
    await deployMigrations(at(scratch));
    const linesOf = async (target) => new Set((await query(target, CATALOG)).map(({ line }) => line));
    const [wanted, there] = [await linesOf(at(scratch)), await linesOf(url)];
    return [
      ...[...wanted].filter((line) => !there.has(line)).map((line) => `missing: ${line}`),
      ...[...there].filter((line) => !wanted.has(line)).map((line) => `surplus: ${line}`),
    ];
  } finally {
    await query(url, `DROP DATABASE ${scratch} WITH (FORCE)`);
  }
}
