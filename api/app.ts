import express, { type Express } from 'express';
import helmet from 'helmet';
import { newId } from '../adapters/ids.js';
import { Fault } from '../core/fault.js';
import { specJsonSchema } from '../core/spec/schema.js';
import { testJsonSchema } from '../core/testing/document.js';
import { codecCors } from './codec/cors.js';
import type { ApiDeps } from './deps.js';
import { docs } from './docs.js';
import { ENDPOINTS } from './endpoints.js';
import { gatePages } from './links/serve.js';
import { hooks } from './hooks/deliver.js';
import { refuseOtherMethods } from './http/methods.js';
import { mount } from './http/mount.js';
import { problems } from './http/problem.js';
import { openApiDocument } from './openapi.js';
import { health, metrics, type RequestMetrics } from './system.js';
import { webApp } from './web/serve.js';

export interface AppOptions {
  deps: ApiDeps;
  /** Whose pages may ask the codec. */
  origins: readonly string[];
  /** Mounts the streams, which need the server beneath. */
  streams?: (app: Express) => void;
  metrics: RequestMetrics;
  log: (err: unknown, requestId: unknown) => void;
}

/** Builds the API; main.ts listens. */
export function buildApp({ deps, origins, streams, metrics: counted, log }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', (address: string) => deps.front.trusts(address));
  app.set('etag', false); // where there is one, the answer says so itself
  app.use(helmet({ crossOriginResourcePolicy: { policy: 'same-origin' } }));
  app.use((req, res, next) => {
    const given = req.get('x-request-id');
    res.setHeader('x-request-id', given !== undefined && /^[\w.-]{1,100}$/.test(given) ? given : newId('req'));
    counted.watch(req, res);
    next();
  });
  health(app, deps);
  metrics(app, counted);
  const openApi = openApiDocument(ENDPOINTS);
  app.get('/api/v1/openapi.json', (_req, res) => res.json(openApi));
  for (const [name, schemaOf] of Object.entries({ workflow: specJsonSchema, tests: testJsonSchema }))
    app.get(`/api/v1/schemas/${name}.json`, (req, res) =>
      res.type('application/schema+json').json(schemaOf(req.query['draft'] === '7' ? 'draft-7' : 'draft-2020-12')),
    );
  docs(app);
  streams?.(app);
  app.use('/api/v1/codec', codecCors(origins));
  mount(app, ENDPOINTS, deps);
  hooks(app, deps, log);
  gatePages(app, deps, log);
  refuseOtherMethods(app, ENDPOINTS);
  webApp(app);
  app.use((req) => {
    throw new Fault('NOT_FOUND', `there is no ${req.method} ${req.path}`);
  });
  app.use(problems(log));
  return app;
}
