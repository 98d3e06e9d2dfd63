import { z } from 'zod';
import { rolesFor } from '../core/auth/can.js';
import { EVENTS, snapshotFrame } from '../core/contract/events.js';
import { runView } from '../core/contract/views.js';

/** The AsyncAPI 3.0 document of the live streams, made of the schemas that the streams are tested against. */
export function asyncApiDocument(): object {
  const { messages, schemas } = components();
  const events = Object.keys(EVENTS).map((type) => nameOf(type));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Heddle: live streams of runs',
      version: '1',
      description:
        'A run’s durable events in the order of its history, each with a cursor to come back with, and ephemeral ones beside them. Fields may be added; ignore those you do not know. Everything else is described at /api/v1/openapi.json.',
    },
    defaultContentType: 'application/json',
    servers: {
      websocket: {
        host: 'localhost',
        protocol: 'ws',
        description: 'The API’s own host.',
        security: SECURITY,
      },
      http: {
        host: 'localhost',
        protocol: 'http',
        description: 'The API’s own host.',
        security: SECURITY,
      },
    },
    channels: {
      webSocket: {
        address: '/api/v1/ws/workflow_runs/{id}',
        title: 'One run over WebSocket',
        description: `For the roles ${rolesFor('read').join(', ')}. Each text frame is one message; frames that you send are ignored.`,
        servers: [{ $ref: '#/servers/websocket' }],
        parameters: { id: { description: 'The run’s id.' } },
        messages: messagesOf(['snapshotFrame', ...events]),
        bindings: { ws: { method: 'GET', query: AFTER, bindingVersion: '0.1.0' } },
      },
      serverSentEvents: {
        address: '/api/v1/workflow_runs/{id}/events',
        title: 'One run as server-sent events',
        description: `For the roles ${rolesFor('read').join(', ')}. Each event’s name is the message’s type; durable events and the snapshot carry their cursor as \`id\`. Last-Event-ID goes before the query’s after.`,
        servers: [{ $ref: '#/servers/http' }],
        parameters: { id: { description: 'The run’s id.' } },
        messages: messagesOf(['snapshot', ...events]),
      },
    },
    operations: {
      sendFrames: operation('webSocket', ['snapshotFrame', ...events], {}),
      sendEvents: operation('serverSentEvents', ['snapshot', ...events], {
        bindings: { http: { method: 'GET', query: AFTER, bindingVersion: '0.3.0' } },
      }),
    },
    components: {
      messages,
      schemas,
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key of an org in the Authorization header. A browser’s WebSocket offers the subprotocols `heddle.v1` and `heddle.bearer.<base64url of the key>` instead. Never in the URL.',
        },
        session: {
          ...{ type: 'httpApiKey', in: 'cookie', name: 'heddle_session' },
          description:
            'Of a browser that has signed in, for pages of this origin; over https its name begins with `__Host-`.',
        },
      },
    },
  };
}

const SECURITY = ['key', 'session'].map((scheme) => ({ $ref: `#/components/securitySchemes/${scheme}` }));

const AFTER = {
  type: 'object',
  properties: {
    after: {
      type: 'string',
      description:
        'A cursor: what follows it is sent, without a snapshot. `0` or nothing after the `=`: from the very beginning.',
    },
  },
};

/** `node.timed_out` as the name of a component. */
const nameOf = (type: string): string => type.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());

const refs = (at: string, names: string[]) => names.map((name) => ({ $ref: `${at}/${name}` }));
const messagesOf = (names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
const operation = (channel: string, names: string[], more: object) => ({
  action: 'send',
  channel: { $ref: `#/channels/${channel}` },
  messages: refs(`#/channels/${channel}/messages`, names),
  ...more,
});

function components() {
  const all: Record<string, { type: string; schema: z.ZodType }> = {
    snapshot: { type: 'snapshot', schema: runView },
    snapshotFrame: { type: 'snapshot', schema: snapshotFrame },
    ...Object.fromEntries(Object.entries(EVENTS).map(([type, schema]) => [nameOf(type), { type, schema }])),
  };
  const messages = Object.entries(all).map(([name, { type, schema }]) => {
    const summary = schema.description ?? 'The run as it is now.';
    return [name, { name: type, title: type, summary, payload: { $ref: `#/components/schemas/${name}` } }];
  });
  return { messages: Object.fromEntries(messages), schemas: schemasOf(all) };
}

/** One conversion for all, so that what they share stands in it once. Closed for the server, open for clients. */
function schemasOf(all: Record<string, { schema: z.ZodType }>): Record<string, unknown> {
  const whole = z.object(Object.fromEntries(Object.entries(all).map(([name, { schema }]) => [name, schema])));
  const { properties, definitions } = z.toJSONSchema(whole, {
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify({ ...(definitions as object), ...properties });
  return JSON.parse(text.replaceAll('"#/definitions/', '"#/components/schemas/')) as Record<string, unknown>;
}
