import { z } from 'zod';
import type { Json } from '../json.js';
import { parseDuration } from '../spec/duration.js';
import { define } from './definition.js';
import { durationBetween } from './durations.js';
import { auth, idempotent, json, template } from './parts.js';

export const agentCallConfig = z.strictObject({
  agent: template.describe('URL of the A2A agent or of its card.'),
  message: json.describe('Text, or an object that is sent as data.'),
  auth: auth.optional(),
  idempotent,
  stream: z.boolean().default(true),
  poll_interval: durationBetween('10ms', '1h').default('1s'),
});
export type AgentCallConfig = z.infer<typeof agentCallConfig>;

export const agentCall = define<AgentCallConfig>({
  config: agentCallConfig,
  templates: (config) => [{ pointer: '', template: config as Json, scope: 'node', expects: { '/agent': 'string' } }],
  output: () => ({
    type: 'object',
    additionalProperties: true,
    properties: { text: { type: 'string' }, state: { type: 'string' }, artifacts: { type: 'array' }, task: {} },
  }),
  plan: ({ poll_interval, ...config }) => ({ ...config, poll_interval_ms: parseDuration(poll_interval)! }) as Json,
  attempts: 3,
  attempt_ms: 600_000,
});
