import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpCaller, type HttpContext } from '../../adapters/http/call.js';
import type { DialOptions } from '../../adapters/http/dial.js';
import { EgressGuard, type Resolve } from '../../adapters/http/guard.js';
import { Secrets } from '../../adapters/secrets/secrets.js';
import type { Json } from '../../core/json.js';
import { type HttpRequest, toolCallConfig } from '../../core/nodes/tool-call.js';

/** A request as the server saw it. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Which of the server's connections it came over, from 0. */
  connection: number;
  /** Resolves when the client is gone before the answer was complete. */
  gone: Promise<void>;
}

export interface Loopback {
  origin: string;
  port: number;
  received: Received[];
  /** Resolves when so many requests have come. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A real HTTP server on loopback. Its answers are the test's; `socket` is for answers that are no HTTP. */
export async function loopback(
  answer: (request: Received, response: ServerResponse, socket: Socket) => void,
): Promise<Loopback> {
  const received: Received[] = [];
  const sockets = new Map<Socket, number>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    const gone = once(res, 'close').then(() => undefined);
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { method = '', url = '', headers } = req;
      const request = {
        method,
        url,
        headers,
        body: Buffer.concat(chunks),
        connection: sockets.get(req.socket)!,
        gone,
      };
      received.push(request);
      for (const { count, resolve } of waiting) if (received.length >= count) resolve();
      answer(request, res, req.socket);
    });
  });
  server.on('connection', (socket) => {
    sockets.set(socket, connections++);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    received,
    until: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        if (received.length >= count) resolve();
      }),
    async close() {
      for (const socket of sockets.keys()) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** Answers every request the same. */
export const always =
  (status: number, headers: Record<string, string | string[]> = {}, body: string | Uint8Array = '') =>
  (_request: Received, response: ServerResponse): void =>
    void response.writeHead(status, headers).end(body);

/** A request with the defaults that the compiler gives it. */
export function requestTo(url: string, rest: Record<string, Json> = {}): HttpRequest {
  const config = toolCallConfig.parse({ tool: 'http', request: { url, ...rest } });
  if (config.tool !== 'http') throw new Error('no http');
  return config.request;
}

export const SECRETS = { API_TOKEN: 'tok-5f2c9a7e1b', PASSWORD: 'p:ss wörd/+' };

export interface TestCaller {
  caller: HttpCaller;
  logged: string[];
  stored: { bytes: Buffer; mediaType: string }[];
  call(request: HttpRequest, context?: Partial<HttpContext>): Promise<Json>;
  /** The fault that the call ends with; a call that succeeds fails the test. */
  fault(
    request: HttpRequest,
    context?: Partial<HttpContext>,
  ): Promise<{ code: string; message: string; details: Json }>;
}

/** A caller that may call loopback; what it stores is kept and named by its place. */
export function testCaller(options: { allow?: string[]; resolve?: Resolve; dial?: DialOptions } = {}): TestCaller {
  const { allow = ['127.0.0.0/8'], resolve, dial } = options;
  const guard = new EgressGuard(allow, resolve);
  const caller = new HttpCaller({ guard, secrets: new Secrets(SECRETS), ...(dial ? { dial } : {}) });
  const logged: string[] = [];
  const stored: TestCaller['stored'] = [];
  const call: TestCaller['call'] = (request, context) =>
    caller.call(request, {
      signal: new AbortController().signal,
      effect: 'run-1/node/0',
      log: (text) => logged.push(text),
      store(bytes, mediaType) {
        stored.push({ bytes: Buffer.from(bytes), mediaType });
        return Promise.resolve({ stored: stored.length - 1 });
      },
      ...context,
    });
  return {
    caller,
    logged,
    stored,
    call,
    async fault(request, context) {
      const outcome = await call(request, context).then(
        (output) => ({ output }),
        (err: unknown) => ({ err }),
      );
      if ('output' in outcome) throw new Error(`it succeeded: ${JSON.stringify(outcome.output).slice(0, 200)}`);
      const { code, message, details } = outcome.err as { code: string; message: string; details: Json };
      return { code, message, details };
    },
  };
}
