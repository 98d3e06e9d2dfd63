import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { BUILT_IN } from '../../activities/functions.js';
import { engineActivities } from '../../activities/index.js';
import { limitActivities } from '../../activities/limits.js';
import { webhookActivities } from '../../activities/webhooks.js';
import { createAgentClient } from '../../adapters/a2a/client.js';
import { openArtifacts } from '../../adapters/artifacts/index.js';
import { ArtifactValues } from '../../adapters/artifacts/values.js';
import type { Config } from '../../adapters/config.js';
import { openFeed } from '../../adapters/events/index.js';
import { HttpCaller } from '../../adapters/http/call.js';
import { guardedFetch } from '../../adapters/http/fetch.js';
import { EgressGuard } from '../../adapters/http/guard.js';
import { IndexedArtifacts } from '../../adapters/postgres/artifacts.js';
import { Audit } from '../../adapters/postgres/audit.js';
import { openDb } from '../../adapters/postgres/db.js';
import { Gates } from '../../adapters/postgres/gates.js';
import { Limits } from '../../adapters/postgres/limits.js';
import { Logs } from '../../adapters/postgres/logs.js';
import { archiveOf } from '../../adapters/postgres/seal.js';
import { ScheduledRuns } from '../../adapters/postgres/scheduled-runs.js';
import { SentEvents } from '../../adapters/postgres/sent-events.js';
import { WebhookDeliveries } from '../../adapters/postgres/webhook-deliveries.js';
import { Webhooks } from '../../adapters/postgres/webhooks.js';
import { Redrives } from '../../adapters/redrives.js';
import { EmbeddedSandbox } from '../../adapters/sandbox/embedded.js';
import { Secrets } from '../../adapters/secrets/secrets.js';
import { connectionOptions, openTemporal } from '../../adapters/temporal/client.js';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import { TemporalLimiters } from '../../adapters/temporal/limiters.js';
import { webhookSender } from '../../adapters/webhooks/send.js';
import { Vault } from '../../adapters/webhooks/vault.js';
import type { Logger } from '../../adapters/telemetry/log.js';
import { mailActivities } from '../../activities/mails.js';
import { smtpSender } from '../../adapters/mail/smtp.js';
import { GateLinks } from '../../adapters/postgres/gate-links.js';
import { GateNotices } from '../../adapters/postgres/gate-notices.js';
import { ActorKeys } from '../../adapters/signing/actor-keys.js';
import { never, type Part } from '../../adapters/process.js';
import { PatientFeed } from './patient-feed.js';
import { tuning } from './tuning.js';
import { EngineWorker } from './worker.js';
import { workflowCode } from './workflows.js';

export interface EnginePart extends Part {
  /** Closed when the part stops. */
  connection: NativeConnection;
}

/** Runs workflows and their activities. */
export async function enginePart(config: Config, log: Logger): Promise<EnginePart> {
  installRuntime(log);
  const db = openDb(config.databaseUrl);
  const feed = openFeed(config, (line) => log.warn(line));
  const patient = new PatientFeed(feed);
  const guard = new EgressGuard(config.egressAllow);
  const secrets = new Secrets(config.secrets);
  const sandbox = new EmbeddedSandbox();
  const client = openTemporal(config);
  const { signers } = new ActorKeys(config.actorKeys, config.actorPublicKeys);
  const engine = new TemporalEngine({ client, taskQueue: config.temporal.taskQueue, archive: archiveOf(db) });
  const artifacts = new ArtifactValues(new IndexedArtifacts(db, openArtifacts(config)));
  const workflows = { isOver: async (id: string) => (await engine.stateOf(id)) !== 'open' };
  const limiters = {
    limits: new Limits(db),
    limiters: new TemporalLimiters({ client, taskQueue: config.temporal.taskQueue }),
    workflows,
  };
  const activities = engineActivities({
    ...limiters,
    artifacts,
    http: new HttpCaller({ guard, secrets }),
    agents: createAgentClient({ fetch: guardedFetch(guard) }),
    sandbox,
    secrets,
    functions: BUILT_IN,
    feed: patient,
    logs: new Logs(db),
    gates: new Gates(db, { mails: config.mail !== undefined }),
    events: new SentEvents(db, artifacts),
    subworkflows: new Redrives(db, engine),
    fires: new ScheduledRuns(db, artifacts, signers),
  });
  const [links, notices] = [new GateLinks(db), new GateNotices(db)];
  const deliveries = webhookActivities({
    webhooks: new Webhooks(db, new Vault(config.storedSecretKeys)),
    outgoing: new WebhookDeliveries(db),
    audit: new Audit(db),
    send: webhookSender(guard),
    ...(config.publicUrl === undefined ? {} : { gates: { links, notices, publicUrl: config.publicUrl } }),
  });
  const smtp = config.mail && smtpSender(config.mail);
  const mails = smtp ? mailActivities({ links, notices, send: smtp.send, publicUrl: config.publicUrl! }) : {};
  const connection = await NativeConnection.connect(connectionOptions(config));
  const {
    temporal,
    worker: { buildId },
  } = config;
  const worker = await EngineWorker.create({
    connection,
    ...{
      namespace: temporal.namespace,
      taskQueue: temporal.taskQueue,
      dataConverter: dataConverterOf(temporal.payloads),
      workflowBundle: await workflowCode(config),
      activities: { ...activities, ...deliveries, ...mails, ...limitActivities(limiters) },
      sinks: patient.sinks,
    },
    ...(buildId === undefined ? {} : { buildId }),
    ...tuning(config),
  });
  const { promise: failed, fail } = never();
  const running = worker.run().catch(fail);
  return {
    connection,
    failed,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      void patient.flush();
      sandbox.close();
      smtp?.close();
      await Promise.all([feed.close(), client.connection.close(), connection.close(), db.$disconnect()]);
    },
  };
}

let installed = false;
/** The SDK's own log lines go where ours go. One runtime a process. */
function installRuntime(log: Logger): void {
  if (installed) return;
  installed = true;
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const to = level === 'ERROR' ? 'error' : level === 'WARN' ? 'warn' : 'info';
    log[to]({ ...meta }, message);
  });
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging: { filter: 'WARN', forward: {} } } });
}
