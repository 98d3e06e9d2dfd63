import { z } from 'zod';
import type { Json } from '../json.js';
import { define } from './definition.js';
import { json, template } from './parts.js';

export const humanGateConfig = z.strictObject({
  title: template.describe('What is to be decided, in one sentence.'),
  show: json.optional().describe('What the person needs to see.'),
  role: z.enum(['approver', 'operator', 'admin']).default('approver'),
});

export const humanGate = define<z.infer<typeof humanGateConfig>>({
  config: humanGateConfig,
  templates: (config) => [{ pointer: '', template: config as Json, scope: 'node' }],
  output: () => ({
    type: 'object',
    properties: {
      decision: { type: 'string' },
      approved: { type: 'boolean' },
      decided_by: { type: 'string' },
      comment: {},
      decided_at: { type: 'string' },
    },
  }),
  plan: (config) => config as Json,
  attempts: 1,
  attempt_ms: 60_000,
});
