import { z } from 'zod';
import type { Json, JsonSchema } from '../json.js';
import { MAX_DEDUPE_CHARS, MAX_INT, MAX_TRIGGER_HEADERS } from '../limits.js';
import { durationBetween } from '../nodes/durations.js';
import { workflowName } from '../nodes/parts.js';
import { eventName } from './named-events.js';
import { anyJson } from './views.js';

/** What makes an incoming webhook start something, as it is sent to the API and kept. JSON is in snake_case. */

const time = z.iso.datetime();

const header = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'the name of a header')
  .toLowerCase();

/** How a delivery proves whom it comes from. Each scheme signs the body as it was sent, but `token`, which is the secret itself. */
export const signature = z.discriminatedUnion('scheme', [
  z.strictObject({ scheme: z.literal('standard-webhooks') }).describe('https://www.standardwebhooks.com, v1 (HMAC).'),
  z.strictObject({ scheme: z.literal('github') }).describe('X-Hub-Signature-256.'),
  z.strictObject({ scheme: z.literal('stripe'), header: header.default('stripe-signature') }).describe('`t=…,v1=…`.'),
  z
    .strictObject({ scheme: z.literal('token'), header: header.default('authorization') })
    .describe('The secret in a header; in Authorization after `Bearer `.'),
]);
export type Signature = z.infer<typeof signature>;
export type Scheme = Signature['scheme'];

const ttl = durationBetween('1m', '30d').default('3d');
/** What tells a delivery that comes again from another one. */
export const dedupe = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('header'), name: header, ttl }),
  z.strictObject({
    from: z.literal('body'),
    pointer: z.string().regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'a JSON pointer, such as /id'),
    ttl,
  }),
]);
export type Dedupe = z.infer<typeof dedupe>;

const startRun = z.strictObject({
  kind: z.literal('start_run'),
  workflow: workflowName,
  version: z.int().min(1).max(MAX_INT).optional().describe('Absent: the newest when the delivery comes.'),
  input: anyJson
    .optional()
    .describe('The run’s input: a template whose `${ … }` read `body` and `headers`. Absent: the body as it is.'),
});

const aboutEvent = z.string().min(1).max(4_096);
const deliverEvent = z.strictObject({
  kind: z.literal('deliver_event'),
  event: eventName,
  run: aboutEvent
    .optional()
    .describe('The run that it is for, a template as `data`. Absent: whichever runs wait for it.'),
  key: aboutEvent.optional().describe('What it is about, a template as `data`. Absent: nothing.'),
  data: anyJson
    .optional()
    .describe('The event’s data: a template whose `${ … }` read `body` and `headers`. Absent: the body as it is.'),
});

/** What a delivery does. Each kind has its entry in api/hooks/actions.ts and in api/triggers/definition.ts. */
export const action = z.discriminatedUnion('kind', [startRun, deliverEvent]);
export type Action = z.infer<typeof action>;

/** Everything of a trigger that its owner decides. */
export const triggerDefinition = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a name has lower case letters, digits, - and _'),
  signature,
  dedupe: dedupe
    .optional()
    .describe(
      `Where a delivery’s id is found (at most ${MAX_DEDUPE_CHARS} characters) and how long it is remembered. Absent: as the scheme has it, for 3 days.`,
    ),
  schema: z
    .record(z.string(), z.json())
    .optional()
    .describe('JSON Schema, draft 2020-12: a body that does not fit is refused.'),
  headers: z.array(header).max(MAX_TRIGGER_HEADERS).default([]).describe('Headers that the template may read.'),
  action,
});
export type GivenTrigger = z.infer<typeof triggerDefinition>;
export type TriggerDefinition = Omit<GivenTrigger, 'dedupe' | 'schema'> & { dedupe: Dedupe; schema?: JsonSchema };

/** Where the senders of each scheme put a delivery's id; undefined where there is no custom. */
const CUSTOM: Record<Scheme, Dedupe | undefined> = {
  'standard-webhooks': { from: 'header', name: 'webhook-id', ttl: '3d' },
  github: { from: 'header', name: 'x-github-delivery', ttl: '3d' },
  stripe: { from: 'body', pointer: '/id', ttl: '3d' },
  token: undefined,
};
export const customaryDedupe = ({ scheme }: Signature): Dedupe | undefined => CUSTOM[scheme];

export const trigger = z
  .object({
    id: z.string(),
    ...triggerDefinition.shape,
    dedupe,
    path: z.string().describe('Where deliveries are POSTed, on the API’s origin. Nobody guesses it.'),
    enabled: z.boolean(),
    secrets: z
      .array(z.object({ created_at: time, expires_at: time.nullable() }))
      .describe('Those that a delivery may be signed with, newest first; never their values.'),
    created_by: z.string(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Trigger' });

/** What became of a delivery. */
export const OUTCOMES = [
  'started',
  'sent',
  'repeated',
  'unsigned',
  'malformed',
  'refused',
  'too_large',
  'failed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const triggerDelivery = z
  .object({
    at: time,
    outcome: z.enum(OUTCOMES),
    status: z.int().describe('The HTTP status that the sender got.'),
    delivery_id: z.string().nullable().describe('As the sender says, once the signature was right.'),
    run_id: z.string().nullable(),
    code: z.string().nullable().describe('Why it was refused; the sender was told more.'),
  })
  .meta({ id: 'TriggerDelivery' });

/** A delivery that has proved whom it comes from and fits the schema. */
export interface Delivery {
  id: string;
  body: Json;
  /** Those that the trigger allows; one that did not come is ''. */
  headers: Record<string, string>;
}
