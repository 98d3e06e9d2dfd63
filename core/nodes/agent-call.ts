import { z } from 'zod';
import type { GatePolicy } from '../engine/kinds/quorum.js';
import type { Json, JsonSchema } from '../json.js';
import { parseDuration } from '../spec/duration.js';
import { define } from './definition.js';
import { durationBetween } from './durations.js';
import { deadline, deadlineOf, type GateDeadline, policy } from './human-gate.js';
import { auth, idempotent, json, template } from './parts.js';

/** What an agent's question is answered with. */
export const ANSWER_FORM: JsonSchema = {
  type: 'object',
  required: ['answer'],
  properties: { answer: { type: ['string', 'object'], title: 'Answer' } },
};

const questions = z
  .union([
    z.literal('fail'),
    z.strictObject({
      role: z.enum(['approver', 'operator', 'admin']).default('approver'),
      policy: policy.optional(),
      deadline: deadline.optional(),
    }),
  ])
  .prefault({})
  .describe('Who answers when the agent asks for input or authorisation; `fail`: nobody, the node fails.');

/** As the plan has it; absent: nobody is asked. */
export interface AgentQuestions {
  role: string;
  policy?: GatePolicy;
  deadline?: GateDeadline;
}

export const agentCallConfig = z.strictObject({
  agent: template.describe('URL of the A2A agent or of its card.'),
  message: json.describe('Text, or an object that is sent as data.'),
  auth: auth.optional(),
  idempotent,
  stream: z.boolean().default(true),
  poll_interval: durationBetween('10ms', '1h').default('1s'),
  questions,
});
export type AgentCallConfig = z.infer<typeof agentCallConfig>;

const questionsOf = ({
  role,
  policy: given,
  deadline: due,
}: Exclude<AgentCallConfig['questions'], 'fail'>): AgentQuestions => ({
  role,
  ...(given ? { policy: given as GatePolicy } : {}),
  ...(due ? { deadline: deadlineOf(due) } : {}),
});

/** What may hold expressions: who is asked is said once for all. */
function bound(config: AgentCallConfig): Omit<AgentCallConfig, 'questions'> {
  const { questions: _, ...rest } = config;
  return rest;
}

export const agentCall = define<AgentCallConfig>({
  config: agentCallConfig,
  templates: (config) => [
    { pointer: '', template: bound(config) as Json, scope: 'node', expects: { '/agent': 'string' } },
  ],
  output: () => ({
    type: 'object',
    additionalProperties: true,
    properties: { text: { type: 'string' }, state: { type: 'string' }, artifacts: { type: 'array' }, task: {} },
  }),
  plan: ({ poll_interval, questions: who, ...config }) =>
    ({
      ...config,
      poll_interval_ms: parseDuration(poll_interval)!,
      ...(who === 'fail' ? {} : { questions: questionsOf(who) }),
    }) as unknown as Json,
  attempts: 3,
  attempt_ms: 600_000,
});
