import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type GraphRequest, graphRequest, runRequest, type RunState, WAIT_S } from './protocol.js';

/** What an engine has to do to be served as a contender. */
export interface OutsideEngine {
  create(graph: GraphRequest): Promise<void>;
  start(graph: string): Promise<string>;
  /** The run's state when it has ended, or after that long. Undefined: there is no such run. */
  wait(run: string, ms: number): Promise<RunState | undefined>;
}

type Answer = { status: number; body: object };

/** The contender's side of the protocol, on loopback. Answers its address and how to end it. */
export async function serveContender(
  engine: OutsideEngine,
  port = 0,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((req, res) => {
    void answer(engine, req)
      .catch((err: unknown): Answer => ({ status: 500, body: { error: (err as Error).message } }))
      .then(({ status, body }) =>
        res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      );
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    async close() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(engine: OutsideEngine, req: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(req.url!, 'http://contender');
  const what = `${req.method} ${pathname}`;
  if (what === 'POST /graphs') {
    const graph = graphRequest.parse(await bodyOf(req));
    await engine.create(graph);
    return { status: 201, body: { name: graph.name } };
  }
  if (what === 'POST /runs')
    return { status: 201, body: { id: await engine.start(runRequest.parse(await bodyOf(req)).graph) } };
  const [, run] = /^GET \/runs\/([^/]+)$/.exec(what) ?? [];
  if (run === undefined) return { status: 404, body: { error: `there is no ${what}` } };
  const [, wait = '0'] = /^(\d+)s$/.exec(searchParams.get('wait') ?? '') ?? [];
  const state = await engine.wait(decodeURIComponent(run), Math.min(Number(wait), WAIT_S) * 1000);
  return state ? { status: 200, body: state } : { status: 404, body: { error: `there is no run ${run}` } };
}

async function bodyOf(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
