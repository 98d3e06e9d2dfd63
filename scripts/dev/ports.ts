import { createServer } from 'node:net';

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
