import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { MAX_INBOUND_FRAMES, STREAM_PART_BYTES } from '../../core/limits.js';
import type { Client, Connection, Ending } from './serve.js';
import type { StreamTimes } from './times.js';

/** Codes from 4000 are ours; docs/streams.md explains them all. */
export const CLOSE: Record<Ending, { code: number; reason: string }> = {
  ended: { code: 1000, reason: 'the run is over' },
  left: { code: 1000, reason: '' },
  slow: { code: 1013, reason: 'nothing was read for too long; come back with your cursor' },
  shutdown: { code: 1012, reason: 'restarting; come back with your cursor' },
  revoked: { code: 4401, reason: 'the API key or session holds no longer' },
  vanished: { code: 4404, reason: 'there is no such run any more' },
  flooded: { code: 1008, reason: 'nothing that you send is read' },
  failed: { code: 1011, reason: 'something went wrong; come back with your cursor' },
};

/** A WebSocket that only we speak on: each message is one text frame, a large one in fragments. */
export function socketStream(ws: WebSocket, { ready, end }: Client, times: StreamTimes): Connection {
  let unanswered = 0;
  let frames = 0;
  ws.on('close', () => end('left'));
  ws.on('error', () => end('left')); // a broken frame or one too large: ws has answered it
  ws.on('message', () => {
    if (++frames > MAX_INBOUND_FRAMES) end('flooded');
  });
  ws.on('pong', () => {
    unanswered = 0;
  });
  return {
    get ready() {
      return ws.bufferedAmount < STREAM_PART_BYTES;
    },
    frame: ({ type, cursor }) =>
      type === 'snapshot'
        ? { head: `{"type":"snapshot","id":${JSON.stringify(cursor)},"data":`, tail: '}' }
        : { head: '', tail: '' },
    write({ bytes, last }) {
      if (ws.readyState === ws.OPEN) ws.send(bytes, { binary: false, fin: last }, ready);
      else end('left');
    },
    ping() {
      frames = 0;
      // Counted, not timed: when it is this process that stood still, the answers are only not read yet.
      if (unanswered++ >= times.stallMs / times.pingMs) end('slow');
      else ws.ping();
    },
    async close(why) {
      if (ws.readyState === ws.CLOSED) return;
      const closed = once(ws, 'close');
      const { code, reason } = CLOSE[why];
      ws.close(code, reason);
      const late = setTimeout(() => ws.terminate(), times.closeMs);
      await closed;
      clearTimeout(late);
    },
  };
}
