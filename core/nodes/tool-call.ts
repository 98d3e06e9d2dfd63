import { z } from 'zod';
import type { Json, JsonSchema } from '../json.js';
import { define, type TemplatePart } from './definition.js';
import { auth, idempotent, json, template } from './parts.js';

const BODIES = ['json', 'form', 'text', 'base64'] as const;

const request = z
  .strictObject({
    method: z
      .string()
      .regex(/^[A-Z]+$/, 'an HTTP method in capitals')
      .default('GET'),
    url: template,
    headers: z.record(z.string(), template).optional(),
    query: z.record(z.string(), json).optional(),
    json: json.optional(),
    form: z.record(z.string(), json).optional(),
    text: template.optional(),
    base64: template.optional(),
    auth: auth.optional(),
    expect: z
      .array(
        z.union([
          z.int().min(100).max(599),
          z.string().regex(/^[1-5]xx$/, 'a status such as 200, or a class of them such as 2xx'),
        ]),
      )
      .min(1)
      .default(['2xx'])
      .describe('Statuses that count as success, such as 200 or 2xx.'),
    redirects: z.int().min(0).max(10).default(5),
    max_bytes: z
      .int()
      .min(1)
      .max(1024 * 1024 * 1024)
      .default(10 * 1024 * 1024),
    idempotency_header: z.string().min(1).default('Idempotency-Key'),
  })
  .refine((value) => BODIES.filter((body) => value[body] !== undefined).length <= 1, {
    error: `a request has one body at most: one of ${BODIES.join(', ')}`,
    params: { code: 'BAD_VALUE' },
  });

const http = z.strictObject({ tool: z.literal('http'), request, idempotent });

const fn = z
  .strictObject({
    tool: z.literal('function'),
    name: z
      .string()
      .regex(/^[\w.-]+$/, 'the name of a function, as it is')
      .optional()
      .describe('A function that the server registers.'),
    code: z
      .string()
      .min(1)
      .optional()
      .describe('JavaScript: a module whose default export is the function. Runs in a sandbox.'),
    input: json.optional(),
    idempotent,
    memory_mb: z.int().min(16).max(256).default(64),
    time_ms: z.int().min(10).max(60_000).default(2_000),
  })
  .refine(({ name, code }) => (name === undefined) !== (code === undefined), {
    error: 'a function has either a name or code',
    params: { code: 'BAD_VALUE' },
  });

export const toolCallConfig = z.discriminatedUnion('tool', [http, fn]);
export type ToolCallConfig = z.infer<typeof toolCallConfig>;
export type HttpRequest = z.infer<typeof request>;

const HTTP_OUTPUT: JsonSchema = {
  type: 'object',
  properties: { status: { type: 'integer' }, headers: { type: 'object' }, body: {} },
};

export const toolCall = define<ToolCallConfig>({
  config: toolCallConfig,
  templates(config): TemplatePart[] {
    if (config.tool === 'http')
      return [
        {
          pointer: '/request',
          template: config.request as unknown as Json,
          scope: 'node',
          expects: { '/url': 'string' },
        },
      ];
    return config.input === undefined ? [] : [{ pointer: '/input', template: config.input, scope: 'node' }];
  },
  output: (config) => (config.tool === 'http' ? HTTP_OUTPUT : {}),
  plan: (config) => config as unknown as Json,
  attempts: 3,
  attempt_ms: 60_000,
});
