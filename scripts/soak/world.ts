import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the runs of a soak act upon: it counts effects by their key, and fails where it is asked to. Listens on loopback. */
export interface World {
  url: string;
  /** By `<run> <node>`: the idempotency keys under which that effect came. More than one is an effect that was doubled. */
  effects: Map<string, Set<string>>;
  /** Calls, with those that were repeated under one key. */
  calls(): number;
  stop(): Promise<void>;
}

/** `POST /effect/:node?ms=20&fails=2` with `{ run }`: answers 503 so many times, then 200. */
export async function openWorld(): Promise<World> {
  const effects: World['effects'] = new Map();
  const failed = new Map<string, number>();
  let calls = 0;
  const answer = async (req: IncomingMessage): Promise<number> => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const { run } = JSON.parse(Buffer.concat(chunks).toString()) as { run: string };
    const { pathname, searchParams } = new URL(req.url!, 'http://world');
    const effect = `${run} ${decodeURIComponent(pathname.slice('/effect/'.length))}`;
    calls++;
    effects.set(effect, (effects.get(effect) ?? new Set()).add(String(req.headers['idempotency-key'])));
    await sleep(Number(searchParams.get('ms') ?? 20));
    const before = failed.get(effect) ?? 0;
    if (before >= Number(searchParams.get('fails') ?? 0)) return 200;
    failed.set(effect, before + 1);
    return 503;
  };
  const server = createServer((req, res) => {
    answer(req).then(
      (status) => res.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
      () => res.destroy(), // the caller was killed in the middle of its request
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    effects,
    calls: () => calls,
    async stop() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}
