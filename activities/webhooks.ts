import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { Audit } from '../adapters/postgres/audit.js';
import type { GateLinks } from '../adapters/postgres/gate-links.js';
import type { GateNotices } from '../adapters/postgres/gate-notices.js';
import type { WebhookDeliveries } from '../adapters/postgres/webhook-deliveries.js';
import type { Webhooks } from '../adapters/postgres/webhooks.js';
import type { SendWebhook } from '../adapters/webhooks/send.js';
import type { DeliveryActivities, DeliveryStart } from '../core/contract/webhooks.js';
import { Fault } from '../core/fault.js';
import { toFailure } from './failure.js';

export interface WebhookDeps {
  webhooks: Webhooks;
  outgoing: WebhookDeliveries;
  audit: Audit;
  send: SendWebhook;
  /** For webhooks that ask for links; absent: links are not configured. */
  gates?: { links: GateLinks; notices: GateNotices; publicUrl: string };
}

/** How a delivery ends in Temporal when another attempt would be of no use. */
const pointless = (message: string): ApplicationFailure => ApplicationFailure.nonRetryable(message, 'WEBHOOK_DISABLED');
const GONE = 410;

/** The activities of a delivery's workflow. What is in its history are ids: body, URL and secrets stay in the database. */
export const webhookActivities = (deps: WebhookDeps): DeliveryActivities => ({
  async send_webhook(delivery) {
    const body = await deps.outgoing.unsent(delivery);
    if (body === undefined) return;
    const webhook = await deps.webhooks.find(delivery.org, delivery.webhook);
    if (!webhook) return; // and its deliveries with it
    if (!webhook.enabled) throw pointless('the webhook is disabled');
    const secrets = deps.webhooks.secretsOf(webhook, new Date());
    const { url, links } = webhook.definition;
    const message = {
      url,
      id: delivery.event,
      body: links ? await withLinks(deps, delivery.org, body) : body,
      secrets,
    };
    const status = await deps.send(message, Context.current().cancellationSignal).catch(async (err: unknown) => {
      const error = err instanceof Fault ? `${err.code}: ${err.message}` : String(err);
      await deps.outgoing.attempted(delivery, { status: null, error });
      throw toFailure(err);
    });
    await settled(deps, delivery, status);
  },

  async give_up_webhook({ delivery, exhausted }) {
    const disabled = await deps.outgoing.giveUp(delivery, { exhausted });
    if (disabled) await audited(deps, delivery, 'no delivery has got through');
  },
});

/** `gate.opened` with a link for each addressee in the directory, made for this very attempt: what is stored has none. */
async function withLinks({ gates }: WebhookDeps, orgId: string, body: string): Promise<string> {
  const event = JSON.parse(body) as {
    type: string;
    data: { run_id: string; node_key: string; gate: { due_at?: string } };
  };
  if (event.type !== 'gate.opened' || !gates) return body;
  const { run_id: runId, node_key: nodeKey, gate } = event.data;
  const due = gate.due_at === undefined ? null : new Date(gate.due_at);
  const links = await Promise.all(
    (await gates.notices.addressed(runId, nodeKey)).map(async ({ subject, round }) => {
      const token = await gates.links.mint({ orgId, runId, nodeKey, round, subject }, due);
      return { person: subject, url: `${gates.publicUrl}/g/${token}` };
    }),
  );
  return JSON.stringify({ ...event, data: { ...event.data, links } });
}

async function settled(deps: WebhookDeps, delivery: DeliveryStart, status: number): Promise<void> {
  const error = status >= 200 && status < 300 ? null : `answered ${status}`;
  await deps.outgoing.attempted(delivery, { status, error });
  if (error === null) return;
  if (status !== GONE) throw ApplicationFailure.retryable(error, 'WEBHOOK_REFUSED');
  const why = 'the receiver answered 410: it is gone';
  await deps.webhooks.disable(delivery.webhook, why);
  await audited(deps, delivery, why);
  throw pointless(error);
}

const audited = ({ audit }: WebhookDeps, { org, webhook }: DeliveryStart, why: string): Promise<void> =>
  audit.record(org, 'heddle', 'webhook.disable', webhook, { why });
