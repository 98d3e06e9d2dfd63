import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Json } from '../../core/json.js';
import {
  always,
  type Loopback,
  loopback,
  requestTo,
  SECRETS,
  testCaller,
  type TestCaller,
} from '../../tests/support/loopback.js';
import { retryAfterMs } from './answer.js';

let server: Loopback;
let http: TestCaller;
let answer: Parameters<typeof loopback>[0];
beforeEach(async () => {
  server = await loopback((request, response, socket) => answer(request, response, socket));
  http = testCaller();
});
afterEach(async () => {
  await http.caller.close();
  await server.close();
});
const get = (rest: Record<string, Json> = {}) => http.call(requestTo(`${server.origin}/path?secret=1`, rest));
const faultOf = (rest: Record<string, Json> = {}) => http.fault(requestTo(`${server.origin}/path?secret=1`, rest));
const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('bodies', () => {
  test.each<[string, string | undefined, string | Uint8Array, Json]>([
    ['JSON', 'application/json', '{"a":[1,"ü"]}', { a: [1, 'ü'] }],
    ['JSON by suffix, with parameters', 'Application/Problem+JSON; charset=UTF-8', '{"a":1}', { a: 1 }],
    ['JSON behind a byte order mark', 'application/json', '\uFEFF[1]', [1]],
    ['text', 'text/plain', 'grüß\r\n', 'grüß\r\n'],
    ['text in Latin-1', 'text/html; charset=iso-8859-1', latin1('gr\xfc\xdf'), 'grüß'],
    ['text in UTF-16', 'text/plain; charset="utf-16le"', Buffer.from('grüß', 'utf16le'), 'grüß'],
    ['text in Shift_JIS', 'text/plain;charset=Shift_JIS', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), '日本'],
    ['text in a charset that nobody knows', 'text/plain; charset=klingon', 'grüß', 'grüß'],
    ['text that is not in its charset', 'text/plain', latin1('gr\xfc\xdf'), 'gr\uFFFD\uFFFD'],
    ['XML', 'application/atom+xml', '<a/>', '<a/>'],
    ['a form', 'application/x-www-form-urlencoded', 'a=1', 'a=1'],
    ['lines of JSON are text', 'application/x-ndjson', '{"a":1}\n{"a":2}\n', '{"a":1}\n{"a":2}\n'],
    ['a sequence of JSON is text', 'application/json-seq', '\x1e{"a":1}\n', '\x1e{"a":1}\n'],
    ['nothing', 'application/json', '', null],
    ['nothing of a binary type', 'image/png', '', null],
  ])('%s', async (_what, mediaType, body, expected) => {
    answer = always(200, mediaType === undefined ? {} : { 'content-type': mediaType }, body);
    expect(await get()).toMatchObject({ status: 200, body: expected });
    expect(http.stored).toEqual([]);
  });

  test.each([
    ['an image', 'image/png'],
    ['an archive whose server calls it UTF-8', 'application/zip; charset=UTF-8'],
    ['what has no type', undefined],
  ])('%s is stored as it came', async (_what, mediaType) => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_each, i) => i));
    answer = always(200, mediaType === undefined ? {} : { 'content-type': mediaType }, bytes);
    expect(await get()).toMatchObject({ body: { stored: 0 } });
    expect(http.stored).toEqual([{ bytes, mediaType: mediaType ?? 'application/octet-stream' }]);
  });

  test('what says that it is JSON and is not is the server’s failure, which may pass', async () => {
    answer = always(200, { 'content-type': 'application/json' }, '{"a":');
    expect(await faultOf()).toMatchObject({ code: 'HTTP_5XX', message: expect.stringContaining('JSON') as string });
  });

  test.each([204, 205, 304])('%i has none', async (status) => {
    answer = always(status, { 'content-type': 'application/json' });
    expect(await get({ expect: [status] })).toMatchObject({ status, body: null });
  });

  test.each(['text/plain', 'application/json'])('65 MiB of %s are stored, not made a string', async (mediaType) => {
    const bytes = Buffer.alloc(65 * 1024 * 1024, ' ');
    answer = always(200, { 'content-type': mediaType }, bytes);
    expect(await get({ max_bytes: 100 * 1024 * 1024 })).toMatchObject({ body: { stored: 0 } });
    expect(http.stored[0]?.mediaType).toBe(mediaType);
    expect(http.stored[0]?.bytes.equals(bytes)).toBe(true);
  });
});

describe('headers', () => {
  test('are handed on in small letters, several of a name as one', async () => {
    answer = always(200, { 'X-One': '1', 'X-Many': ['a', 'b'], 'Content-Type': 'text/plain' }, 'x');
    expect(await get()).toMatchObject({ headers: { 'x-one': '1', 'x-many': 'a, b', 'content-type': 'text/plain' } });
  });

  test('without the cookies that the server sets', async () => {
    answer = always(200, { 'Set-Cookie': ['session=secret', 'b=c'] });
    const { headers } = (await get()) as { headers: object };
    expect(headers).not.toHaveProperty('set-cookie');
  });

  test('larger than allowed are refused', async () => {
    answer = (_request, _response, socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(100_000)}\r\ncontent-length: 0\r\n\r\n`);
    expect(await faultOf({ method: 'POST' })).toMatchObject({ code: 'HTTP_TOO_LARGE' });
  });
});

describe('compressed bodies', () => {
  const text = JSON.stringify({ text: 'x'.repeat(10_000) });
  test.each([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
  ])('%s is unpacked, and its headers say nothing else', async (coding, packed) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': coding };
    answer = always(200, { ...headers, 'content-length': String(packed.length) }, packed);
    const output = (await get()) as { headers: object; body: { text: string } };
    expect(output.body.text).toHaveLength(10_000);
    expect(Object.keys(output.headers)).toEqual(expect.not.arrayContaining(['content-encoding', 'content-length']));
  });

  test.each([
    ['deflate', deflateSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
  ])('%s, which was not asked for, is stored as it came', async (coding, packed) => {
    answer = always(200, { 'content-type': 'application/json', 'content-encoding': coding }, packed);
    expect(await get()).toMatchObject({ body: { stored: 0 }, headers: { 'content-encoding': coding } });
    expect(http.stored[0]?.bytes.equals(packed)).toBe(true);
  });

  test.each([
    ['gzip', Buffer.from('no gzip at all')],
    ['br', Buffer.from('no brotli at all')],
    ['gzip', gzipSync(text).subarray(0, 40)],
  ])('%s that is broken is the server’s failure', async (coding, packed) => {
    answer = always(200, { 'content-type': 'application/json', 'content-encoding': coding }, packed);
    expect(await faultOf()).toMatchObject({ code: 'HTTP_5XX', message: expect.stringContaining(coding) as string });
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    ['br', brotliCompressSync(Buffer.alloc(64 * 1024 * 1024))],
  ])('a bomb in %s goes off within the limit', async (coding, packed) => {
    expect(packed.length).toBeLessThan(100_000);
    answer = always(200, { 'content-type': 'application/octet-stream', 'content-encoding': coding }, packed);
    expect(await faultOf({ max_bytes: 1_000_000 })).toMatchObject({
      code: 'HTTP_TOO_LARGE',
      details: { limit: 1_000_000 },
    });
  });

  test('an unexpected answer is unpacked too', async () => {
    answer = always(400, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }, gzipSync('no such thing'));
    expect(await faultOf()).toMatchObject({ code: 'HTTP_4XX', details: { body: 'no such thing' } });
  });
});

describe('the limit', () => {
  test('is met exactly', async () => {
    answer = always(200, { 'content-type': 'text/plain' }, 'x'.repeat(1000));
    expect(await get({ max_bytes: 1000 })).toMatchObject({ body: 'x'.repeat(1000) });
  });

  test('a larger body that says so is not read', async () => {
    answer = (_request, response) => void response.writeHead(200, { 'content-length': '1001' }).write('x');
    expect(await faultOf({ max_bytes: 1000 })).toEqual({
      code: 'HTTP_TOO_LARGE',
      message: `the answer of ${server.origin} is larger than 1000 bytes`,
      details: { limit: 1000, declared: 1001 },
    });
    await server.received[0]!.gone;
  });

  test('a body without end is broken off, and the server sees it', async () => {
    answer = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(10_000)));
      };
      response.on('drain', more);
      more();
    };
    expect(await faultOf({ max_bytes: 100_000 })).toMatchObject({
      code: 'HTTP_TOO_LARGE',
      details: { limit: 100_000 },
    });
    await server.received[0]!.gone;
  });

  test('does not hide what an unexpected answer means', async () => {
    answer = (_request, response) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    };
    const { code, details } = await faultOf({ max_bytes: 100 });
    expect(code).toBe('HTTP_5XX');
    expect((details as { body: string }).body).toBe('x'.repeat(2048));
    await server.received[0]!.gone;
  });
});

describe('expected statuses', () => {
  test.each<[number, Json[] | undefined, string]>([
    [200, undefined, 'ok'],
    [299, undefined, 'ok'],
    [404, ['2xx', 404], 'ok'],
    [404, ['4xx'], 'ok'],
    [500, [500], 'ok'],
    [302, ['3xx'], 'ok'],
    [201, [200], 'HTTP_4XX'],
    [300, undefined, 'HTTP_REDIRECT'],
    [400, undefined, 'HTTP_4XX'],
    [404, undefined, 'HTTP_4XX'],
    [418, undefined, 'HTTP_4XX'],
    [408, undefined, 'HTTP_TIMEOUT'],
    [429, undefined, 'HTTP_429'],
    [500, undefined, 'HTTP_5XX'],
    [502, undefined, 'HTTP_5XX'],
    [503, undefined, 'HTTP_5XX'],
    [599, undefined, 'HTTP_5XX'],
    [200, ['4xx'], 'HTTP_4XX'],
  ])('%i, when %j is expected: %s', async (status, expected, outcome) => {
    answer = always(status, { 'content-type': 'text/plain' }, 'body');
    const settled = await get(expected ? { expect: expected } : {}).then(
      () => 'ok',
      (err: { code: string }) => err.code,
    );
    expect(settled).toBe(outcome);
  });

  test('an unexpected one says what was asked and what came back, without the query', async () => {
    answer = always(422, { 'content-type': 'application/json' }, '{"detail":"no such user"}');
    expect(await faultOf({ method: 'POST' })).toEqual({
      code: 'HTTP_4XX',
      message: `POST ${server.origin}/path answered 422`,
      details: { status: 422, url: `${server.origin}/path`, body: '{"detail":"no such user"}' },
    });
  });

  test.each([
    ['breaks off', {}],
    ['can not be unpacked', { 'content-encoding': 'gzip' }],
  ])('an unexpected one counts by its status when its body %s', async (_what, headers) => {
    answer = (_request, response, socket) => {
      response.writeHead(404, { 'content-length': '1000', ...headers }).write('half', () => socket.destroy());
    };
    expect(await faultOf()).toMatchObject({ code: 'HTTP_4XX', details: { status: 404, body: '' } });
  });

  test('a secret that stands where the excerpt ends is not cut in half', async () => {
    answer = always(400, { 'content-type': 'text/plain' }, `${'x'.repeat(2040)}${SECRETS.API_TOKEN}`);
    const { details } = await faultOf();
    expect((details as { body: string }).body).not.toContain(SECRETS.API_TOKEN.slice(0, 5));
  });
});

describe('Retry-After', () => {
  test.each([
    [429, 'HTTP_429'],
    [503, 'HTTP_5XX'],
    [500, 'HTTP_5XX'],
  ])('%i: seconds become the wait before the next attempt', async (status, code) => {
    answer = always(status, { 'retry-after': '7' });
    expect(await faultOf()).toMatchObject({ code, details: { status, retry_after_ms: 7_000 } });
  });

  test('a date does too', async () => {
    answer = always(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() });
    const { details } = await faultOf();
    const { retry_after_ms: wait } = details as { retry_after_ms: number };
    expect(wait).toBeGreaterThan(3_500_000);
    expect(wait).toBeLessThanOrEqual(3_600_000);
  });

  const NOW = Date.parse('1994-11-06T08:49:30Z');
  test.each<[string | undefined, number | undefined]>([
    ['0', undefined],
    ['1', 1_000],
    [' 120 ', 120_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 7_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 7_000],
    ['Sun Nov  6 08:49:37 1994', 7_000],
    ['Sun, 06 Nov 1994 08:49:29 GMT', undefined],
    ['99999999999', 86_400_000],
    ['9'.repeat(400), 86_400_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
    ['-5', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['2030-01-01', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j waits %s ms', (header, wait) => {
    expect(retryAfterMs(header, NOW)).toBe(wait);
  });
});

test('an answer that breaks off can not be had', async () => {
  answer = (_request, response, socket) => {
    response
      .writeHead(200, { 'content-length': '1000', 'content-type': 'text/plain' })
      .write('half', () => socket.destroy());
  };
  const fault = await faultOf({ method: 'POST' });
  expect(fault).toMatchObject({ code: 'HTTP_CONNECT', message: `${server.origin} broke off its answer` });
});

test('an answer in chunks is put together', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    const [first, second] = [Buffer.from('日本').subarray(0, 4), Buffer.from('日本').subarray(4)];
    response.write(first, () => response.end(second));
  };
  expect(await get()).toMatchObject({ body: '日本' });
});
