import { z } from 'zod';
import { DEFAULT_PARALLEL, MAX_INDEXED_FIELDS, MAX_NODE_LIMITS, MAX_PARALLEL } from '../limits.js';
import { NODE_TYPES } from '../nodes/index.js';
import { durationBetween } from '../nodes/durations.js';
import { json, limitName, template, workflowName } from '../nodes/parts.js';
import { retry, timeout } from '../nodes/policies.js';
import { compensation } from '../nodes/compensation.js';
import type { NodeType } from './plan.js';

/** The one source of a spec's shape: the compiler validates by it and the published JSON Schema is made of it. */

const key = z
  .string()
  .regex(
    /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,62}$/,
    'a key has letters, digits and _ and begins with no digit: expressions use it as a name',
  );
const jsonSchema = z
  .record(z.string(), z.json())
  .meta({ id: 'JsonSchema', description: 'A JSON Schema, draft 2020-12.' });
const join = z.union([z.enum(['all', 'any', 'none_failed']), z.strictObject({ n: z.int().min(1) })]);

const common = {
  key,
  description: z.string().optional(),
  output: jsonSchema
    .optional()
    .describe('Schema of the output; checked where the node ran, and by the compiler in expressions that read it.'),
  retry: retry.optional(),
  timeout: timeout.optional(),
  join: join.default('all'),
  losers: z.enum(['cancel', 'let_run']).default('let_run'),
  on_error: z.enum(['fail_run', 'continue', 'hold']).default('fail_run'),
  compensate: compensation.optional().describe('What undoes the node when the run fails, is cancelled or times out.'),
};

/** What every node has, whatever its type. */
export const commonNodeSchema = z.strictObject({
  ...common,
  fuse: z.unknown().optional(),
  limits: z.unknown().optional(),
  type: z.unknown(),
  config: z.unknown(),
});

const fuse = (...also: 'always'[]) =>
  z
    .enum(['auto', 'never', ...also])
    .default('auto')
    .describe('Whether quick nodes may share one activity for their first attempt. auto: functions do.');

/** Of nodes whose work goes out as activities or as a run of its own. */
const limits = z
  .array(
    z.union([limitName, z.strictObject({ name: limitName, key: template.optional() })]).meta({
      description: 'A limit of the org, by name; with a key each of its values counts by itself.',
    }),
  )
  .min(1)
  .max(MAX_NODE_LIMITS)
  .refine((all) => new Set(all.map((each) => (typeof each === 'string' ? each : each.name))).size === all.length, {
    error: 'a limit may stand there once',
    params: { code: 'BAD_VALUE' },
  })
  .optional()
  .describe('Its work begins with a place of each, and gives it back when it has ended.');
export type SpecLimits = NonNullable<z.infer<typeof limits>>;
const WITH_LIMITS: ReadonlySet<NodeType> = new Set<NodeType>(['tool_call', 'agent_call', 'map', 'subworkflow']);

const nodeOf = <T extends NodeType>(type: T) =>
  z.strictObject({
    ...common,
    fuse: type === 'tool_call' ? fuse('always') : fuse(),
    ...(WITH_LIMITS.has(type) ? { limits } : {}),
    type: z.literal(type),
    config: NODE_TYPES[type].config,
  });

const node = z.discriminatedUnion('type', [
  nodeOf('tool_call'),
  nodeOf('agent_call'),
  nodeOf('transform'),
  nodeOf('wait'),
  nodeOf('subworkflow'),
  nodeOf('map'),
  nodeOf('human_gate'),
]);

const edge = z.strictObject({
  from: z.string(),
  to: z.string(),
  on: z.enum(['success', 'failure', 'always']).default('success'),
  condition: z.string().optional().describe('A CEL expression of type bool.'),
});

const fieldName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'the name of a field has lower case letters, digits and _ and begins with a letter');

export const specSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: workflowName,
    description: z.string().optional(),
    input: jsonSchema.optional().describe('Schema of a run’s input.'),
    index: z
      .record(fieldName, template)
      .refine((fields) => Object.keys(fields).length <= MAX_INDEXED_FIELDS, {
        error: `${MAX_INDEXED_FIELDS} fields at most`,
        params: { code: 'OUT_OF_RANGE' },
      })
      .optional()
      .describe('Fields that runs are found by: by name, a template over the run’s input.'),
    nodes: z.array(node).min(1),
    edges: z.array(edge).default([]),
    output: json.optional().describe('The run’s output.'),
    limits: z
      .strictObject({
        run: z
          .strictObject({
            timeout: durationBetween('1s', '3650d').optional().describe('Wall time of the whole run.'),
            limit: limitName.optional().describe('The run begins with a place of this limit.'),
            concurrency_key: template
              .optional()
              .describe('Which key of the limit; without a limit: one run of the workflow at a time for each key.'),
            priority: z.int().min(1).max(5).optional().describe('1 goes first, 5 last; 3 when absent.'),
            max_parallel: z.int().min(1).max(MAX_PARALLEL).default(DEFAULT_PARALLEL),
            mailbox: z
              .strictObject({ ttl: durationBetween('1s', '365d') })
              .optional()
              .describe('How long events are kept that come before their wait.'),
          })
          .optional(),
      })
      .optional(),
  })
  .meta({ id: 'Workflow', title: 'Heddle workflow', description: 'A graph of agents, tools and people.' });

export type Spec = z.infer<typeof specSchema>;
export type SpecNode = Spec['nodes'][number];
export type SpecEdge = Spec['edges'][number];

/** The published schema. Editors for YAML mostly know draft 7 only. */
export const specJsonSchema = (draft: 'draft-2020-12' | 'draft-7' = 'draft-2020-12'): object =>
  z.toJSONSchema(specSchema, { target: draft, io: 'input' });
