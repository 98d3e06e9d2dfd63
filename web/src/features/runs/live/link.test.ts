import { jest } from '@jest/globals';
import { type Ending, Link, type LinkState } from './link.js';

/** A socket that a test lets open, send and close. */
class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;
  readonly after: string | undefined;
  constructor(after: string | undefined) {
    this.after = after;
  }
  close(): void {
    this.closed = true;
  }
  send(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

function lineTo({ cursor, probe = () => Promise.resolve() }: { cursor?: string; probe?: () => Promise<void> } = {}) {
  const sockets: FakeSocket[] = [];
  const states: LinkState[] = [];
  const ends: [Ending, unknown][] = [];
  const known = { cursor };
  const link = new Link({
    open: (after) => {
      const socket = new FakeSocket(after);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    cursor: () => known.cursor,
    onFrame: (frame) => (known.cursor = frame.id ?? known.cursor),
    onState: (state) => states.push(state),
    probe,
    onEnd: (why, error) => ends.push([why, error]),
  });
  link.connect();
  return { link, sockets, states, ends, last: () => sockets.at(-1)! };
}
const snapshot = { type: 'snapshot', id: '0000.000001.000000', data: {} };
const settled = () => jest.advanceTimersByTimeAsync(60_000);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('it is live from the snapshot on, and comes back with its cursor', async () => {
  const { last, states, sockets } = lineTo();
  expect(last().after).toBeUndefined();
  last().onopen?.();
  expect(states).toEqual([]);
  last().send(snapshot);
  last().onclose?.({ code: 1006 });
  await settled();
  expect(sockets).toHaveLength(2);
  expect(last().after).toBe(snapshot.id);
  last().onopen?.();
  expect(states).toEqual(['live', 'lost', 'live']);
});

test.each<[number, Ending]>([
  [1000, 'over'],
  [1008, 'misused'],
  [1009, 'misused'],
  [4404, 'gone'],
])('%d: it stays away: %s', async (code, why) => {
  const { last, ends, sockets, states } = lineTo();
  last().onopen?.();
  last().send(snapshot);
  last().onclose?.({ code });
  await settled();
  expect(ends).toEqual([[why, undefined]]);
  expect(sockets).toHaveLength(1);
  expect(states.at(-1)).toBe(why === 'over' ? 'ended' : 'lost');
});

test.each([1001, 1006, 1011, 1012, 1013])('%d: it comes back', async (code) => {
  const { last, ends, sockets } = lineTo();
  last().onopen?.();
  last().onclose?.({ code });
  await settled();
  expect(sockets.length).toBeGreaterThan(1);
  expect(ends).toEqual([]);
});

test('a key that holds no longer ends it, with what HTTP says of it', async () => {
  const refusal = new Error('sign in');
  const { last, ends, sockets } = lineTo({ probe: () => Promise.reject(refusal) });
  last().onopen?.();
  last().onclose?.({ code: 4401 });
  await settled();
  expect(ends).toEqual([['refused', refusal]]);
  expect(sockets).toHaveLength(1);
});

test('a handshake that is refused is asked for over HTTP before it is tried again', async () => {
  const probe = jest.fn(() => Promise.resolve());
  const { last, sockets } = lineTo({ probe });
  last().onclose?.({ code: 1006 });
  await settled();
  expect(probe).toHaveBeenCalledTimes(1);
  expect(sockets).toHaveLength(2);
});

test('it waits longer each time, and starts afresh when something came', async () => {
  const { last, sockets } = lineTo({ cursor: snapshot.id });
  const fails = async (ms: number) => {
    last().onopen?.();
    last().onclose?.({ code: 1011 });
    await jest.advanceTimersByTimeAsync(ms);
  };
  await fails(400);
  expect(sockets).toHaveLength(2);
  for (let i = 0; i < 8; i++) await fails(15_000);
  const before = sockets.length;
  await fails(7000); // at least half of the longest wait
  expect(sockets).toHaveLength(before);
  await jest.advanceTimersByTimeAsync(8000);
  last().send(snapshot);
  await fails(400);
  expect(sockets.length).toBe(before + 2);
});

test('it says when the API is behind, and when it has caught up', () => {
  const { last, states } = lineTo({ cursor: snapshot.id });
  last().onopen?.();
  last().send({ type: 'stream.behind', data: { ephemeral: true } });
  last().send({ type: 'stream.caught_up', data: { ephemeral: true } });
  expect(states).toEqual(['live', 'behind', 'live']);
});

test('what an old socket says after another was opened is not heard', () => {
  const { link, sockets, states, ends } = lineTo({ cursor: snapshot.id });
  link.connect();
  sockets[0]!.onclose?.({ code: 4404 });
  expect(sockets[0]!.closed).toBe(true);
  expect([states, ends]).toEqual([[], []]);
});

test('who leaves is not called back', async () => {
  const { link, last, sockets, ends } = lineTo({ probe: () => Promise.reject(new Error('no')) });
  const socket = last();
  link.close();
  socket.onclose?.({ code: 1006 });
  await settled();
  expect(sockets).toHaveLength(1);
  expect(ends).toEqual([]);
});
