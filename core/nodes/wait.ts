import { z } from 'zod';
import { eventName } from '../contract/named-events.js';
import type { Json, JsonSchema } from '../json.js';
import { MAX_EVENT_KEY_CHARS, MAX_WAIT_MS } from '../limits.js';
import { parseDuration } from '../spec/duration.js';
import { define } from './definition.js';
import { durationBetween, NO_DURATION } from './durations.js';
import { json, template } from './parts.js';

const OF_EVENTS = ['key', 'timeout', 'then', 'schema'] as const;

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
    event: eventName.optional().describe('The name of an event that comes from outside.'),
    key: template
      .refine((text) => text.includes('${') || text.length <= MAX_EVENT_KEY_CHARS, {
        error: `it must have at most ${MAX_EVENT_KEY_CHARS} characters`,
        params: { code: 'OUT_OF_RANGE' },
      })
      .optional()
      .describe('Which of the events of that name: those that were sent with this key. Absent: those without.'),
    timeout: durationBetween('10ms', '3650d').optional().describe('How long it waits for the event.'),
    then: z
      .enum(['fail', 'continue'])
      .optional()
      .describe('What happens when time is up: fail, unless said otherwise.'),
    schema: json.optional().describe('JSON Schema of the event’s data.'),
  })
  .refine(({ duration, until, event }) => [duration, until, event].filter((way) => way !== undefined).length === 1, {
    error: 'a wait has either a duration or a time until, or an event',
    params: { code: 'BAD_VALUE' },
  })
  .refine((config) => config.event !== undefined || OF_EVENTS.every((field) => config[field] === undefined), {
    error: `${OF_EVENTS.join(', ')} are of a wait for an event`,
    params: { code: 'BAD_VALUE' },
  })
  .refine(({ then, timeout }) => then === undefined || timeout !== undefined, {
    error: 'then says what happens after the timeout: say how long that is',
    params: { code: 'BAD_VALUE' },
  });

export type WaitConfig = z.infer<typeof waitConfig>;

export const wait = define<WaitConfig>({
  config: waitConfig,
  templates: ({ schema: _schema, ...config }) => [
    {
      ...{ pointer: '', template: config as Json, scope: 'node' },
      expects: { '/duration': 'duration', '/until': 'time', '/key': 'string' },
    },
  ],
  output: outputOf,
  plan: planOf,
  attempts: 1,
  attempt_ms: 60_000,
});

function outputOf({ event, schema }: WaitConfig): JsonSchema {
  const text = { type: 'string' };
  if (event === undefined) return { type: 'object', properties: { waited_until: text } };
  const data = (schema ?? {}) as JsonSchema;
  const about = { event: text, key: text, id: text, sent_at: text, received_at: text };
  return { type: 'object', properties: { received: { type: 'boolean' }, ...about, data } };
}

function planOf({ timeout, then = 'fail', ...config }: WaitConfig): Json {
  if (config.event === undefined) return config as Json;
  const timeout_ms = timeout === undefined ? {} : { timeout_ms: parseDuration(timeout)! };
  return { ...config, ...timeout_ms, then } as Json;
}
