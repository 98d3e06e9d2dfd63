import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { rolesFor } from '../core/auth/can.js';
import { CONDITION } from './http/condition.js';
import type { Endpoint } from './http/endpoint.js';
import { IDEMPOTENCY_KEY } from './http/mount.js';
import { problemSchema } from './http/problem.js';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** The OpenAPI 3.1 document of the endpoints that are mounted. */
export function openApiDocument(endpoints: readonly Endpoint[]): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const each of endpoints) {
    const path = `/api/v1${each.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [each.method]: operationOf(each) };
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Heddle',
      version: '1',
      description:
        'Durable execution of agent, tool and human workflows. Live streams are described at /api/v1/asyncapi.json.',
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }, { session: [] }],
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key of an org.' },
        session: {
          ...{ type: 'apiKey', in: 'cookie', name: 'heddle_session' },
          description:
            'Of a browser that has signed in; over https its name begins with `__Host-`. Where a request says in `Heddle-Speaker` for whom it is meant (subject and org id, percent-encoded, with a blank between them), a session that speaks for another refuses it with SPEAKER_CHANGED.',
        },
      },
    },
    paths,
  });
}

function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { method, path, tag, summary, action, params, query, body, idempotent, conditional } = endpoint;
  const header = z.object({
    'Idempotency-Key': z
      .string()
      .regex(IDEMPOTENCY_KEY)
      .optional()
      .describe('The same key and request give the same answer.'),
  });
  return {
    operationId: `${method} ${path}`.replace(/[^A-Za-z0-9]+(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [tag],
    summary,
    ...(action === 'public' ? { security: [] } : {}),
    ...(action === 'public' || action === 'anybody'
      ? {}
      : { description: `For the roles ${rolesFor(action).join(', ')}.` }),
    requestParams: {
      ...(params ? { path: params as z.ZodObject } : {}),
      ...(query ? { query: query as z.ZodObject } : {}),
      ...(idempotent ? { header } : {}),
      ...(conditional ? { header: CONDITION } : {}),
    },
    ...(body ? { requestBody: { required: !body.safeParse({}).success, content: contentOf(endpoint, body) } } : {}),
    responses: { ...responsesOf(endpoint), ...refusalsOf(endpoint) },
  };
}

/** A spec as JSON has the schema that is published for editors; as YAML it is text. */
function contentOf({ text }: Endpoint, body: z.ZodType) {
  if (!text) return { 'application/json': { schema: body } };
  const schemaOf = (type: string) =>
    type === 'application/json' ? { $ref: '/api/v1/schemas/workflow.json' } : z.string();
  return Object.fromEntries(text.map((type) => [type, { schema: schemaOf(type) }]));
}

function responsesOf({ responses }: Endpoint): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(responses)
      .filter(([status]) => Number(status) < 400)
      .map(([status, { description, schema, type = 'application/json' }]) => {
        const binary = z.string().meta({ format: 'binary' });
        const hasBody = schema !== undefined || type !== 'application/json';
        return [status, { description, ...(hasBody ? { content: { [type]: { schema: schema ?? binary } } } : {}) }];
      }),
  );
}

/** How it may be refused: as its definition says, and as its kind may be. */
function refusalsOf({
  action,
  params,
  query,
  body,
  idempotent,
  conditional,
  responses,
}: Endpoint): ZodOpenApiResponsesObject {
  const usual: Record<number, string | false> = {
    400: Boolean(params ?? query ?? body ?? idempotent) && 'The request is malformed',
    401: action !== 'public' && 'The API key is missing, or not known any more',
    403: action !== 'public' && 'The key has none of the roles, or another site asks in the name of a session',
    404: params !== undefined && 'There is no such thing in the key’s org',
    412: Boolean(conditional) && 'It is not as If-Match or If-None-Match expects',
    413: body !== undefined && 'The body is too large',
    415: body !== undefined && 'The body is of another type',
    422: Boolean(idempotent) && 'The idempotency key was used for another request',
    500: 'Something went wrong inside',
    503: 'A part of Heddle can not be reached',
  };
  const own = Object.entries(responses).flatMap(([status, { description }]) =>
    Number(status) < 400 ? [] : [[Number(status), description] as const],
  );
  const all = new Map<number, string>(own);
  for (const [status, description] of Object.entries(usual)) {
    if (description === false) continue;
    const known = all.get(Number(status));
    all.set(Number(status), known === undefined ? description : `${description}; or: ${known}`);
  }
  return Object.fromEntries([...all].map(([status, description]) => [String(status), problem(description)]));
}
