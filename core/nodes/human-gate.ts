import { z } from 'zod';
import { ROLES } from '../auth/can.js';
import type { Json, JsonSchema } from '../json.js';
import { parseDuration } from '../spec/duration.js';
import { define } from './definition.js';
import { durationBetween } from './durations.js';
import { json, template } from './parts.js';

const count = z.int().min(1).max(100).default(1);
const group = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a group is called by small letters, digits, - and _');
const person = z.string().regex(/^(user|key):\S{1,200}$/, 'a person is named as user:… or key:…');
const seat = z.union([
  z.strictObject({ group, count }),
  z.strictObject({ role: z.enum(ROLES), count }),
  z.strictObject({ people: z.array(person).min(1).max(100), count }),
]);

/** Who decides a gate, where one person with a role is not enough. */
export const policy = z.strictObject({
  quorum: z.array(seat).min(1).max(20).describe('Who has to say yes: all of these together, each person for one seat.'),
  exclude: z
    .array(z.enum(['starter', 'author', 'earlier_approvers']))
    .default([])
    .describe(
      'Who may not decide: who started the run, who registered the workflow, who approved an earlier gate of the run.',
    ),
});

export const deadline = z
  .strictObject({
    after: durationBetween('1s', '365d').describe('From when the gate opens.'),
    remind: z.array(durationBetween('1s', '365d')).max(10).default([]).describe('From when the gate opens.'),
    escalate: z
      .strictObject({
        after: durationBetween('1s', '365d'),
        to: z.union([group, person]).describe('A group or a person who may decide from then on, for any seat.'),
      })
      .optional(),
    // Nothing is approved because nobody looked, unless the spec says just that.
    then: z.enum(['deny', 'fail', 'approve']).default('deny'),
  })
  .superRefine(({ after, remind, escalate }, ctx) => {
    const late = (given: string, path: (string | number)[]) => {
      if (ms(given) >= ms(after))
        ctx.addIssue({
          code: 'custom',
          message: 'it must come before the deadline itself',
          path,
          params: { code: 'OUT_OF_RANGE' },
        });
    };
    for (const [at, each] of remind.entries()) late(each, ['remind', at]);
    if (escalate) late(escalate.after, ['escalate', 'after']);
  });

const ms = (text: string): number => parseDuration(text)!;

const humanGateConfig = z
  .strictObject({
    title: template.describe('What is to be decided, in one sentence.'),
    show: json.optional().describe('What the person needs to see.'),
    role: z
      .enum(['approver', 'operator', 'admin'])
      .default('approver')
      .describe('Who decides, where there is no policy: one person with this role.'),
    policy: policy.optional(),
    form: json.optional().describe('JSON Schema of what a decision brings along.'),
    deadline: deadline.optional(),
    unsigned_signals: z
      .boolean()
      .optional()
      .describe('A signal from Temporal’s own tools counts without a signature; not with a policy.'),
  })
  .refine(({ policy: given, unsigned_signals }) => !(given && unsigned_signals), {
    error: 'a policy counts who decided: its gate takes no unsigned signals',
    params: { code: 'BAD_VALUE' },
    path: ['unsigned_signals'],
  });

/** A gate's deadline as the plan has it, in ms from when it opens. */
export interface GateDeadline {
  after_ms: number;
  remind_ms: number[];
  escalate?: { after_ms: number; to: string };
  then: 'deny' | 'fail' | 'approve';
}

/** In ms, as the plan has it. */
export function deadlineOf({ after, remind, escalate, then }: z.infer<typeof deadline>): GateDeadline {
  return {
    after_ms: ms(after),
    remind_ms: remind.map(ms),
    ...(escalate ? { escalate: { after_ms: ms(escalate.after), to: escalate.to } } : {}),
    then,
  };
}

export const humanGate = define<z.infer<typeof humanGateConfig>>({
  config: humanGateConfig,
  templates: ({ title, show }) => [
    { pointer: '/title', template: title as Json, scope: 'node' },
    ...(show === undefined ? [] : [{ pointer: '/show', template: show as Json, scope: 'node' as const }]),
  ],
  output: ({ form, policy }) => ({
    type: 'object',
    properties: {
      decision: { type: 'string' },
      approved: { type: 'boolean' },
      decided_by: { type: 'string' },
      on_behalf_of: { type: 'string' },
      comment: {},
      decided_at: { type: 'string' },
      ...(form === undefined ? {} : { form: form as JsonSchema }),
      ...(policy === undefined ? {} : { votes: { type: 'array' } }),
    },
  }),
  plan: ({ deadline: given, ...config }) =>
    ({ ...config, ...(given ? { deadline: deadlineOf(given) } : {}) }) as unknown as Json,
  attempts: 1,
  attempt_ms: 60_000,
});
