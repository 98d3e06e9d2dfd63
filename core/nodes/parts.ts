import { z } from 'zod';
import type { Json } from '../json.js';

/** Shapes that several node types share. */

export const json: z.ZodType<Json> = z
  .json()
  .meta({ id: 'Value', description: 'Any JSON value; strings may hold ${ … } expressions.' });

export const template = z.string().describe('Text that may hold ${ … } expressions.');

/** The name of a workflow. */
export const workflowName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'a name has lower case letters, digits, - and _');

export const secretName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of a secret, such as GITHUB_TOKEN');

export const auth = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('bearer'), secret: secretName }),
    z.strictObject({ type: z.literal('basic'), username: template, secret: secretName }),
    z.strictObject({ type: z.literal('header'), name: z.string().min(1), secret: secretName }),
  ])
  .describe('Credentials by the name of a secret; the value never enters history.');
