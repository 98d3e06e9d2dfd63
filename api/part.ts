import { once } from 'node:events';
import { createServer } from 'node:http';
import { openArtifacts } from '../adapters/artifacts/index.js';
import { ArtifactValues } from '../adapters/artifacts/values.js';
import type { Config } from '../adapters/config.js';
import { runAddress } from '../core/contract/temporal-web.js';
import { openFeed } from '../adapters/events/index.js';
import { Amendments } from '../adapters/postgres/amendments.js';
import { Aliases } from '../adapters/postgres/aliases.js';
import { ApiKeys } from '../adapters/postgres/api-keys.js';
import { IndexedArtifacts } from '../adapters/postgres/artifacts.js';
import { Audit } from '../adapters/postgres/audit.js';
import { Claims } from '../adapters/postgres/claims.js';
import { openDb } from '../adapters/postgres/db.js';
import { Fires } from '../adapters/postgres/fires.js';
import { Delegations } from '../adapters/postgres/delegations.js';
import { GateClaims } from '../adapters/postgres/gate-claims.js';
import { GateComments } from '../adapters/postgres/gate-comments.js';
import { GateLinks } from '../adapters/postgres/gate-links.js';
import { People } from '../adapters/postgres/people.js';
import { Gates } from '../adapters/postgres/gates.js';
import { IdempotencyKeys } from '../adapters/postgres/idempotency.js';
import { Limits } from '../adapters/postgres/limits.js';
import { Logs } from '../adapters/postgres/logs.js';
import { Members } from '../adapters/postgres/members.js';
import { Retention } from '../adapters/postgres/retention.js';
import { Runs } from '../adapters/postgres/runs.js';
import { archiveOf } from '../adapters/postgres/seal.js';
import { Sessions } from '../adapters/postgres/sessions.js';
import { Schedules } from '../adapters/postgres/schedules.js';
import { EgressGuard } from '../adapters/http/guard.js';
import { WebhookDeliveries } from '../adapters/postgres/webhook-deliveries.js';
import { Webhooks } from '../adapters/postgres/webhooks.js';
import { TriggerDeliveries } from '../adapters/postgres/trigger-deliveries.js';
import { Triggers } from '../adapters/postgres/triggers.js';
import { Workflows } from '../adapters/postgres/workflows.js';
import type { Client } from '@temporalio/client';
import { EventPost } from '../adapters/event-post.js';
import { SentEvents } from '../adapters/postgres/sent-events.js';
import { SettledSchedules } from '../adapters/schedules.js';
import { never, type Part } from '../adapters/process.js';
import type { Logger } from '../adapters/telemetry/log.js';
import { ActorKeys } from '../adapters/signing/actor-keys.js';
import { type OidcConfig, OidcProvider } from '../adapters/oidc/provider.js';
import { openTemporal } from '../adapters/temporal/client.js';
import { Forks } from '../adapters/forks.js';
import { Redrives } from '../adapters/redrives.js';
import { TemporalEngine } from '../adapters/temporal/engine.js';
import { TemporalSchedules } from '../adapters/temporal/schedules.js';
import { ServedCodec } from '../adapters/temporal/served-codec.js';
import { Vault } from '../adapters/webhooks/vault.js';
import { buildApp } from './app.js';
import type { ApiDeps } from './deps.js';
import { Front } from './http/front.js';
import { Rates } from './links/rates.js';
import { OidcDoor } from './session/oidc.js';
import { streams as openStreams } from './streams/index.js';
import { RequestMetrics } from './system.js';

/** Requests under way get this long to be answered when the API is asked to stop. */
const GRACE_MS = 10_000;

/** Serves the HTTP API and its streams. `eager`: a client on the connection of an engine worker in this process (adapters/temporal/engine.ts). */
export async function apiPart(config: Config, log: Logger, eager?: Client): Promise<Part> {
  const db = openDb(config.databaseUrl);
  const temporal = openTemporal(config);
  const feed = openFeed(config, (line) => log.warn(line));
  const artifacts = new IndexedArtifacts(db, openArtifacts(config));
  const { codecOrg, origins } = config.api;
  const { namespace } = config.temporal;
  const codecs = temporal.options.loadedDataConverter.payloadCodecs;
  const keys = new ApiKeys(db);
  const rows = new Schedules(db);
  const claims = new Claims(config.databaseUrl);
  const temporalSchedules = new TemporalSchedules({ client: temporal, taskQueue: config.temporal.taskQueue });
  const actors = new ActorKeys(config.actorKeys, config.actorPublicKeys);
  const vault = new Vault(config.storedSecretKeys);
  const values = new ArtifactValues(artifacts);
  const engine = new TemporalEngine({
    client: temporal,
    taskQueue: config.temporal.taskQueue,
    archive: archiveOf(db),
    actors,
    ...(eager ? { eager } : {}),
  });
  const redrives = new Redrives(db, engine);
  const members = new Members(db);
  const deps: ApiDeps = {
    db,
    workflows: new Workflows(db),
    aliases: new Aliases(db),
    runs: new Runs(db),
    amendments: new Amendments(db),
    gates: new Gates(db),
    gateClaims: new GateClaims(db),
    gateComments: new GateComments(db),
    members,
    delegations: new Delegations(db, members),
    limits: new Limits(db),
    people: new People(db),
    links: new GateLinks(db),
    mail: config.mail !== undefined,
    logs: new Logs(db),
    keys,
    sessions: new Sessions(db, keys),
    front: new Front({ publicUrl: config.publicUrl, trustedProxies: config.api.trustedProxies }),
    signIns: new Rates(),
    ...(config.oidc === undefined ? {} : { oidc: oidcDoor(config.oidc, log) }),
    idempotency: new IdempotencyKeys(db),
    audit: new Audit(db),
    triggers: new Triggers(db, vault),
    webhooks: new Webhooks(db, vault),
    outgoing: new WebhookDeliveries(db),
    egress: new EgressGuard(config.egressAllow),
    deliveries: new TriggerDeliveries(db),
    retention: new Retention(db),
    configuredRetention: config.retention,
    artifacts,
    values,
    engine,
    redrives,
    forks: new Forks(db, redrives, engine),
    events: new EventPost(new SentEvents(db, values), engine),
    schedules: {
      ...{ rows, fires: new Fires(db), temporal: temporalSchedules },
      settled: new SettledSchedules(rows, temporalSchedules, claims),
    },
    ...(codecOrg === undefined ? {} : { codec: new ServedCodec({ org: codecOrg, namespace, codecs }) }),
    ...(config.temporal.webUrl === undefined
      ? {}
      : { temporalRunAddress: runAddress(config.temporal.webUrl, namespace) }),
  };
  const streams = openStreams({
    ...deps,
    feed,
    origins,
    log: (err, message) => log.warn({ err }, message),
  });
  const app = buildApp({
    deps,
    origins,
    streams: (to) => streams.mount(to),
    metrics: new RequestMetrics(() => streams.hub.counters()),
    log: (err, request_id) => log.error({ err, request_id }, 'a request failed'),
  });
  const server = createServer(app);
  streams.attach(server);
  server.listen(config.api.port, config.api.host);
  await once(server, 'listening');
  log.info({ address: server.address(), actor_public_keys: actors.signers }, 'listening');
  return {
    failed: never().promise,
    async stop() {
      const closed = once(server.close(), 'close');
      await streams.close();
      // A connection whose last request has just been answered would be kept for the next.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(late);
      await Promise.all([feed.close(), claims.close(), temporal.connection.close(), db.$disconnect()]);
    },
  };
}

const oidcDoor = (config: OidcConfig, log: Logger): OidcDoor =>
  new OidcDoor(new OidcProvider(config), (reason) => log.warn({ reason }, 'a sign-in by the OpenID provider failed'));
