import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { rolesFor } from '../core/auth/can.js';
import type { Endpoint } from './http/endpoint.js';
import { problemSchema } from './http/problem.js';

const PROBLEM = {
  description: 'Problem details, RFC 9457',
  content: { 'application/problem+json': { schema: problemSchema } },
};

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
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key of an org.' } } },
    paths,
  });
}

function operationOf({
  method,
  path,
  tag,
  summary,
  action,
  params,
  query,
  body,
  text,
  idempotent,
  responses,
}: Endpoint): ZodOpenApiOperationObject {
  const content = text
    ? Object.fromEntries(text.map((type) => [type, { schema: z.string() }]))
    : { 'application/json': { schema: body! } };
  const header = idempotent
    ? {
        header: z.object({
          'Idempotency-Key': z.string().optional().describe('The same key and request give the same answer.'),
        }),
      }
    : {};
  return {
    operationId: `${method} ${path}`.replace(/[^A-Za-z0-9]+(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [tag],
    summary,
    ...(action === 'public' ? { security: [] } : { description: `For the roles ${rolesFor(action).join(', ')}.` }),
    requestParams: {
      ...(params ? { path: params as z.ZodObject } : {}),
      ...(query ? { query: query as z.ZodObject } : {}),
      ...header,
    },
    ...(body ? { requestBody: { required: Boolean(text), content } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, { description, schema, type }]) => [
          status,
          Number(status) >= 400
            ? { ...PROBLEM, description }
            : {
                description,
                ...(schema || type
                  ? {
                      content: {
                        [type ?? 'application/json']: { schema: schema ?? z.string().meta({ format: 'binary' }) },
                      },
                    }
                  : {}),
              },
        ]),
      ),
      default: PROBLEM,
    },
  } as ZodOpenApiOperationObject;
}
