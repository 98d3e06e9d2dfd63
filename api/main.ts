import { once } from 'node:events';
import { createServer } from 'node:http';
import { openArtifacts } from '../adapters/artifacts/index.js';
import { ArtifactValues } from '../adapters/artifacts/values.js';
import { readConfig, type Config } from '../adapters/config.js';
import { openFeed } from '../adapters/events/index.js';
import { ApiKeys } from '../adapters/postgres/api-keys.js';
import { IndexedArtifacts } from '../adapters/postgres/artifacts.js';
import { Audit } from '../adapters/postgres/audit.js';
import { openDb } from '../adapters/postgres/db.js';
import { Gates } from '../adapters/postgres/gates.js';
import { IdempotencyKeys } from '../adapters/postgres/idempotency.js';
import { Logs } from '../adapters/postgres/logs.js';
import { Runs } from '../adapters/postgres/runs.js';
import { Workflows } from '../adapters/postgres/workflows.js';
import { openTemporal } from '../adapters/temporal/client.js';
import { TemporalEngine } from '../adapters/temporal/engine.js';
import { buildApp } from './app.js';
import type { ApiDeps } from './deps.js';
import { openLog } from '../adapters/telemetry/log.js';
import { streams as openStreams } from './streams/index.js';
import { RequestMetrics } from './system.js';

/** Requests under way get this long to be answered when the API is asked to stop. */
const GRACE_MS = 10_000;

async function main(): Promise<void> {
  const config = configOrExit();
  const log = openLog('api', config.logLevel);
  const db = openDb(config.databaseUrl);
  const temporal = openTemporal(config);
  const feed = openFeed(config, (line) => log.warn(line));
  const artifacts = new IndexedArtifacts(db, openArtifacts(config));
  const deps: ApiDeps = {
    db,
    workflows: new Workflows(db),
    runs: new Runs(db),
    gates: new Gates(db),
    logs: new Logs(db),
    keys: new ApiKeys(db),
    idempotency: new IdempotencyKeys(db),
    audit: new Audit(db),
    artifacts,
    values: new ArtifactValues(artifacts),
    engine: new TemporalEngine({ client: temporal, taskQueue: config.temporal.taskQueue }),
    ...(config.temporal.webUrl === undefined ? {} : { temporalWebUrl: config.temporal.webUrl }),
  };
  const streams = openStreams({
    ...deps,
    feed,
    origins: config.api.origins,
    log: (err, message) => log.warn({ err }, message),
  });
  const app = buildApp({
    deps,
    streams: (to) => streams.mount(to),
    metrics: new RequestMetrics(() => streams.hub.counters()),
    log: (err, request_id) => log.error({ err, request_id }, 'a request failed'),
  });
  const server = createServer(app);
  streams.attach(server);
  server.listen(config.api.port, config.api.host);
  await once(server, 'listening');
  log.info({ address: server.address() }, 'ready');
  process.send?.('ready'); // to the supervisor of the local stack

  const signal = await new Promise<string>((resolve) => {
    // Again and again: a second one, as from a parent and from whoever ends both, must not cut short what the first began.
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
    process.once('disconnect', () => resolve('whoever started it is gone'));
  });
  log.info({ signal }, 'stopping');
  const closed = once(server.close(), 'close');
  await streams.close();
  // A connection whose last request has just been answered would be kept for the next.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
  await Promise.all([feed.close(), temporal.connection.close(), db.$disconnect()]);
  log.info('stopped');
  process.exit();
}

function configOrExit(): Config {
  try {
    return readConfig('api');
  } catch (err) {
    console.error((err as Error).message);
    process.exit(2);
  }
}

await main();
