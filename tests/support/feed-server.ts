import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveEvent, LiveFeed } from '../../core/events/live.js';

/** What the suite needs beside feeds: the server that carries them, to be able to hurt it. */
export interface FeedServer {
  /** What a process would be configured with. */
  config: { redisUrl?: string; databaseUrl: string };
  open(say?: (line: string) => void): LiveFeed;
  port: number;
  /** Opens one that reaches the server by another port, and waits but a moment for answers. */
  openImpatient(port: number): LiveFeed;
  /** Ends the server as a power cut does, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  revive(): Promise<void>;
  /** Breaks the connections that feeds have to it; the server stays up. */
  cut(): Promise<void>;
  /** Connections that feeds have to it. */
  connections(): Promise<number>;
  stop(): Promise<void>;
  /** Whether it keeps events for a while, so that who was cut off misses nothing. */
  keeps: boolean;
}

let runs = 0;
export const newRun = (): string => `run_${process.pid}_${runs++}`;
export const event = (run_id: string, seq: number, text = ''): LiveEvent => ({
  ...{ type: 'node.log', run_id, node_key: 'n', attempt: 1, at: '2026-01-01T00:00:00.000Z' },
  data: { seq, stream: 'stdout', text },
});
export const seqOf = (given: LiveEvent): number => (given as { data: { seq: number } }).data.seq;
export const upTo = (end: number, start = 0): number[] => Array.from({ length: end - start }, (_, i) => start + i);

/** Lies before a port, and can fall silent on the connections that it has, as a firewall does that forgot them; new ones work. */
export async function tunnel(
  to: number,
): Promise<{ port: number; freeze(): void; swallowAnswers(): void; close(): void }> {
  const pairs: Socket[][] = [];
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    const pair = [near, far];
    pairs.push(pair);
    near.pipe(far).pipe(near);
    for (const socket of pair) socket.on('error', () => undefined); // the other end may be cut off
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    swallowAnswers: () => pairs.forEach(([, far]) => far!.unpipe().resume()),
    freeze: () => pairs.forEach((pair) => pair.forEach((socket) => socket.unpipe().pause())),
    close() {
      server.close();
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
  };
}

const PATIENCE_MS = 45_000;

/** Polls until the condition holds; a test that waits for ever says for what. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await look()); await sleep(10))
    if (Date.now() > end) throw new Error(`did not come true within ${PATIENCE_MS / 1000} s: ${String(look)}`);
}

/** A server, and feeds over it that are closed after each test: none may leave a connection behind. */
export interface Bench {
  readonly server: FeedServer;
  open: (say?: (line: string) => void) => LiveFeed;
  /** Reaches the server by another port, and waits but a moment for answers. */
  openImpatient: (port: number) => LiveFeed;
  /** A subscriber that writes down what it hears. */
  watch: (
    feed: LiveFeed,
    run: string,
  ) => Promise<{ seen: LiveEvent[]; seqs: () => number[]; stop: () => Promise<void> }>;
}

export function useFeeds(make: () => Promise<FeedServer>): Bench {
  let server: FeedServer;
  let opened: LiveFeed[] = [];
  const closedLater = (feed: LiveFeed): LiveFeed => {
    opened.push(feed);
    return feed;
  };
  beforeAll(async () => void (server = await make()));
  afterAll(() => server?.stop());
  afterEach(async () => {
    await Promise.all(opened.map((feed) => feed.close()));
    opened = [];
    await until(async () => (await server.connections()) === 0);
  });
  return {
    get server() {
      return server;
    },
    open: (say) => closedLater(server.open(say)),
    openImpatient: (port) => closedLater(server.openImpatient(port)),
    async watch(feed, run) {
      const seen: LiveEvent[] = [];
      return { seen, seqs: () => seen.map(seqOf), stop: await feed.subscribe(run, (each) => void seen.push(each)) };
    },
  };
}
