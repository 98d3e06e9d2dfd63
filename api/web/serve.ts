import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Express, NextFunction, Request, Response } from 'express';
import { isAppPath } from '../../core/contract/app-paths.js';
import { NONCE_PLACE, newNonce, policyFor } from './policy.js';

/** What `npm run build:web` makes. */
export const WEB_DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));

const FOR_EVER = 'public, max-age=31536000, immutable';
/** Files are asked for by these names alone, so no path leads out of the folder, and nothing hidden is served. */
const FILE = /^\/(assets\/)?\w[\w-]*(\.[\w-]+)*\.[a-z\d]+$/;
/** Of the encodings that a build has written beside a file the smallest first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * Serves the web app out of `dist`, as it is there at each request: a build may come while the API runs. Files under /assets have a hash in their
 * name and are kept for ever; the page is made anew for each request, since its nonce is good for one.
 */
export function webApp(app: Express, dist = WEB_DIST): void {
  app.get('/{*path}', async (req, res, next) => {
    if (isAppPath(req.path)) return sendPage(dist, res);
    const [, inAssets] = FILE.exec(req.path) ?? [];
    if (FILE.test(req.path) && req.path !== '/index.html')
      return sendFile(dist, inAssets !== undefined, { req, res, next });
    next();
  });
}

async function sendPage(dist: string, res: Response): Promise<void> {
  const page = await readFile(path.join(dist, 'index.html'), 'utf8').catch((err: NodeJS.ErrnoException) => {
    if (err.code !== 'ENOENT') throw err;
    return undefined;
  });
  const nonce = newNonce();
  res.set({ 'content-security-policy': policyFor(nonce), 'cache-control': 'no-store' }).type('html');
  if (page === undefined) res.status(503).send(NOT_BUILT);
  else res.send(page.replaceAll(NONCE_PLACE, nonce));
}

/** The file itself, or a compressed one beside it; the next handler's when there is none. */
async function sendFile(
  root: string,
  inAssets: boolean,
  { req, res, next }: { req: Request; res: Response; next: NextFunction },
): Promise<void> {
  if (!(await isFile(path.join(root, req.path)))) return next();
  const [encoding, ending = ''] = await encodingFor(req, path.join(root, req.path));
  res.set({ 'cache-control': inAssets ? FOR_EVER : 'no-cache', vary: 'accept-encoding' });
  res.type(path.extname(req.path));
  if (encoding !== undefined) res.set('content-encoding', encoding);
  await new Promise<void>((resolve, reject) =>
    // The etag is of the very file that is sent. Parts of a compressed file are no use to anybody.
    res.sendFile(`${req.path}${ending}`, { root, cacheControl: false, acceptRanges: false }, (err) =>
      err ? reject(err) : resolve(),
    ),
  ).catch((err: Error) => {
    if (!res.headersSent) throw err; // otherwise the client has gone
  });
}

async function encodingFor(req: Request, file: string): Promise<readonly [string?, string?]> {
  for (const [encoding, ending] of ENCODINGS)
    if (req.acceptsEncodings(encoding) && (await isFile(file + ending))) return [encoding, ending];
  return [];
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw err;
  }
}

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Heddle</title></head>
<body><main><h1>The web app is not built</h1>
<p>Run <code>npm run build:web</code>, and load this page again. <code>npm start</code> does it by itself.</p>
<p>The <a href="/api/v1/docs">API</a> is here.</p></main></body></html>
`;
