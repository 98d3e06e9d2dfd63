import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  always,
  type Loopback,
  loopback,
  requestTo,
  testCaller,
  type TestCaller,
} from '../../tests/support/loopback.js';

let http: TestCaller;
const open: { close(): unknown }[] = [];
beforeEach(() => (http = testCaller()));
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  await http.caller.close();
});
async function serve(...args: Parameters<typeof loopback>): Promise<Loopback> {
  const server = await loopback(...args);
  open.push(server);
  return server;
}

/** A port of which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  await once(server.close(), 'close');
  return port;
}

describe('what can not be reached', () => {
  test('a port that nobody listens on', async () => {
    const { code, message } = await http.fault(requestTo(`http://127.0.0.1:${await closedPort()}/`));
    expect([code, message]).toEqual(['HTTP_CONNECT', expect.stringContaining('ECONNREFUSED')]);
  });

  test('a name that nobody has', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND nobody.example'), { code: 'ENOTFOUND' });
    http = testCaller({ resolve: () => Promise.reject(unknown) });
    const { code, message } = await http.fault(requestTo('http://nobody.example/'));
    expect([code, message]).toEqual(['HTTP_CONNECT', expect.stringContaining('ENOTFOUND nobody.example')]);
  });

  test('a server that hangs up', async () => {
    const server = await serve((_request, _response, socket) => socket.destroy());
    expect(await http.fault(requestTo(server.origin, { method: 'POST' }))).toMatchObject({ code: 'HTTP_CONNECT' });
    expect(server.received).toHaveLength(1);
  });

  test('a server that resets the connection', async () => {
    const server = await serve((_request, _response, socket) => socket.resetAndDestroy());
    const { code, message } = await http.fault(requestTo(server.origin, { method: 'POST' }));
    expect([code, message]).toEqual(['HTTP_CONNECT', expect.stringContaining('ECONNRESET')]);
  });

  test('a server that speaks something else', async () => {
    const server = await serve((_request, _response, socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await http.fault(requestTo(server.origin, { method: 'POST' }))).toMatchObject({ code: 'HTTP_CONNECT' });
  });

  test('a server without TLS under https', async () => {
    const server = await serve(always(200));
    const url = server.origin.replace('http:', 'https:');
    expect(await http.fault(requestTo(url))).toMatchObject({ code: 'HTTP_CONNECT' });
  });

  test('a connection that takes too long is given up', async () => {
    http = testCaller({ resolve: () => new Promise(() => undefined), dial: { connectTimeoutMs: 50 } });
    const { code, message } = await http.fault(requestTo('http://slow.example/'));
    expect([code, message]).toEqual(['HTTP_TIMEOUT', expect.stringContaining('http://slow.example')]);
  });

  test('a connection that the system gives up', async () => {
    const late = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
    http = testCaller({ resolve: () => Promise.reject(late) });
    expect(await http.fault(requestTo('http://slow.example/'))).toMatchObject({ code: 'HTTP_TIMEOUT' });
  });
});

describe('an abort', () => {
  const reason = new Error('cancelled by the test');

  test('before the call sends nothing', async () => {
    const server = await serve(always(200));
    await expect(http.call(requestTo(server.origin), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.received).toEqual([]);
  });

  test('while the server thinks closes the connection', async () => {
    const server = await serve(() => undefined);
    const stop = new AbortController();
    const calling = http.call(requestTo(server.origin, { method: 'POST' }), { signal: stop.signal });
    await server.until(1);
    stop.abort(reason);
    await expect(calling).rejects.toBe(reason);
    await server.received[0]!.gone;
  });

  test('while the server thinks is not taken for a broken connection, whatever the method', async () => {
    const server = await serve(() => undefined);
    const stop = new AbortController();
    const calling = http.call(requestTo(server.origin), { signal: stop.signal });
    await server.until(1);
    stop.abort(reason);
    await expect(calling).rejects.toBe(reason);
    await server.received[0]!.gone;
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ['an answer', 200, {}],
    ['a refusal', 500, {}],
    ['a redirect', 302, { location: '/' }],
  ])('in the middle of the body of %s closes the connection', async (_what, status, headers) => {
    const stop = new AbortController();
    const server = await serve((_request, response) => {
      response.writeHead(status, headers).write('a beginning', () => stop.abort(reason));
    });
    await expect(http.call(requestTo(server.origin), { signal: stop.signal })).rejects.toBe(reason);
    await server.received[0]!.gone;
    expect(server.received).toHaveLength(1);
  });

  test('between two redirects sends no second request', async () => {
    const stop = new AbortController();
    const server = await serve((request, response) => {
      stop.abort(reason);
      always(302, { location: '/next' })(request, response);
    });
    await expect(http.call(requestTo(server.origin), { signal: stop.signal })).rejects.toBe(reason);
    expect(server.received).toHaveLength(1);
  });

  test('while connecting ends the call', async () => {
    const stop = new AbortController();
    http = testCaller({
      dial: { connectTimeoutMs: 200 },
      resolve() {
        stop.abort(reason);
        return new Promise(() => undefined);
      },
    });
    await expect(http.call(requestTo('http://slow.example/'), { signal: stop.signal })).rejects.toBe(reason);
  });
});

describe('connections', () => {
  /** A connection is free again a moment after its answer, so calls on each other's heels need two. */
  const used = ({ received }: Loopback) => new Set(received.map(({ connection }) => connection)).size;

  test('are kept for the next call', async () => {
    const server = await serve(always(200, { 'content-type': 'text/plain' }, 'x'));
    for (let i = 0; i < 20; i++) await http.call(requestTo(server.origin, { method: 'POST' }));
    expect(used(server)).toBeLessThanOrEqual(2);
  });

  test('are kept after a refusal and after a redirect', async () => {
    const server = await serve((request, response) =>
      always(
        request.url === '/a' ? 302 : 404,
        { location: '/b', 'content-type': 'text/plain' },
        'x',
      )(request, response),
    );
    for (let i = 0; i < 10; i++) await http.fault(requestTo(`${server.origin}/a`));
    expect(server.received).toHaveLength(20);
    expect(used(server)).toBeLessThanOrEqual(2);
  });

  test('serve calls side by side', async () => {
    const held: (() => void)[] = [];
    const server = await serve((_request, response) => {
      held.push(() => response.end());
      if (held.length === 20) for (const end of held) end();
    });
    await Promise.all(Array.from({ length: 20 }, () => http.call(requestTo(server.origin))));
    expect(new Set(server.received.map(({ connection }) => connection)).size).toBe(20);
  });

  /** Every connection answers once and is dead for its second request, as if the server had closed it just then. */
  const mortal = (kill: (socket: Socket) => unknown) => {
    const answered = new Set<number>();
    return serve((request, response, socket) => {
      if (answered.has(request.connection)) return void kill(socket);
      answered.add(request.connection);
      response.end();
    });
  };

  test.each(['GET', 'OPTIONS', 'PUT', 'DELETE'])('that died while they were kept do not fail a %s', async (method) => {
    for (const kill of [(socket: Socket) => socket.destroy(), (socket: Socket) => socket.resetAndDestroy()]) {
      const server = await mortal(kill);
      const request = requestTo(server.origin, { method, ...(method === 'PUT' ? { json: { a: 1 } } : {}) });
      // Three of them lie ready, and all are dead when the next call takes one.
      await Promise.all([1, 2, 3].map(() => http.call(request)));
      await new Promise(setImmediate);
      expect(await http.call(request)).toMatchObject({ status: 200 });
      expect(server.received).toHaveLength(5);
      const [last, before] = server.received.toReversed();
      expect(last).toMatchObject({ method, body: before!.body });
      expect(last!.headers['idempotency-key']).toBe(before!.headers['idempotency-key']);
    }
  });

  test.each(['POST', 'PATCH'])('that died fail a %s, which Temporal tries again under the same key', async (method) => {
    const server = await mortal((socket) => socket.destroy());
    await Promise.all([1, 2, 3].map(() => http.call(requestTo(server.origin, { method }))));
    expect(await http.fault(requestTo(server.origin, { method }))).toMatchObject({ code: 'HTTP_CONNECT' });
    expect(server.received).toHaveLength(4);
  });

  test('a request is sent again once, not for ever', async () => {
    const server = await serve((_request, _response, socket) => socket.destroy());
    expect(await http.fault(requestTo(server.origin))).toMatchObject({ code: 'HTTP_CONNECT' });
    expect(server.received).toHaveLength(2);
  });
});
