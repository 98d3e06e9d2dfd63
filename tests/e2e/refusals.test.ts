import { request as httpRequest } from 'node:http';
import { type Answer, type E2E, openE2E, type RequestOptions } from '../support/e2e.js';

/** What the API refuses, and how: every refusal is a problem (RFC 9457) with its code, and none is a failure inside. */
let heddle: E2E;
beforeAll(async () => void (heddle = await openE2E()));
afterAll(() => heddle.close());

const cursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const json = { 'content-type': 'application/json' };

test.each<[string, string, string, RequestOptions, number, string]>([
  ['JSON that ends early', 'POST', '/api_keys', { text: '{"name":', headers: json }, 400, 'REQUEST_INVALID'],
  ['null in place of an object', 'POST', '/api_keys', { text: 'null', headers: json }, 400, 'REQUEST_INVALID'],
  [
    'null where nothing is needed',
    'POST',
    '/workflow_runs/x/cancel',
    { text: 'null', headers: json },
    400,
    'REQUEST_INVALID',
  ],
  ['a body that is missing', 'POST', '/api_keys', {}, 400, 'REQUEST_INVALID'],
  ['a field too many', 'POST', '/workflow_runs/x/cancel', { json: { why: 'x' } }, 400, 'REQUEST_INVALID'],
  ['a name with NUL', 'POST', '/api_keys', { json: { name: 'a\0', roles: ['viewer'] } }, 400, 'REQUEST_INVALID'],
  [
    'a body of another type',
    'POST',
    '/api_keys',
    { text: '<a/>', headers: { 'content-type': 'text/xml' } },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'a spec of another type',
    'POST',
    '/workflows',
    { text: '<a/>', headers: { 'content-type': 'text/xml' } },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'another charset',
    'POST',
    '/api_keys',
    { text: '{}', headers: { 'content-type': 'application/json; charset=x' } },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'another encoding',
    'POST',
    '/api_keys',
    { text: '{}', headers: { ...json, 'content-encoding': 'x' } },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'not compressed as it says',
    'POST',
    '/api_keys',
    { text: '{}', headers: { ...json, 'content-encoding': 'gzip' } },
    400,
    'REQUEST_INVALID',
  ],
  [
    'a body that is too large',
    'POST',
    '/api_keys',
    { text: `"${'x'.repeat(9_000_000)}"`, headers: json },
    413,
    'TOO_LARGE',
  ],
  [
    'input too deep to be walked',
    'POST',
    '/workflow_runs',
    { text: `{"spec":{},"input":${deep(100_000)}}`, headers: json },
    400,
    'REQUEST_INVALID',
  ],
  [
    'a key with a blank',
    'POST',
    '/workflows/x/run',
    { json: {}, headers: { 'idempotency-key': 'a b' } },
    400,
    'REQUEST_INVALID',
  ],
  ['a version beyond all', 'POST', '/workflows/x/run', { json: { version: 2 ** 31 } }, 400, 'REQUEST_INVALID'],
  ['a version beyond all, in the query', 'GET', '/workflows/x?version=2147483648', {}, 400, 'REQUEST_INVALID'],
  ['a limit as no one writes it', 'GET', '/workflows?limit=1e1', {}, 400, 'REQUEST_INVALID'],
  ['a limit of nothing', 'GET', '/workflows?limit=', {}, 400, 'REQUEST_INVALID'],
  ['a limit twice', 'GET', '/workflows?limit=1&limit=2', {}, 400, 'REQUEST_INVALID'],
  ['an unknown parameter', 'GET', '/workflows?page=2', {}, 400, 'REQUEST_INVALID'],
  ['a status that is none', 'GET', '/workflow_runs?status=queued,lost', {}, 400, 'REQUEST_INVALID'],
  ['NUL in a search', 'GET', '/workflow_runs?q=%00', {}, 400, 'REQUEST_INVALID'],
  ['a cursor that is none', 'GET', '/workflows?cursor=x', {}, 400, 'REQUEST_INVALID'],
  ['a cursor of another list', 'GET', `/workflows?cursor=${cursor([1])}`, {}, 400, 'REQUEST_INVALID'],
  ['a cursor without a time', 'GET', `/workflows?cursor=${cursor(['x', 'y'])}`, {}, 400, 'REQUEST_INVALID'],
  [
    'a cursor with a year that is none',
    'GET',
    `/workflow_runs?cursor=${cursor(['0000-01-01T00:00:00Z', 'y'])}`,
    {},
    400,
    'REQUEST_INVALID',
  ],
  [
    'a cursor with NUL',
    'GET',
    `/workflow_runs?cursor=${cursor(['2026-01-01T00:00:00Z', '\0'])}`,
    {},
    400,
    'REQUEST_INVALID',
  ],
  ['an id with NUL', 'GET', '/workflows/%00', {}, 404, 'NOT_FOUND'],
  ['a run with NUL', 'GET', '/workflow_runs/a%00', {}, 404, 'NOT_FOUND'],
  ['a stream of such a run', 'GET', '/workflow_runs/a%00/events', {}, 404, 'NOT_FOUND'],
  ['a path that is not UTF-8', 'GET', '/workflows/%ff', {}, 400, 'REQUEST_INVALID'],
  [
    'another scheme of authorization',
    'GET',
    '/workflows',
    { token: undefined, headers: { authorization: 'Basic eDp5' } },
    401,
    'UNAUTHENTICATED',
  ],
  [
    'a body of who may not send one',
    'POST',
    '/workflows',
    { token: 'hdl_none', text: 'x'.repeat(9_000_000), headers: json },
    401,
    'UNAUTHENTICATED',
  ],
  ['a method that a path has not', 'PUT', '/workflows', { json: {} }, 405, 'METHOD_NOT_ALLOWED'],
  ['a path that is none', 'GET', '/workflow', {}, 404, 'NOT_FOUND'],
])('%s', async (_what, method, path, options, status, code) => {
  const answer = await heddle.request(method, path, options);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
});

test('a body without a type is not taken for one that is not there', async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { authorization: `Bearer ${heddle.token}` };
    const sent = httpRequest(`${heddle.api}/api/v1/workflow_runs/x/cancel`, { method: 'POST', headers }, (res) => {
      res.resume();
      resolve(res.statusCode!);
    });
    sent.on('error', reject);
    sent.end('{"reason":"ignored?"}');
  });
  expect(status).toBe(415);
});

test('Allow says which methods a path has', async () => {
  const of = async (method: string, path: string): Promise<[number, string | null]> => {
    const { status, headers }: Answer = await heddle.request(method, path, { token: undefined });
    return [status, headers.get('allow')];
  };
  expect(await of('DELETE', '/workflows')).toEqual([405, 'POST, GET, HEAD, OPTIONS']);
  expect(await of('PATCH', '/api_keys/x')).toEqual([405, 'DELETE, OPTIONS']);
  expect(await of('OPTIONS', '/workflows/x')).toEqual([204, 'GET, HEAD, OPTIONS']);
});

test('what is known already is not sent again', async () => {
  await heddle.apply('name: known\nnodes: [{ key: a, type: transform, config: { value: 1 } }]\n');
  for (const path of ['/workflows/known', '/workflows/known/plan']) {
    const { headers } = await heddle.request('GET', path);
    const etag = headers.get('etag')!;
    const again = await heddle.request('GET', path, { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([path, again.status, again.body, again.headers.get('etag')]).toEqual([path, 304, '', etag]);
    const other = await heddle.request('GET', path, { headers: { 'if-none-match': '"other"' } });
    expect([path, other.status]).toEqual([path, 200]);
  }
});

test('nothing of it failed inside', async () => {
  expect((await heddle.log('api')).filter(({ level }) => level > 40)).toEqual([]);
});
