// Prisma's own schema engine as WebAssembly, over the pg driver: migrations need no native engine and so no download.
// It puts four things of @prisma/adapter-pg 7.10 right that the engine relies on; see docs/setup.md, "Migrations".
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** PostgreSQL's catalog type "char", which the adapter does not map. */
const CHAR_OID = 18;
/** Parameters that Prisma puts into a URL and the server would refuse. */
const PRISMA_PARAMETERS = ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer'];

globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  message: '',
  set_message(message) {
    this.message = message;
    console.error(message);
  },
};

let loading;
/** Node 20 can't import .wasm files, so the module is wired by hand. */
function load() {
  loading ??= (async () => {
    const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
    const { instance } = await WebAssembly.instantiate(await readFile(path.join(folder, 'schema_engine_bg.wasm')), {
      './schema_engine_bg.js': glue,
    });
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return glue.SchemaEngine;
  })();
  return loading;
}

/** One connection: the engine's advisory lock and its scripts must share a session. */
function poolOf(url, database) {
  const target = new URL(url);
  if (database) target.pathname = `/${database}`;
  const schema = target.searchParams.get('schema');
  for (const name of PRISMA_PARAMETERS) target.searchParams.delete(name);
  const pool = new pg.Pool({
    connectionString: target.href,
    max: 1,
    ...(schema && { options: `-c search_path="${schema}"` }),
  });
  pool.on('error', (err) => console.error(err.message));
  return pool;
}

const open = new Set();
/** Ends connections and drops shadow databases: the engine itself does not wait for that. */
export const closed = () => Promise.allSettled([...open].map((adapter) => adapter.dispose()));

class MigrationAdapter extends PrismaPg {
  constructor(url) {
    super({ connectionString: url });
    this.url = url;
  }

  connect() {
    return this.wrap(poolOf(this.url));
  }

  /** The adapter's own would open the main database, and the engine replays migrations there. */
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    const admin = async (sql) => {
      const pool = poolOf(this.url);
      try {
        await pool.query(sql);
      } finally {
        await pool.end();
      }
    };
    await admin(`CREATE DATABASE "${name}" TEMPLATE template0`);
    return this.wrap(poolOf(this.url, name), () => admin(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
  }

  async wrap(pool, after) {
    const adapter = await new PrismaPg(pool, {
      disposeExternalPool: true,
      schema: new URL(this.url).searchParams.get('schema') ?? 'public',
    }).connect();
    // A whole script in one simple query: not split at each ';', and rolled back whole when it fails.
    adapter.executeScript = async (sql) => {
      try {
        await pool.query(sql);
      } catch (err) {
        adapter.onError(err);
      }
    };
    mapCharColumns(adapter);
    const dispose = adapter.dispose.bind(adapter);
    let disposed;
    adapter.dispose = () => (disposed ??= dispose().then(() => after?.()));
    open.add(adapter);
    return adapter;
  }
}

function mapCharColumns(adapter) {
  const chars = new WeakMap();
  const performIO = adapter.performIO.bind(adapter);
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    for (const [index, field] of result.fields.entries()) {
      if (field.dataTypeID !== CHAR_OID) continue;
      field.dataTypeID = pg.types.builtins.TEXT;
      chars.set(result.rows, [...(chars.get(result.rows) ?? []), index]);
    }
    return result;
  };
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of chars.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

export async function schemaEngine({ url, datamodels }) {
  const SchemaEngine = await load();
  const factory = bindMigrationAwareSqlAdapterFactory(new MigrationAdapter(url));
  const engine = await SchemaEngine.new({ datamodels }, () => {}, factory);
  return { engine, errors: factory.errorRegistry };
}
