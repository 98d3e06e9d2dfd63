import {
  always,
  type Loopback,
  loopback,
  requestTo,
  SECRETS,
  testCaller,
  type TestCaller,
} from '../../tests/support/loopback.js';

let server: Loopback;
let http: TestCaller;
beforeEach(async () => {
  server = await loopback(always(200, { 'content-type': 'application/json' }, '{"ok":true}'));
  http = testCaller();
});
afterEach(async () => {
  await http.caller.close();
  await server.close();
});

describe('methods', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s', async (method) => {
    expect(await http.call(requestTo(server.origin, { method }))).toMatchObject({ status: 200, body: { ok: true } });
    expect(server.received).toMatchObject([{ method, url: '/' }]);
    expect(http.logged).toEqual([`${method} ${server.origin}/ → 200`]);
  });

  test('HEAD has no body, whatever its headers declare', async () => {
    await server.close();
    server = await loopback((_request, response) =>
      response.writeHead(200, { 'content-length': String(2 ** 40), 'content-type': 'application/json' }).end(),
    );
    const output = await http.call(requestTo(server.origin, { method: 'HEAD' }));
    expect(output).toMatchObject({ status: 200, body: null, headers: { 'content-length': String(2 ** 40) } });
  });

  test('CONNECT is refused', async () => {
    expect(await http.fault(requestTo(server.origin, { method: 'CONNECT' }))).toMatchObject({
      code: 'REQUEST_INVALID',
    });
    expect(server.received).toEqual([]);
  });
});

describe('the URL', () => {
  test.each<[string, string, object, string]>([
    ['no query', '/a', {}, '/a'],
    ['text', '/a', { q: 'two words & more=1?' }, '/a?q=two%20words%20%26%20more%3D1%3F'],
    ['beyond ASCII', '/a', { 'ключ 1': 'größe' }, '/a?%D0%BA%D0%BB%D1%8E%D1%87%201=gr%C3%B6%C3%9Fe'],
    ['a list is repeated', '/a', { tag: ['x', 'y'] }, '/a?tag=x&tag=y'],
    ['numbers and booleans', '/a', { n: 1.5, yes: true }, '/a?n=1.5&yes=true'],
    ['null is left out, also in a list', '/a', { a: null, b: [null, 1], c: '' }, '/a?b=1&c='],
    ['an object goes as JSON', '/a', { f: { x: 1 } }, '/a?f=%7B%22x%22%3A1%7D'],
    ['half of a surrogate pair', '/a', { q: '\ud800' }, '/a?q=%EF%BF%BD'],
    ['what the URL has stays as it is written', '/a?flag&sig=a%20b+c%2F', { q: 1 }, '/a?flag&sig=a%20b+c%2F&q=1'],
    ['a fragment is not sent', '/a#there', { q: 1 }, '/a?q=1'],
    ['only nulls', '/a', { q: null }, '/a'],
  ])('%s', async (_what, path, query, expected) => {
    await http.call(requestTo(`${server.origin}${path}`, { query: query as never }));
    expect(server.received[0]?.url).toBe(expected);
  });

  test.each(['', 'not a url', '/relative', 'http://', 'http://a b/'])('%j is refused', async (url) => {
    expect(await http.fault(requestTo(url))).toMatchObject({ code: 'REQUEST_INVALID' });
  });
});

describe('headers', () => {
  test('what is sent when the spec says nothing', async () => {
    await http.call(requestTo(server.origin));
    expect(server.received[0]?.headers).toEqual({
      host: `127.0.0.1:${server.port}`,
      connection: 'keep-alive',
      'user-agent': 'heddle',
      accept: 'application/json, text/*;q=0.9, */*;q=0.8',
      'accept-encoding': 'gzip, br',
    });
  });

  test('the spec’s own come on top, whatever type their expressions gave', async () => {
    const headers = { 'User-Agent': 'mine', accept: 'text/csv', 'X-Count': 3, 'X-None': null, 'X-Name': 'Zoë' };
    await http.call({ ...requestTo(server.origin), headers: headers as never });
    const sent = server.received[0]!.headers;
    expect(sent).toMatchObject({ 'user-agent': 'mine', accept: 'text/csv', 'x-count': '3', 'x-name': 'Zoë' });
    expect(sent).not.toHaveProperty('x-none');
  });

  test.each([
    'Host',
    'Content-Length',
    'transfer-encoding',
    'Connection',
    'keep-alive',
    'upgrade',
    'te',
    'Trailer',
    'Expect',
  ])('%s is not for a spec to set', async (name) => {
    const { code, message } = await http.fault(requestTo(server.origin, { headers: { [name]: 'x' } }));
    expect([code, message]).toEqual(['REQUEST_INVALID', `the header ${name.toLowerCase()} is not for a spec to set`]);
    expect(server.received).toEqual([]);
  });

  test.each([
    ['a line break', { 'x-a': 'b\r\nx-smuggled: 1' }],
    ['a NUL', { 'x-a': 'b\0' }],
    ['what Latin-1 can not write', { 'x-a': '好' }],
    ['a name that is none', { 'x a': 'b' }],
  ])('%s is refused, and not tried again', async (_what, headers) => {
    expect(await http.fault(requestTo(server.origin, { headers }))).toMatchObject({ code: 'REQUEST_INVALID' });
    expect(server.received).toEqual([]);
  });
});

describe('bodies', () => {
  test.each<[string, object, string | undefined, string]>([
    ['none', {}, undefined, ''],
    ['JSON', { json: { a: ['ü', 1, null] } }, 'application/json', '{"a":["ü",1,null]}'],
    ['JSON that is null', { json: null }, 'application/json', 'null'],
    ['JSON that is false', { json: false }, 'application/json', 'false'],
    [
      'a form',
      { form: { a: 'b c&d', list: [1, 'ü'], o: { x: 1 }, none: null } },
      'application/x-www-form-urlencoded',
      'a=b+c%26d&list=1&list=%C3%BC&o=%7B%22x%22%3A1%7D',
    ],
    ['text', { text: 'grüß\n' }, 'text/plain; charset=utf-8', 'grüß\n'],
    ['empty text', { text: '' }, 'text/plain; charset=utf-8', ''],
    ['base64', { base64: 'AP8gCg==' }, 'application/octet-stream', '\x00\xff \n'],
    ['base64 without padding, over lines', { base64: 'AP8g\n  Cg' }, 'application/octet-stream', '\x00\xff \n'],
    ['base64url', { base64: '-_8' }, 'application/octet-stream', '\xfb\xff'],
  ])('%s', async (what, body, mediaType, expected) => {
    await http.call(requestTo(server.origin, { method: 'POST', ...body } as never));
    const [{ headers, body: sent } = { headers: {}, body: Buffer.alloc(0) }] = server.received;
    expect(headers['content-type']).toBe(mediaType);
    expect(sent.toString(what.startsWith('base64') ? 'latin1' : 'utf8')).toBe(expected);
    expect(headers['content-length']).toBe(String(sent.length));
  });

  test('the spec may name another content type', async () => {
    const headers = { 'Content-Type': 'application/vnd.api+json' };
    await http.call(requestTo(server.origin, { method: 'PATCH', json: {}, headers }));
    expect(server.received[0]?.headers['content-type']).toBe('application/vnd.api+json');
  });

  test('a GET may carry one, as some searches want it', async () => {
    await http.call(requestTo(server.origin, { method: 'GET', json: { query: 'x' } }));
    expect(server.received).toMatchObject([{ method: 'GET', headers: { 'content-type': 'application/json' } }]);
    expect(server.received[0]?.body.toString()).toBe('{"query":"x"}');
  });

  test('text that an expression made a number is its text', async () => {
    await http.call({ ...requestTo(server.origin, { method: 'POST' }), text: 42 as never });
    expect(server.received[0]?.body.toString()).toBe('42');
  });

  test.each(['not base64!', 'A*B=', 7, { a: 1 }])('base64 that is none, as %j, is refused', async (base64) => {
    const request = { ...requestTo(server.origin, { method: 'POST' }), base64: base64 as never };
    expect(await http.fault(request)).toMatchObject({ code: 'REQUEST_INVALID' });
    expect(server.received).toEqual([]);
  });

  test('16 MiB go out whole', async () => {
    const bytes = Buffer.alloc(16 * 1024 * 1024, 'heddle');
    await http.call(requestTo(server.origin, { method: 'PUT', base64: bytes.toString('base64') }));
    expect(server.received[0]?.body.equals(bytes)).toBe(true);
  });
});

describe('credentials', () => {
  test.each<[object, string, string]>([
    [{ type: 'bearer', secret: 'API_TOKEN' }, 'authorization', `Bearer ${SECRETS.API_TOKEN}`],
    [
      { type: 'basic', username: 'ann', secret: 'PASSWORD' },
      'authorization',
      `Basic ${Buffer.from(`ann:${SECRETS.PASSWORD}`).toString('base64')}`,
    ],
    [{ type: 'header', name: 'X-Api-Key', secret: 'API_TOKEN' }, 'x-api-key', SECRETS.API_TOKEN],
  ])('%j comes from the secret that it names', async (auth, name, value) => {
    // The spec's own header of that name does not stand in for it.
    const headers = { [name.toUpperCase()]: 'something else' };
    await http.call(requestTo(server.origin, { auth: auth as never, headers }));
    expect(server.received[0]?.headers[name]).toBe(value);
    expect(http.logged.join()).not.toContain(value);
  });

  test('a secret that there is not is a fault of its own, and nothing is sent', async () => {
    const auth = { type: 'bearer', secret: 'MISSING' };
    expect(await http.fault(requestTo(server.origin, { auth }))).toMatchObject({ code: 'SECRET_UNKNOWN' });
    expect(server.received).toEqual([]);
  });

  test('credentials in the URL are refused, and not repeated', async () => {
    const { code, message } = await http.fault(requestTo(`http://ann:hunter2@127.0.0.1:${server.port}/`));
    expect(code).toBe('EGRESS_DENIED');
    expect(message).not.toContain('hunter2');
    expect(server.received).toEqual([]);
  });
});

describe('P3: the effect’s key', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('goes out with %s', async (method) => {
    await http.call(requestTo(server.origin, { method }), { effect: 'run-9/charge[3]/0' });
    expect(server.received[0]?.headers['idempotency-key']).toBe('run-9/charge[3]/0');
  });

  test.each(['GET', 'HEAD', 'OPTIONS', 'TRACE'])('does not go out with %s', async (method) => {
    await http.call(requestTo(server.origin, { method }));
    expect(server.received[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('has the header name that the spec gives it', async () => {
    await http.call(requestTo(server.origin, { method: 'POST', idempotency_header: 'X-Request-Id' }));
    expect(server.received[0]?.headers['x-request-id']).toBe('run-1/node/0');
    expect(server.received[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('no header of the spec takes its place', async () => {
    await http.call(requestTo(server.origin, { method: 'POST', headers: { 'IDEMPOTENCY-key': 'mine' } }));
    expect(server.received[0]?.headers['idempotency-key']).toBe('run-1/node/0');
  });

  test('a spec that means its own key gives ours another name, and both go out', async () => {
    const headers = { 'Idempotency-Key': 'order-7' };
    await http.call(requestTo(server.origin, { method: 'POST', idempotency_header: 'X-Effect', headers }));
    expect(server.received[0]?.headers).toMatchObject({ 'idempotency-key': 'order-7', 'x-effect': 'run-1/node/0' });
  });
});
