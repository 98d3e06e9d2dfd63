import { z } from 'zod';
import type { Json } from '../json.js';
import { parseDuration } from '../spec/duration.js';

/** Shapes that several node types share. */

export const json: z.ZodType<Json> = z
  .json()
  .meta({ id: 'Value', description: 'Any JSON value; strings may hold ${ … } expressions.' });

export const template = z.string().describe('Text that may hold ${ … } expressions.');

export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, {
    error: 'a duration reads like 250ms, 5s, 10m, 2h, 1d or PT1H30M',
    params: { code: 'BAD_DURATION' },
  })
  .describe('A duration such as 250ms, 5s, 10m, 2h, 1d, or ISO 8601.');

export const secretName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of a secret, such as GITHUB_TOKEN');

export const auth = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('bearer'), secret: secretName }),
    z.strictObject({ type: z.literal('basic'), username: template, secret: secretName }),
    z.strictObject({ type: z.literal('header'), name: z.string().min(1), secret: secretName }),
  ])
  .describe('Credentials by the name of a secret; the value never enters history.');
