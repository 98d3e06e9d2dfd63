import { z } from 'zod';
import type { Json } from '../json.js';
import { NAME_OR_ALIAS, WORKFLOW_NAME } from '../spec/reference.js';

/** Shapes that several node types share. */

export const json: z.ZodType<Json> = z
  .json()
  .meta({ id: 'Value', description: 'Any JSON value; strings may hold ${ … } expressions.' });

export const template = z.string().describe('Text that may hold ${ … } expressions.');

/** The name of a workflow. */
export const workflowName = z.string().regex(WORKFLOW_NAME, 'a name has lower case letters, digits, - and _');

/** A workflow to run: its newest version, or what an alias leads to. */
export const workflowOrAlias = z
  .string()
  .regex(
    NAME_OR_ALIAS,
    'a name has lower case letters, digits, - and _; an alias may follow after @, and begins with a letter',
  );

export const secretName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of a secret, such as GITHUB_TOKEN');

export const auth = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('bearer'), secret: secretName }),
    z.strictObject({ type: z.literal('basic'), username: template, secret: secretName }),
    z.strictObject({ type: z.literal('header'), name: z.string().min(1), secret: secretName }),
  ])
  .describe('Credentials by the name of a secret; the value never enters history.');

export const idempotent = z
  .boolean()
  .optional()
  .describe(
    'false: whoever is called does not honour the effect’s key, so a call that may have gone out is never made again.',
  );

export const isIdempotent = (config: { idempotent?: boolean | undefined }): boolean => config.idempotent !== false;

/** For what is tried again as a whole: there a call that may have gone out would be. */
export const mustBeIdempotent = {
  error: 'what stands here is tried again, so it can not be idempotent: false',
  params: { code: 'BAD_VALUE' },
  path: ['idempotent'],
};

/** The name of a limit, an org's resource. */
const LIMIT_NAME = /^[a-z][a-z0-9_-]{0,62}$/;
export const limitName = z
  .string()
  .regex(LIMIT_NAME, 'the name of a limit has lower case letters, digits, - and _ and begins with a letter');
