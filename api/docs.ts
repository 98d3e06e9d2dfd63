import { createRequire } from 'node:module';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import type { Express } from 'express';

const root = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/** The API's reference, served from here: no other host is asked for anything, and no script stands inline. */
export function docs(app: Express): void {
  const page = readFileSync(new URL('../web/docs/index.html', import.meta.url), 'utf8');
  const script = readFileSync(new URL('../web/docs/docs.js', import.meta.url), 'utf8');
  app.get('/api/v1/docs', (_req, res) => {
    // Swagger UI sets styles on elements; nothing else is loosened.
    res.setHeader(
      'content-security-policy',
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
    );
    res.type('html').send(page);
  });
  app.get('/api/v1/docs/docs.js', (_req, res) => res.type('text/javascript').send(script));
  for (const file of FILES) app.get(`/api/v1/docs/${file}`, (_req, res) => res.sendFile(path.join(root, file)));
  app.get('/api/v1/docs/faults', (_req, res) =>
    res.type('text/markdown; charset=utf-8').send(readFileSync(new URL('../docs/faults.md', import.meta.url), 'utf8')),
  );
}
