import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Effect {
  key: string;
  /** What the request said: node and whatever else. */
  body: Record<string, unknown>;
  hits: number;
}

/** The outside world of a test: it counts effects by their key, fails on demand, and holds calls until let go or cut off. */
export interface World {
  url: string;
  /** By idempotency key. */
  effects: Map<string, Effect>;
  /** Paths of calls that are held now. */
  holding: Set<string>;
  /** Paths of held calls that the caller broke off. */
  cutOff: string[];
  release(path: string): void;
  stop(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const effects: World['effects'] = new Map();
  const holding = new Set<string>();
  const cutOff: string[] = [];
  const held = new Map<string, () => void>();
  const failures = new Map<string, number>();

  const server = createServer((req, res) => {
    void answer(req, res).then(({ status, body }) => {
      if (res.destroyed) return;
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const url = new URL(req.url!, 'http://world');
    const [, what = '', arg = ''] = url.pathname.split('/');
    if (what === 'effect') {
      const key = String(req.headers['idempotency-key'] ?? '');
      const known = effects.get(key) ?? { key, body: JSON.parse(Buffer.concat(chunks).toString() || '{}'), hits: 0 };
      known.hits++;
      effects.set(key, known);
      const ms = Number(url.searchParams.get('ms') ?? 0);
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      return { status: 200, body: { node: arg, key } };
    }
    if (what === 'flaky') {
      const before = failures.get(url.pathname) ?? 0;
      failures.set(url.pathname, before + 1);
      const fails = Number(url.searchParams.get('fails') ?? 2);
      return before < fails ? { status: 503, body: { failed: before + 1 } } : { status: 200, body: { failed: before } };
    }
    if (what === 'hold') {
      holding.add(url.pathname);
      await new Promise<void>((resolve) => {
        held.set(url.pathname, resolve);
        res.once('close', () => {
          if (!res.writableFinished) cutOff.push(url.pathname);
          resolve();
        });
      });
      holding.delete(url.pathname);
      return { status: 200, body: { held: arg } };
    }
    return { status: Number(url.searchParams.get('status') ?? 200), body: { path: url.pathname } };
  }

  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    effects,
    holding,
    cutOff,
    release: (path) => held.get(path)?.(),
    async stop() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}
