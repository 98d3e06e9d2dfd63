import type { Express } from 'express';
import { Fault } from '../../core/fault.js';
import type { Endpoint } from './endpoint.js';

/** Answers methods that a path does not have, and those who ask which it has. To be mounted after the endpoints. */
export function refuseOtherMethods(app: Express, endpoints: readonly Endpoint[]): void {
  const methods = new Map<string, string[]>();
  for (const { path, method } of endpoints)
    methods.set(path, [...(methods.get(path) ?? []), ...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])]);
  for (const [path, those] of methods)
    app.all(`/api/v1${path}`, (req, res) => {
      res.setHeader('allow', [...those, 'OPTIONS'].join(', '));
      if (req.method === 'OPTIONS') return void res.status(204).end();
      throw new Fault('METHOD_NOT_ALLOWED', `${req.path} takes ${those.join(', ')}, not ${req.method}`);
    });
}
