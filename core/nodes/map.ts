import { z } from 'zod';
import { piecesOf } from '../expr/template.js';
import type { Json, JsonSchema } from '../json.js';
import { agentCall } from './agent-call.js';
import { calls } from './calls.js';
import { define, type NodeDefinition } from './definition.js';
import { nodeTimeout, retry, retryPolicy, timeout } from './policies.js';
import { toolCall } from './tool-call.js';
import { template } from './parts.js';
import { transform, transformConfig } from './transform.js';

const schema = z.record(z.string(), z.json()).describe('JSON Schema of an output.');
const common = { retry: retry.optional(), timeout: timeout.optional(), output: schema.optional() };

/** What a map does with each item; it runs inside one activity. */
const body = z.discriminatedUnion('type', [
  ...calls(common),
  z.strictObject({ type: z.literal('transform'), config: transformConfig, ...common }),
]);
const BODIES = { tool_call: toolCall, agent_call: agentCall, transform } as unknown as Record<
  z.infer<typeof body>['type'],
  NodeDefinition
>;

/** One that has no end is told of by the compiler, with its place. */
function isOneExpression(text: string): boolean {
  const found = piecesOf(text);
  return found !== undefined && (found.whole || found.unclosed !== undefined);
}

export const mapConfig = z.strictObject({
  over: template
    .refine(isOneExpression, {
      error: 'it must be one ${ … } whose value is a list',
      params: { code: 'BAD_VALUE' },
    })
    .describe('The list, as one ${ … }.'),
  do: body,
  concurrency: z.int().min(1).max(1_000).default(10),
  batch: z.int().min(1).max(1_000).default(1).describe('Items that share one activity.'),
  tolerate: z
    .strictObject({ count: z.int().min(0).optional(), percent: z.number().min(0).max(100).optional() })
    .optional(),
});
export type MapConfig = z.infer<typeof mapConfig>;

export const map = define<MapConfig>({
  config: mapConfig,
  templates: (config) => [
    { pointer: '/over', template: config.over, scope: 'node', expects: { '': 'list' } },
    ...BODIES[config.do.type].templates(config.do.config).map((part) => ({
      ...part,
      pointer: `/do/config${part.pointer}`,
      scope: 'item' as const,
    })),
  ],
  output: (config): JsonSchema => ({
    type: 'object',
    properties: {
      items: { type: 'array', items: {} },
      total: { type: 'integer' },
      completed: { type: 'integer' },
      failed: { type: 'integer' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: { index: { type: 'integer' }, code: { type: 'string' }, message: { type: 'string' } },
        },
      },
      ...(config.do.output ? { items: { type: 'array', items: config.do.output as JsonSchema } } : {}),
    },
  }),
  plan(config) {
    const { type, config: inner, retry: again, timeout: limit, output } = config.do;
    const definition = BODIES[type];
    const work = {
      type,
      config: definition.plan(inner),
      retry: retryPolicy(again, definition.attempts),
      timeout: nodeTimeout(limit, definition.attempt_ms),
      ...(output === undefined ? {} : { output }),
    };
    return { ...config, do: work } as unknown as Json;
  },
  attempts: 3,
  attempt_ms: 60_000,
});
