import { createServer } from 'node:net';

/** What listens where unless the port is taken. PostgreSQL and Redis choose for themselves: they keep the port that they once had. */
export const USUAL_PORTS = {
  postgres: 54_329,
  redis: 16_379,
  temporal: 7_233,
  temporalWeb: 8_233,
  api: 8_700,
  agent: 8_710,
  data: 8_711,
};

const NAMES = {
  temporal: 'Temporal',
  temporalWeb: 'Temporal Web',
  api: 'the API',
  agent: 'the example agent',
  data: 'the example data server',
};

/**
 * The usual ports, or any free ones in place of those that are taken; no two are the same. To be asked shortly before they are used: a
 * free port is nobody's, and servers that take any port, as Temporal's inner services do, may get just that one.
 */
export async function choosePorts<N extends keyof typeof NAMES>(
  names: readonly N[],
  { any, say }: { any: boolean; say: (line: string) => void },
): Promise<Record<N, number>> {
  const chosen = new Map<N, number>();
  for (const name of names) {
    let port: number;
    do port = await freePort(any ? 0 : USUAL_PORTS[name], say, NAMES[name]);
    while ([...chosen.values()].includes(port));
    chosen.set(name, port);
  }
  return Object.fromEntries(chosen) as Record<N, number>;
}

const tryPort = (port: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (err: NodeJS.ErrnoException) =>
      err.code === 'EADDRINUSE' || err.code === 'EACCES' ? resolve(undefined) : reject(err),
    );
    server.listen(port, '127.0.0.1', () => {
      const { port: got } = server.address() as { port: number };
      server.close(() => resolve(got));
    });
  });

/** The wanted port when it is free on loopback, else one that is; `say` hears of it. */
export async function freePort(
  wanted: number,
  say: (line: string) => void = () => undefined,
  who = '',
): Promise<number> {
  const port = await tryPort(wanted);
  if (port !== undefined) return port;
  const other = (await tryPort(0))!;
  say(`port ${wanted} is taken; ${who || 'it'} listens on ${other}`);
  return other;
}
