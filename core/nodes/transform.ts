import { z } from 'zod';
import { define } from './definition.js';
import { json } from './parts.js';

export const transformConfig = z.strictObject({ value: json });

export const transform = define<z.infer<typeof transformConfig>>({
  config: transformConfig,
  templates: ({ value }) => [{ pointer: '/value', template: value, scope: 'node' }],
  output: () => ({}),
  plan: (config) => config,
  attempts: 1,
  attempt_ms: 60_000,
});
