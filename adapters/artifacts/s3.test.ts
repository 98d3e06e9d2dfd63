import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { S3Artifacts } from './s3.js';

/** What no real server does at will; what every server must do is in tests/conformance/s3.test.ts. */
const bytes = Buffer.from('content');
const id = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const asked: string[] = [];
let answer: (req: IncomingMessage, res: ServerResponse) => void;
let server: Server;
let store: S3Artifacts;

beforeEach(async () => {
  asked.length = 0;
  server = createServer((req, res) => {
    const condition = req.headers['if-none-match'];
    asked.push(condition === undefined ? req.method! : `${req.method} if none`);
    req.resume().on('end', () => answer(req, res));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  store = new S3Artifacts({
    ...{ kind: 's3', bucket: 'bucket', prefix: '', region: 'us-east-1', forcePathStyle: true },
    ...{ endpoint: `http://127.0.0.1:${port}`, credentials: { accessKeyId: 'id', secretAccessKey: 'hunter2' } },
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const refuse = (res: ServerResponse, status: number, code: string) =>
  res.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);

test.each([
  ['does not know conditions', 501, 'NotImplemented'],
  ['has another writer at it', 409, 'ConditionalRequestConflict'],
])('a server that %s is written to without', async (_what, status, code) => {
  answer = (req, res) => {
    if (req.headers['if-none-match']) refuse(res, status, code);
    else if (req.method === 'HEAD') res.writeHead(404).end();
    else res.end();
  };
  expect(await store.put('acme', bytes, 'text/plain')).toEqual({ id, size: bytes.length });
  expect(asked).toEqual(['PUT if none', 'HEAD', 'PUT']);
});

test('what is there already is left alone, also by a server that tells no checksums', async () => {
  answer = (req, res) => {
    if (req.method === 'HEAD') res.writeHead(200, { 'content-length': bytes.length }).end();
    else refuse(res, 412, 'PreconditionFailed');
  };
  await store.put('acme', bytes, 'text/plain');
  expect(asked).toEqual(['PUT if none', 'HEAD']);
});

test('who may not is told so, without the credentials', async () => {
  answer = (_req, res) => void refuse(res, 403, 'AccessDenied');
  const expected = { code: 'ARTIFACT_UNAVAILABLE', message: expect.stringContaining('AccessDenied (403)') };
  await expect(store.put('acme', bytes, '')).rejects.toMatchObject(expected);
  await expect(store.get('acme', id)).rejects.toMatchObject(expected);
  expect(JSON.stringify(await store.get('acme', id).catch((err: unknown) => err))).not.toContain('hunter2');
});

test('an answer that breaks off is an outage', async () => {
  answer = (_req, res) => {
    res.writeHead(200, { 'content-length': 1_000 }).write(bytes);
    setImmediate(() => res.destroy());
  };
  await expect(store.get('acme', id)).rejects.toMatchObject({ code: 'ARTIFACT_UNAVAILABLE' });
});
