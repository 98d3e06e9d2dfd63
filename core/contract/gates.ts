import { z } from 'zod';
import { anyJson } from './views.js';

/** Gates as the API sends them: in the inbox, one by itself, and what became of it. */

const time = z.iso.datetime();

export const gateClaim = z
  .object({ holder: z.string(), claimed_at: time, expires_at: time })
  .meta({ id: 'GateClaim', description: 'Who works on it.' });

const fields = {
  run_id: z.string(),
  node_key: z.string(),
  workflow: z.string(),
  status: z.enum(['open', 'decided', 'closed']),
  title: z.string(),
  show: anyJson,
  role: z.string().nullable().describe('Null: a policy says who decides.'),
  round: z.int().min(0).describe('How often it was asked before.'),
  opened_at: time,
  due_at: time.nullable(),
  evidence: z.string().nullable().describe('Hash of what is shown; a decision names it.'),
  form: anyJson.describe('JSON Schema of what a decision brings along.'),
  votes: anyJson.describe('Decisions so far, of a gate with a policy.'),
  waits_for: z.string().nullable(),
  decision: anyJson,
  closed_at: time.nullable(),
  claim: gateClaim.nullable(),
};

export const gate = z
  .object({
    ...fields,
    on_behalf_of: z
      .array(z.string())
      .optional()
      .describe('Of what is assigned to the caller: in whose places the caller may decide it, too.'),
  })
  .meta({ id: 'Gate' });

export const gateComment = z
  .object({ id: z.string(), author: z.string(), text: z.string(), at: time })
  .meta({ id: 'GateComment' });

const seat = z.object({
  count: z.int().min(1),
  group: z.string().optional(),
  role: z.string().optional(),
  people: z.array(z.string()).optional(),
});

export const gateDetail = z
  .object({
    ...fields,
    quorum: z.array(seat).describe('Who has to approve: so many people of each.'),
    missing: z.array(seat).describe('Seats that nobody has taken yet.'),
    exclude: z.array(z.string()).describe('Who may not decide it.'),
    addressees: z
      .array(z.string())
      .describe('Whom an open gate with a policy is for, those that it was escalated to among them.'),
    deadline: z
      .object({
        then: z.enum(['deny', 'fail', 'approve']),
        escalate_to: z.string().nullable(),
        escalates_at: time.nullable(),
      })
      .nullable()
      .describe('What happens when nobody decides in time.'),
    you: z
      .object({ assigned: z.boolean(), on_behalf_of: z.array(z.string()) })
      .describe(
        'Whether the caller is asked, and in whose places; whether four eyes allow it is seen when it is decided.',
      ),
    comments: z.array(gateComment).describe('The first ones.'),
    run: z.object({ id: z.string(), workflow: z.string(), version: z.int(), starter: z.string(), href: z.string() }),
  })
  .meta({ id: 'GateDetail' });

const HISTORY_KINDS = [
  ...(['opened', 'asked_again', 'reminded', 'escalated', 'voted', 'decided', 'lapsed', 'acted', 'closed'] as const),
  ...(['claimed', 'released', 'commented'] as const),
] as const;

export const gateEntry = z
  .object({
    at: time,
    kind: z.enum(HISTORY_KINDS),
    actor: z.string().nullable().describe('Null: the run itself.'),
    round: z.int().min(0),
    data: anyJson,
  })
  .meta({ id: 'GateEntry' });
export type GateEntry = z.infer<typeof gateEntry>;
