import { z } from 'zod';

/** Outgoing webhooks: what an org's own systems are told, as it is sent to the API and as it arrives. */

const time = z.iso.datetime();

/** Each happens once in a run and its redrives each, or once for each time a gate of it is asked: that is what makes its delivery one. */
export const WEBHOOK_EVENTS = [
  ...(['gate.opened', 'gate.decided'] as const),
  ...(['run.completed', 'run.failed', 'run.cancelled', 'run.terminated', 'run.timed_out'] as const),
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export const webhookDefinition = z.strictObject({
  url: z
    .string()
    .max(2_000)
    .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), 'an http or https URL')
    .describe('Where deliveries are POSTed.'),
  description: z
    .string()
    .max(200)
    // oxlint-disable-next-line no-control-regex -- the one character that PostgreSQL does not keep
    .regex(/^[^\u0000]*$/)
    .default(''),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .min(1)
    .refine((events) => new Set(events).size === events.length, 'each once'),
  links: z
    .boolean()
    .default(false)
    .describe(
      'With `gate.opened`, a link for each addressee by which they decide. Only an admin asks for it: the receiver could decide.',
    ),
});
export type WebhookDefinition = z.infer<typeof webhookDefinition>;

export const webhook = z
  .object({
    id: z.string(),
    ...webhookDefinition.shape,
    enabled: z.boolean(),
    disabled_why: z.string().nullable(),
    failing_since: time.nullable().describe('Of the first attempt that failed since one got through.'),
    secrets: z.array(z.object({ created_at: time, expires_at: time.nullable() })),
    created_by: z.string(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Webhook' });

export const DELIVERY_STATUSES = ['queued', 'pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export const webhookDelivery = z
  .object({
    id: z.string().describe('The event’s id, which is sent as webhook-id, with each attempt and each redelivery.'),
    type: z.enum(WEBHOOK_EVENTS),
    run_id: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int(),
    last_status: z.int().nullable().describe('The HTTP status of the last attempt.'),
    last_error: z.string().nullable(),
    last_at: time.nullable(),
    created_at: time,
    body: z.string().describe('What is sent, byte for byte.'),
  })
  .meta({ id: 'WebhookDelivery' });

/** How long a delivery is tried, and how patiently: 5 s, 15 s, 45 s, … 12 h, for three days. */
export const DELIVERY_RETRY = {
  initial_interval_ms: 5_000,
  backoff: 3,
  max_interval_ms: 12 * 3_600_000,
  total_ms: 3 * 86_400_000,
};

/** What the workflow of one delivery gets. A redelivery is another generation, and the one before gives up. */
export interface DeliveryStart {
  org: string;
  webhook: string;
  event: string;
  generation: number;
  retry: typeof DELIVERY_RETRY;
}

/** The activities of that workflow. */
export interface DeliveryActivities {
  /** One attempt. Throws what the attempt failed with. */
  send_webhook(delivery: DeliveryStart): Promise<void>;
  /** `exhausted`: all the time was used up; otherwise there was no sense in another attempt. */
  give_up_webhook(given: { delivery: DeliveryStart; exhausted: boolean }): Promise<void>;
}
