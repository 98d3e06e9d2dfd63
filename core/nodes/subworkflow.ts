import { z } from 'zod';
import type { Json } from '../json.js';
import { define } from './definition.js';
import { json, workflowOrAlias } from './parts.js';

export const subworkflowConfig = z
  .strictObject({
    workflow: workflowOrAlias.describe('Name of a workflow of the same org, or `name@alias`.'),
    version: z.int().min(1).optional().describe('The newest when absent.'),
    input: json.optional(),
  })
  .refine(({ workflow, version }) => version === undefined || !workflow.includes('@'), {
    error: 'the alias says already which version it is',
    params: { code: 'BAD_VALUE' },
    path: ['version'],
  });

export const subworkflow = define<z.infer<typeof subworkflowConfig>>({
  config: subworkflowConfig,
  templates: ({ input }) => (input === undefined ? [] : [{ pointer: '/input', template: input, scope: 'node' }]),
  output: () => ({}),
  plan: (config) => config as Json,
  attempts: 3,
  attempt_ms: 60_000,
});
