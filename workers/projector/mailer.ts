import type { GateNotices, QueuedNotice } from '../../adapters/postgres/gate-notices.js';
import type { TemporalEngine } from '../../adapters/temporal/engine.js';

const BATCH = 200;

/** Hands queued mails to Temporal. As the dispatcher of webhooks: one that was handed over before its process died is handed over again, under the same id. */
export class Mailer {
  private readonly notices: GateNotices;
  private readonly engine: Pick<TemporalEngine, 'startMail'>;

  constructor(notices: GateNotices, engine: Pick<TemporalEngine, 'startMail'>) {
    this.notices = notices;
    this.engine = engine;
  }

  async sweep(): Promise<void> {
    for (let queued = await this.notices.queued(BATCH); queued.length > 0; ) {
      for (const notice of queued) await this.handOver(notice);
      queued = queued.length < BATCH ? [] : await this.notices.queued(BATCH);
    }
  }

  private async handOver(notice: QueuedNotice): Promise<void> {
    await this.engine.startMail({ org: notice.orgId, notice: notice.id });
    await this.notices.handedOver(notice);
  }
}
