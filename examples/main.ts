import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { archivist } from './agents/archivist.js';
import { dataServer } from './data-server.js';

/**
 * The outside world of the examples: an open-data server and an A2A agent, on loopback only. Prints one JSON line with
 * their addresses when both listen; ends on SIGTERM or SIGINT. Port 0 takes a free one.
 */
const HOST = '127.0.0.1';

/** Binds first: an agent's card carries the agent's own address. */
async function serve(port: number, appAt: (url: string) => RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer();
  await once(server.listen(port, HOST), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://${HOST}:${address.port}`;
  server.on('request', appAt(url));
  return { server, url };
}

function portOf(name: string, fallback: number): number {
  const port = Number(process.env[name] ?? fallback);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`${name} is not a port: ${process.env[name]}`);
}

async function main(): Promise<void> {
  const data = await serve(portOf('EXAMPLES_DATA_PORT', 8711), () => dataServer());
  const agent = await serve(portOf('EXAMPLES_AGENT_PORT', 8710), archivist);
  console.log(JSON.stringify({ ready: true, agent_url: agent.url, data_url: data.url }));
  process.send?.('ready'); // to the supervisor of the local stack

  const stop = () => {
    for (const { server } of [data, agent]) {
      server.close();
      server.closeAllConnections();
    }
    process.exit(); // a channel to whoever started it would keep it alive
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
}

await main();
