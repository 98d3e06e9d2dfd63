import { createHmac, randomUUID } from 'node:crypto';

/** Senders of webhooks, each as its vendor has it: written apart from the code that they are to convince. */

export interface Sent {
  headers: Record<string, string>;
  body: string;
}

export function standardWebhook(
  secret: string,
  body: string,
  { id = randomUUID(), at = Date.now() }: { id?: string; at?: number } = {},
): Sent {
  const time = String(Math.floor(at / 1_000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  return {
    headers: { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${mac}` },
    body,
  };
}

export const githubWebhook = (secret: string, body: string, id: string = randomUUID()): Sent => ({
  headers: {
    'x-github-delivery': id,
    'x-github-event': 'issues',
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  },
  body,
});

export function stripeWebhook(secret: string, body: string): Sent {
  const time = Math.floor(Date.now() / 1_000);
  const mac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return { headers: { 'stripe-signature': `t=${time},v1=${mac},v0=legacy` }, body };
}

export const tokenWebhook = (token: string, body: string): Sent => ({
  headers: { authorization: `Bearer ${token}` },
  body,
});
