import type { Queued, WebhookDeliveries } from '../../adapters/postgres/webhook-deliveries.js';
import type { TemporalEngine } from '../../adapters/temporal/engine.js';

const BATCH = 200;
/** Starts that are under way at once. */
const AT_ONCE = 10;

/**
 * Hands queued webhooks to Temporal. A process that dies between the two leaves a delivery queued; it is handed over again under the same
 * workflow id, which counts as done.
 */
export class Dispatcher {
  private readonly outgoing: WebhookDeliveries;
  private readonly engine: Pick<TemporalEngine, 'startWebhook'>;

  constructor(outgoing: WebhookDeliveries, engine: Pick<TemporalEngine, 'startWebhook'>) {
    this.outgoing = outgoing;
    this.engine = engine;
  }

  async sweep(): Promise<void> {
    for (let queued = await this.outgoing.queued(BATCH); queued.length > 0; ) {
      for (let from = 0; from < queued.length; from += AT_ONCE)
        await Promise.all(queued.slice(from, from + AT_ONCE).map((each) => this.handOver(each)));
      queued = queued.length < BATCH ? [] : await this.outgoing.queued(BATCH);
    }
  }

  private async handOver(queued: Queued): Promise<void> {
    const { orgId: org, webhookId: webhook, eventId: event, generation } = queued;
    await this.engine.startWebhook({ org, webhook, event, generation });
    await this.outgoing.handedOver(queued);
  }
}
