import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

export interface Received {
  headers: Record<string, string>;
  /** As it came. */
  body: string;
}

/** Somebody who takes webhooks, and answers as told. */
export async function openReceiver(): Promise<{
  url: string;
  received: Received[];
  /** What is answered from now on. */
  answer(status: number): void;
  close(): Promise<void>;
}> {
  const received: Received[] = [];
  let status = 204;
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    req.on('end', () => {
      received.push({ headers: req.headers as Record<string, string>, body });
      res.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: (next) => void (status = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
