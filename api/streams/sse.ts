import { once } from 'node:events';
import type { Response } from 'express';
import type { Client, Connection } from './serve.js';
import type { StreamTimes } from './times.js';

/** A line of server-sent events, by the HTML standard. */
export function eventStream(res: Response, { ready, end }: Client, times: StreamTimes): Connection {
  res.on('close', () => end('left'));
  res.on('error', () => end('left'));
  res.on('drain', ready);
  if (res.destroyed) end('left'); // while it was found out who it is
  res.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  res.write(`retry: ${times.reconnectMs}\n\n`);
  return {
    get ready() {
      return !res.writableNeedDrain;
    },
    // An empty id is not the same as none: the client forgets the one it had.
    frame: ({ type, cursor }) => ({
      head: `${cursor === undefined ? '' : `id: ${cursor}\n`}event: ${type}\ndata: `,
      tail: '\n\n',
    }),
    write: ({ bytes }) => (res.destroyed ? end('left') : res.write(bytes)),
    ping: () => res.write(': ping\n\n'),
    async close(why) {
      if (res.closed) return;
      const closed = once(res, 'close');
      if (why === 'slow' || why === 'failed') res.destroy();
      else res.end();
      const late = setTimeout(() => res.destroy(), why === 'shutdown' ? times.closeMs : times.stallMs);
      await closed;
      clearTimeout(late);
    },
  };
}
