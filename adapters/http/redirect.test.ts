import {
  always,
  type Loopback,
  loopback,
  type Received,
  requestTo,
  SECRETS,
  testCaller,
} from '../../tests/support/loopback.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
const serve = async (...args: Parameters<typeof loopback>): Promise<Loopback> => {
  const server = await loopback(...args);
  open.push(server);
  return server;
};
const caller = (...args: Parameters<typeof testCaller>) => {
  const http = testCaller(...args);
  open.unshift(http.caller);
  return http;
};
const summary = ({ method, url, headers, body }: Received) => ({
  method,
  url,
  key: headers['idempotency-key'],
  type: headers['content-type'],
  body: body.toString(),
});

/** `/` redirects to `/there`, which answers. */
const redirecting = (status: number, location = '/there') =>
  serve((request, response) => {
    if (request.url === '/') always(status, { location, 'content-type': 'text/plain' }, 'moved')(request, response);
    else always(200, { 'content-type': 'text/plain' }, 'there')(request, response);
  });

describe('the method after a redirect (RFC 9110, 15.4)', () => {
  const KEPT = { key: 'run-1/node/0', type: 'application/json', body: '{"a":1}' };
  const GET = { method: 'GET', key: undefined, type: undefined, body: '' };
  test.each<[number, string, object]>([
    [301, 'POST', GET],
    [302, 'POST', GET],
    [303, 'POST', GET],
    [307, 'POST', { method: 'POST', ...KEPT }],
    [308, 'POST', { method: 'POST', ...KEPT }],
    [301, 'PUT', { method: 'PUT', ...KEPT }],
    [302, 'DELETE', { method: 'DELETE', ...KEPT }],
    [303, 'PUT', GET],
    [303, 'DELETE', GET],
    [307, 'PATCH', { method: 'PATCH', ...KEPT }],
  ])('%i after %s', async (status, method, expected) => {
    const server = await redirecting(status);
    const output = await caller().call(requestTo(server.origin, { method, json: { a: 1 } }));
    expect(output).toMatchObject({ status: 200, body: 'there' });
    expect(server.received.map(summary)).toEqual([
      { method, url: '/', ...KEPT },
      { url: '/there', ...expected },
    ]);
  });

  test.each([301, 302, 303, 307, 308])('%i after HEAD and GET changes nothing', async (status) => {
    for (const method of ['HEAD', 'GET']) {
      const server = await redirecting(status);
      await caller().call(requestTo(server.origin, { method }));
      expect(server.received.map((each) => each.method)).toEqual([method, method]);
    }
  });
});

test.each([
  ['relative', 'b?c=d', '/a/b?c=d'],
  ['from the root', '/b', '/b'],
  ['up', '../b', '/b'],
])('a %s location', async (_what, location, expected) => {
  const server = await serve((request, response) =>
    always(request.url === '/a/' ? 302 : 204, { location })(request, response),
  );
  await caller().call(requestTo(`${server.origin}/a/`));
  expect(server.received.map(({ url }) => url)).toEqual(['/a/', expected]);
});

test('a redirect that the spec expects is the answer', async () => {
  const server = await redirecting(302);
  const output = await caller().call(requestTo(server.origin, { expect: ['2xx', 302] }));
  expect(output).toMatchObject({ status: 302, body: 'moved', headers: { location: '/there' } });
  expect(server.received).toHaveLength(1);
});

test.each([
  ['none are allowed', { redirects: 0 }, '/there', 1],
  ['they go in a circle', { redirects: 3 }, '/', 4],
  ['the location is no URL', {}, 'http://', 1],
])('when %s, it ends', async (_what, rest, location, requests) => {
  const server = await redirecting(302, location);
  expect(await caller().fault(requestTo(server.origin, rest))).toMatchObject({ code: 'HTTP_REDIRECT' });
  expect(server.received).toHaveLength(requests);
});

test('exactly as many as are allowed are followed', async () => {
  const server = await serve((request, response) => {
    const n = Number(request.url.slice(1));
    always(n < 3 ? 302 : 200, { location: `/${n + 1}` })(request, response);
  });
  expect(await caller().call(requestTo(`${server.origin}/0`, { redirects: 3 }))).toMatchObject({ status: 200 });
});

test('a redirect without a location, or with two, is an unexpected answer', async () => {
  const none = await serve(always(302));
  expect(await caller().fault(requestTo(none.origin))).toMatchObject({ code: 'HTTP_REDIRECT' });
  const two = await serve(always(302, { location: ['/a', '/b'] }));
  expect(await caller().fault(requestTo(two.origin))).toMatchObject({ code: 'HTTP_REDIRECT' });
  expect(two.received).toHaveLength(1);
});

test('the body of a redirect is not read to its end when it has none', async () => {
  const server = await serve((request, response) => {
    if (request.url !== '/') return void response.end('there');
    response.writeHead(302, { location: '/there' });
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384)));
    };
    response.on('drain', more);
    more();
  });
  expect(await caller().call(requestTo(server.origin))).toMatchObject({ status: 200 });
  await server.received[0]!.gone;
});

describe('credentials', () => {
  const CASES: [string, object, Record<string, string>][] = [
    ['bearer', { auth: { type: 'bearer', secret: 'API_TOKEN' } }, { authorization: `Bearer ${SECRETS.API_TOKEN}` }],
    ['a header', { auth: { type: 'header', name: 'X-Key', secret: 'API_TOKEN' } }, { 'x-key': SECRETS.API_TOKEN }],
    ['a cookie', { headers: { Cookie: 'session=1' } }, { cookie: 'session=1' }],
    ['written by hand', { headers: { Authorization: 'Basic x' } }, { authorization: 'Basic x' }],
  ];

  test.each(CASES)('%s: kept within the origin', async (_what, rest, sent) => {
    const server = await redirecting(307);
    await caller().call(requestTo(server.origin, rest as never));
    expect(server.received[1]?.headers).toMatchObject(sent);
  });

  test.each(CASES)('%s: dropped at another origin, also when that sends us back', async (_what, rest, sent) => {
    const home: Loopback = await serve((request, response) =>
      request.url === '/'
        ? always(307, { location: `${elsewhere.origin}/x` })(request, response)
        : always(200)(request, response),
    );
    // The same host on another port is another origin.
    const elsewhere = await serve((request, response) =>
      always(307, { location: `${home.origin}/back` })(request, response),
    );
    await caller().call(requestTo(home.origin, { headers: { 'x-plain': 'kept' }, ...(rest as object) }));
    const [name] = Object.keys(sent) as [string];
    expect(home.received[0]?.headers).toMatchObject(sent);
    expect(elsewhere.received[0]?.headers).not.toHaveProperty(name);
    expect(home.received[1]?.url).toBe('/back');
    expect(home.received[1]?.headers).not.toHaveProperty(name);
  });
});
