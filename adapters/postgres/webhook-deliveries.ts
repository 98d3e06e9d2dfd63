import { createHash } from 'node:crypto';
import type { DeliveryStart, DeliveryStatus, WebhookEvent } from '../../core/contract/webhooks.js';
import type { HookEvent } from '../../core/events/hook-event.js';
import { type Db, olderThan, shortError } from './db.js';

/** How an event is called outside: the same whoever saw it first, and nothing that a receiver could take apart. */
export const eventId = ({ key }: Pick<HookEvent, 'key'>): string =>
  `evt_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;

/** In the transaction that writes what the events are of. An event that is queued already stays as it is. */
export async function queueDeliveries(
  tx: Pick<Db, '$executeRaw'>,
  orgId: string,
  events: readonly HookEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({ id: eventId(event), ...event }));
  await tx.$executeRaw`
    INSERT INTO webhook_deliveries (webhook_id, event_id, type, run_id, body)
    SELECT w.id, e.id, e.type, e.run_id, e.body
    FROM webhooks w JOIN json_to_recordset(${JSON.stringify(rows)}::json) AS e(id text, type text, run_id text, at timestamptz, body text)
      ON e.type = ANY(w.events) AND e.at >= w.since
    WHERE w.org_id = ${orgId} AND w.enabled
    ON CONFLICT DO NOTHING`;
}

export interface DeliveryRow {
  webhookId: string;
  eventId: string;
  type: WebhookEvent;
  runId: string;
  body: string;
  status: DeliveryStatus;
  generation: number;
  attempts: number;
  lastAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
}
export interface Queued {
  orgId: string;
  webhookId: string;
  eventId: string;
  generation: number;
}

/** Names one delivery in one of its generations. */
type Ref = Pick<DeliveryStart, 'webhook' | 'event' | 'generation'>;

/** Outgoing deliveries: queued with what they are of, handed to Temporal by one projector, written on by the activity that sends them. */
export class WebhookDeliveries {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** What is to be handed to Temporal, oldest first. */
  queued(limit: number): Promise<Queued[]> {
    return this.db.$queryRaw<Queued[]>`
      SELECT w.org_id AS "orgId", d.webhook_id AS "webhookId", d.event_id AS "eventId", d.generation
      FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
      WHERE d.status = 'queued' ORDER BY d.created_at LIMIT ${limit}`;
  }

  /** Temporal has it. One that it has dealt with meanwhile is further on. */
  async handedOver({ webhookId, eventId: event, generation }: Queued): Promise<void> {
    await this.db.webhookDelivery.updateMany({
      where: { webhookId, eventId: event, generation, status: 'queued' },
      data: { status: 'pending' },
    });
  }

  /** What is to be sent; undefined when that is over: delivered, removed, or sent again as another generation. */
  async unsent({ webhook, event, generation }: Ref): Promise<string | undefined> {
    const row = await this.db.webhookDelivery.findFirst({
      where: { webhookId: webhook, eventId: event, generation, status: { in: ['queued', 'pending'] } },
      select: { body: true },
    });
    return row?.body;
  }

  /** What an attempt has come to; without an error it got through. `status`: as the receiver answered, if it did. */
  async attempted(
    { webhook, event, generation }: Ref,
    { status, error }: { status: number | null; error: string | null },
  ): Promise<void> {
    const message = shortError(error);
    await this.db.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE webhook_deliveries SET attempts = attempts + 1, first_at = COALESCE(first_at, now()), last_at = now(),
          last_status = ${status}, last_error = ${message}, status = CASE WHEN ${message}::text IS NULL THEN 'delivered' ELSE status END
        WHERE webhook_id = ${webhook} AND event_id = ${event} AND generation = ${generation}`;
      await tx.$executeRaw`
        UPDATE webhooks SET failing_since = CASE WHEN ${message}::text IS NULL THEN NULL ELSE now() END
        WHERE id = ${webhook} AND (failing_since IS NULL) <> (${message}::text IS NULL)`;
    });
  }

  /**
   * No more attempts. `exhausted`: all of its time was used up; if nothing has got through to the endpoint since it was first tried, the endpoint
   * is disabled. Answers whether it was.
   */
  async giveUp({ webhook, event, generation }: Ref, { exhausted }: { exhausted: boolean }): Promise<boolean> {
    return this.db.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE webhook_deliveries SET status = 'failed'
        WHERE webhook_id = ${webhook} AND event_id = ${event} AND generation = ${generation} AND status <> 'delivered'`;
      if (!exhausted) return false;
      const disabled = await tx.$executeRaw`
        UPDATE webhooks w SET enabled = false, updated_at = now(),
          disabled_why = 'no delivery has got through for as long as one is tried'
        FROM webhook_deliveries d
        WHERE w.id = ${webhook} AND w.enabled AND d.webhook_id = w.id AND d.event_id = ${event}
          AND d.generation = ${generation} AND w.failing_since <= d.first_at`;
      return disabled > 0;
    });
  }

  /** Newest first, from after the place on. */
  async list(
    webhookId: string,
    { status, limit, place }: { status?: DeliveryStatus; limit: number; place?: { createdAt: Date; eventId: string } },
  ): Promise<DeliveryRow[]> {
    const rows = await this.db.webhookDelivery.findMany({
      where: { webhookId, ...(status === undefined ? {} : { status }), ...olderThan(place, 'eventId') },
      orderBy: [{ createdAt: 'desc' }, { eventId: 'desc' }],
      take: limit,
    });
    return rows.map((row) => ({ ...row, type: row.type as WebhookEvent, status: row.status as DeliveryStatus }));
  }

  /** Queues it once more, from the beginning, whatever has become of it; undefined when there is none. */
  async again(webhookId: string, event: string): Promise<DeliveryRow | undefined> {
    const { count } = await this.db.webhookDelivery.updateMany({
      where: { webhookId, eventId: event },
      data: { status: 'queued', generation: { increment: 1 }, firstAt: null },
    });
    if (count === 0) return undefined;
    const row = await this.db.webhookDelivery.findUnique({
      where: { webhookId_eventId: { webhookId, eventId: event } },
    });
    return row ? { ...row, type: row.type as WebhookEvent, status: row.status as DeliveryStatus } : undefined;
  }

  /** Removes those that have come to an end and are older; answers how many. */
  removeSettled(before: Date, limit: number): Promise<number> {
    return this.db.$executeRaw`
      WITH old AS (
        SELECT webhook_id, event_id FROM webhook_deliveries
        WHERE created_at < ${before}::timestamptz AND status IN ('delivered', 'failed')
        ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) DELETE FROM webhook_deliveries d USING old WHERE d.webhook_id = old.webhook_id AND d.event_id = old.event_id`;
  }
}
