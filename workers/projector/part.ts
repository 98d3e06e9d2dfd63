import { openArtifacts } from '../../adapters/artifacts/index.js';
import { ArtifactValues } from '../../adapters/artifacts/values.js';
import type { Config } from '../../adapters/config.js';
import { openFeed } from '../../adapters/events/index.js';
import { IndexedArtifacts } from '../../adapters/postgres/artifacts.js';
import { Claims } from '../../adapters/postgres/claims.js';
import { openDb } from '../../adapters/postgres/db.js';
import { Fires } from '../../adapters/postgres/fires.js';
import { writeProgress } from '../../adapters/postgres/progress.js';
import { Runs } from '../../adapters/postgres/runs.js';
import { archiveOf } from '../../adapters/postgres/seal.js';
import { GateNotices } from '../../adapters/postgres/gate-notices.js';
import { Schedules } from '../../adapters/postgres/schedules.js';
import { EventPost } from '../../adapters/event-post.js';
import { SentEvents } from '../../adapters/postgres/sent-events.js';
import { Redrives } from '../../adapters/redrives.js';
import { SettledSchedules } from '../../adapters/schedules.js';
import { WebhookDeliveries } from '../../adapters/postgres/webhook-deliveries.js';
import { ActorKeys } from '../../adapters/signing/actor-keys.js';
import { openTemporal } from '../../adapters/temporal/client.js';
import { TemporalEngine } from '../../adapters/temporal/engine.js';
import { TemporalSchedules } from '../../adapters/temporal/schedules.js';
import type { Logger } from '../../adapters/telemetry/log.js';
import { never, type Part } from '../../adapters/process.js';
import { Cleaner } from './cleaner.js';
import { Collector } from './collector.js';
import { dispatch } from './dispatcher.js';
import { Reconciler } from './reconciler.js';
import { ScheduleKeeper } from './schedule-keeper.js';
import { Sealer } from './sealer.js';

const FLUSH_MS = 300;
const SWEEP_MS = 5_000;
const CLEAN_MS = 60_000;
const DISPATCH_MS = 1_000;

/** Keeps PostgreSQL's view of runs: fresh from the live feed while they are open, exact from history once they are closed. */
export async function projectorPart(config: Config, log: Logger): Promise<Part> {
  const db = openDb(config.databaseUrl);
  const feed = openFeed(config, (line) => log.warn(line));
  const client = openTemporal(config);
  const actors = new ActorKeys(config.actorKeys, config.actorPublicKeys);
  const engine = new TemporalEngine({ client, taskQueue: config.temporal.taskQueue, archive: archiveOf(db), actors });
  const claims = new Claims(config.databaseUrl);
  const redrives = new Redrives(db, engine);
  const deps = { db, runs: new Runs(db), redrives, fires: new Fires(db), engine, claims, log };
  const sealer = new Sealer(deps);
  const reconciler = new Reconciler(deps, sealer);
  const schedules = new Schedules(db);
  const temporal = new TemporalSchedules({ client, taskQueue: config.temporal.taskQueue });
  const keeper = new ScheduleKeeper({ schedules, settled: new SettledSchedules(schedules, temporal, claims), log });
  const cleaner = new Cleaner(db, { configured: config.retention, idempotencyDays: config.idempotencyDays });
  const collector = new Collector((runId) => sealer.add(runId));
  const unsubscribe = await feed.subscribeAll((event) => collector.note(event));

  const flushing = every(FLUSH_MS, async () => {
    const progress = collector.take();
    if (progress.length > 0) await writeProgress(db, progress);
  });
  const sweeping = every(SWEEP_MS, async () => {
    await claims.exclusively('reconcile', () => reconciler.sweep());
  });
  const keeping = every(SWEEP_MS, async () => {
    await claims.exclusively('schedules', () => keeper.sweep());
  });
  const deliveries = new WebhookDeliveries(db);
  const dispatching = every(DISPATCH_MS, async () => {
    await claims.exclusively('webhooks', () =>
      dispatch(deliveries, ({ orgId: org, webhookId: webhook, eventId: event, generation }) =>
        engine.startWebhook({ org, webhook, event, generation }),
      ),
    );
  });
  const post = new EventPost(
    new SentEvents(db, new ArtifactValues(new IndexedArtifacts(db, openArtifacts(config)))),
    engine,
  );
  const posting = every(DISPATCH_MS, async () => {
    await claims.exclusively('events', () => post.sweep());
  });
  const notices = new GateNotices(db);
  const mailing = every(DISPATCH_MS, async () => {
    if (config.mail)
      await claims.exclusively('mails', () =>
        dispatch(notices, ({ orgId: org, id: notice }) => engine.startMail({ org, notice })),
      );
  });
  const cleaning = every(CLEAN_MS, async () => {
    await claims.exclusively('clean', async () => {
      const removed = await cleaner.sweep();
      if (removed > 0) log.info({ runs: removed }, 'removed runs that were older than their policy');
    });
  });

  /** Repeats the work, one at a time, whatever becomes of it: the next round makes good what this one could not do. */
  function every(ms: number, work: () => Promise<void>): { stop(): Promise<void> } {
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    let wake = (): void => undefined;
    const done = (async () => {
      while (!stopped) {
        await work().catch((err: unknown) => log.warn({ err }, 'will be tried again'));
        if (stopped) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, ms);
        });
      }
    })();
    return {
      async stop() {
        stopped = true;
        clearTimeout(timer);
        wake();
        await done;
      },
    };
  }

  return {
    failed: never().promise,
    async stop() {
      cleaner.stop();
      const rounds = [flushing, sweeping, keeping, cleaning, dispatching, mailing, posting];
      await Promise.all(rounds.map((each) => each.stop()));
      await sealer.stop();
      await unsubscribe();
      await Promise.all([feed.close(), claims.close(), client.connection.close(), db.$disconnect()]);
    },
  };
}
