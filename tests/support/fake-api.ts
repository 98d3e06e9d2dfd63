import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Answer = { status?: number; json: unknown } | ((res: ServerResponse, request: Received) => void);

/** A server on loopback that answers as a test says, and remembers what it was asked. For tests only. */
export async function fakeApi(answers: Record<string, Answer | Answer[]>) {
  const received: Received[] = [];
  const asked = new Map<string, number>();
  const server = createServer((req, res) => void handle(req, res));

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const request = {
      method: req.method!,
      path: req.url!,
      headers: req.headers,
      body: Buffer.concat(chunks).toString(),
    };
    received.push(request);
    const route = `${request.method} ${request.path.replace('/api/v1', '')}`;
    const known = answers[route] ?? { status: 404, json: { code: 'NOT_FOUND', detail: `no ${route}` } };
    const turn = asked.get(route) ?? 0;
    asked.set(route, turn + 1);
    const answer = Array.isArray(known) ? known[Math.min(turn, known.length - 1)]! : known;
    if (typeof answer === 'function') return answer(res, request);
    const { status = 200, json } = answer;
    res.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
    res.end(JSON.stringify(json));
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  return {
    api: `http://127.0.0.1:${port}`,
    received,
    stop: async () => {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An answer that is an event stream of these events, which then ends. */
export const stream =
  (...events: { type: string; id?: string; data: unknown }[]): Answer =>
  (res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(': ping\n\n');
    for (const { type, id, data } of events) {
      res.write(`${id ? `id: ${id}\n` : ''}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    }
    res.end();
  };
