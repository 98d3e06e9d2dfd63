import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Fault } from '../../core/fault.js';
import { MAX_INBOUND_BYTES } from '../../core/limits.js';
import { faultOf, problemOf } from '../http/problem.js';
import { PROTOCOL } from './request.js';

const PATH = /^\/api\/v1\/ws\/workflow_runs\/([^/]+)$/;

export interface Upgrade {
  runId: string;
  url: URL;
  req: IncomingMessage;
  /** Answers the client: from here on it is a WebSocket. */
  accept: () => Promise<WebSocket>;
}

/** Takes a server's upgrades to WebSockets. One that `take` refuses with a fault is answered as any other request would be. */
export class Upgrades {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_INBOUND_BYTES,
    clientTracking: false,
    handleProtocols: (offered) => offered.has(PROTOCOL) && PROTOCOL,
  });
  private readonly take: (upgrade: Upgrade) => Promise<unknown>;
  private readonly log: (err: unknown, message: string) => void;

  constructor(take: (upgrade: Upgrade) => Promise<unknown>, log: (err: unknown, message: string) => void) {
    this.take = take;
    this.log = log;
    this.sockets.on('wsClientError', (err, socket, req) =>
      refuse(socket, req, new Fault('REQUEST_INVALID', `this is no WebSocket handshake: ${err.message}`)),
    );
  }

  attach(server: Server): void {
    server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (req.headers.upgrade?.toLowerCase() === 'websocket') void this.upgrade(req, socket, head);
      else asItWas(server, req, socket, head);
    });
  }

  private async upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const broken = () => socket.destroy();
    socket.on('error', broken);
    try {
      const url = new URL(req.url ?? '/', 'http://localhost');
      const [, runId] = PATH.exec(url.pathname) ?? [];
      if (runId === undefined) throw new Fault('NOT_FOUND', `there is no WebSocket ${url.pathname}`);
      const accept = () =>
        new Promise<WebSocket>((resolve) => {
          socket.off('error', broken);
          this.sockets.handleUpgrade(req, socket, head, resolve);
        });
      await this.take({ runId: decodeURIComponent(runId), url, req, accept });
    } catch (err) {
      const fault = faultOf(err);
      if (fault.code === 'INTERNAL') this.log(err, 'an upgrade failed');
      refuse(socket, req, fault);
    }
  }
}

function refuse(socket: Duplex, req: IncomingMessage, fault: Fault): void {
  const { status, body } = problemOf(fault, (req.url ?? '').split('?')[0]!);
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

/**
 * A client may offer another protocol, such as h2c, with any request; HTTP lets us ignore the offer, Node does not. So the request is
 * put back without it, and the server reads it again as the plain request that it also is.
 */
function asItWas(server: Server, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`];
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    const [name, value] = [req.rawHeaders[i]!, req.rawHeaders[i + 1]!];
    if (/^connection$/i.test(name)) lines.push(`${name}: ${value.replace(/\b(upgrade|http2-settings)\b/gi, '')}`);
    else if (!/^(upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
