import { z } from 'zod';
import type { Json } from '../json.js';
import { MAX_WAIT_MS } from '../limits.js';
import { parseDuration } from '../spec/duration.js';
import { define } from './definition.js';
import { NO_DURATION } from './durations.js';
import { template } from './parts.js';

export const waitConfig = z
  .strictObject({
    duration: template
      .refine((text) => text.includes('${') || parseDuration(text) !== undefined, NO_DURATION)
      .refine((text) => text.includes('${') || !(parseDuration(text)! > MAX_WAIT_MS), {
        error: 'it must be at most 3650d',
        params: { code: 'OUT_OF_RANGE' },
      })
      .optional(),
    until: template
      .refine((text) => text.includes('${') || !Number.isNaN(Date.parse(text)), {
        error: 'a time reads like 2026-01-31T12:00:00Z',
        params: { code: 'BAD_DURATION' },
      })
      .optional(),
  })
  .refine(({ duration, until }) => (duration === undefined) !== (until === undefined), {
    error: 'a wait has either a duration or a time until',
    params: { code: 'BAD_VALUE' },
  });

export const wait = define<z.infer<typeof waitConfig>>({
  config: waitConfig,
  templates: (config) => [
    { pointer: '', template: config as Json, scope: 'node', expects: { '/duration': 'duration', '/until': 'time' } },
  ],
  output: () => ({ type: 'object', properties: { waited_until: { type: 'string' } } }),
  plan: (config) => config as Json,
  attempts: 1,
  attempt_ms: 60_000,
});
