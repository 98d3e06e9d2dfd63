import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import express from 'express';
import { Fault } from '../../core/fault.js';
import { problems } from '../http/problem.js';
import { webApp } from './serve.js';

const PAGE =
  '<html><meta property="csp-nonce" nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__" src="/theme.js"></script></html>';
const SCRIPT = `console.log('${'warp and weft '.repeat(50)}');`;
const STYLE = 'body { margin: 0 }';

let dist: string;
let server: Server;

beforeEach(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'heddle-web-'));
  dist = path.join(folder, 'dist');
  const app = express().disable('x-powered-by');
  webApp(app, dist);
  app.use((req) => {
    throw new Fault('NOT_FOUND', `there is no ${req.method} ${req.path}`);
  });
  app.use(problems((err) => console.error(err)));
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await rm(path.dirname(dist), { recursive: true });
});

async function build(): Promise<void> {
  await mkdir(path.join(dist, 'assets'), { recursive: true });
  const files: Record<string, string | Buffer> = {
    'index.html': PAGE,
    'theme.js': 'theme()',
    '.stamp': 'secret',
    'assets/index-Ab_1-x.js': SCRIPT,
    'assets/index-Ab_1-x.js.br': brotliCompressSync(SCRIPT),
    'assets/index-Ab_1-x.js.gz': gzipSync(SCRIPT),
    'assets/index-Cd2.css': STYLE,
    'assets/inter.woff2': 'font',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(dist, name), content);
  await writeFile(path.join(dist, '../outside.js'), 'outside');
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}
/** The path goes out as it is written, where `fetch` would tidy it up. */
async function ask(target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const request = get({ port, host: '127.0.0.1', path: target, headers, method, agent: false });
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) };
}

const nonceIn = (policy: string): string => /'nonce-([^']+)'/.exec(policy)![1]!;

test('the page comes on each of the app’s paths, with a nonce of its own, and is not kept', async () => {
  await build();
  const nonces = new Set<string>();
  for (const target of ['/', '/sign-in', '/runs', '/runs/run_1?node=a', '/workflows/flow%40stable']) {
    const { status, headers, body } = await ask(target);
    const nonce = nonceIn(headers['content-security-policy'] as string);
    nonces.add(nonce);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    expect(String(body)).toBe(PAGE.replaceAll('__CSP_NONCE__', nonce));
    expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
  }
  expect(nonces.size).toBe(5);
});

test('its policy begins with nothing, and allows neither inline scripts nor eval', async () => {
  await build();
  const policy = (await ask('/runs')).headers['content-security-policy'] as string;
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(policy).not.toContain('unsafe');
  for (const rule of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"])
    expect(policy).toContain(rule);
});

test('files under a hash are kept for ever, others are asked for again', async () => {
  await build();
  const font = await ask('/assets/inter.woff2', { 'accept-encoding': 'br' });
  expect([font.status, font.headers['content-type']]).toEqual([200, 'font/woff2']);
  expect(font.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  const theme = await ask('/theme.js');
  expect([theme.status, theme.headers['cache-control'], String(theme.body)]).toEqual([200, 'no-cache', 'theme()']);
  const again = await ask('/theme.js', { 'if-none-match': theme.headers.etag! });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

test.each([
  ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
  ['br;q=0, gzip', 'gzip', gunzipSync],
  ['', undefined, (body: Buffer) => body],
  ['zstd', undefined, (body: Buffer) => body],
] as const)('for who accepts “%s”: %s', async (accepted, encoding, decoded) => {
  await build();
  const { status, headers, body } = await ask('/assets/index-Ab_1-x.js', { 'accept-encoding': accepted });
  expect([status, headers['content-encoding'], headers.vary]).toEqual([200, encoding, 'accept-encoding']);
  expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(String(decoded(body))).toBe(SCRIPT);
});

test('what has no compressed file beside it comes as it is', async () => {
  await build();
  const { headers, body } = await ask('/assets/index-Cd2.css', { 'accept-encoding': 'br, gzip' });
  expect([headers['content-encoding'], String(body)]).toEqual([undefined, STYLE]);
});

test('HEAD is answered as GET is, without the body', async () => {
  await build();
  const { status, headers, body } = await ask('/assets/index-Ab_1-x.js', { 'accept-encoding': 'br' }, 'HEAD');
  expect([status, headers['content-encoding'], body.length]).toEqual([200, 'br', 0]);
});

test.each([
  '/nothing',
  '/api/v1/nothing',
  '/index.html',
  '/.stamp',
  '/assets/missing.js',
  '/assets',
  '/assets/',
  '/assets/../.stamp',
  '/../outside.js',
  '/assets/../../outside.js',
  '/assets/..%2f..%2foutside.js',
  '/%2e%2e/outside.js',
  '/assets/index-Ab_1-x.js%00.css',
  '/runs.js',
])('%s is nobody’s: a problem, not the page', async (target) => {
  await build();
  const { status, headers } = await ask(target);
  expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
});

test('what is sent to a page is refused', async () => {
  await build();
  expect((await ask('/runs', {}, 'POST')).status).toBe(404);
});

test('without a build the page says how to make one, and comes by itself when it is made', async () => {
  const missing = await ask('/runs');
  expect([missing.status, missing.headers['cache-control']]).toEqual([503, 'no-store']);
  expect(String(missing.body)).toContain('npm run build:web');
  await build();
  expect((await ask('/runs')).status).toBe(200);
});
