import { z } from 'zod';
import type { Json } from '../json.js';
import { parseDuration } from '../spec/duration.js';
import { define, wholeConfig } from './definition.js';
import { template } from './parts.js';

const BAD = { params: { code: 'BAD_DURATION' } };

export const waitConfig = z
  .strictObject({
    duration: template
      .refine((text) => text.includes('${') || parseDuration(text) !== undefined, {
        error: 'a duration reads like 250ms, 5s, 10m, 2h, 1d or PT1H30M',
        ...BAD,
      })
      .optional(),
    until: template
      .refine((text) => text.includes('${') || !Number.isNaN(Date.parse(text)), {
        error: 'a time reads like 2026-01-31T12:00:00Z',
        ...BAD,
      })
      .optional(),
  })
  .refine(({ duration, until }) => (duration === undefined) !== (until === undefined), {
    error: 'a wait has either a duration or a time until',
    params: { code: 'BAD_VALUE' },
  });

export const wait = define<z.infer<typeof waitConfig>>({
  config: waitConfig,
  templates: (config) => wholeConfig(config as Json),
  output: () => ({ type: 'object', properties: { waited_until: { type: 'string' } } }),
  plan: (config) => config as Json,
  attempts: 1,
  attempt_ms: 60_000,
});
