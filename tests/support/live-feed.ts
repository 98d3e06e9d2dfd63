import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LiveEvent, LiveFeed } from '../../core/events/live.js';
import { MAX_FEED_QUEUE, MAX_LIVE_EVENT_BYTES } from '../../core/limits.js';

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

const MODULE = fileURLToPath(new URL('../../adapters/events/index.ts', import.meta.url));
let runs = 0;
const newRun = (): string => `run_${process.pid}_${runs++}`;
const event = (run_id: string, seq: number, text = ''): LiveEvent => ({
  ...{ type: 'node.log', run_id, node_key: 'n', attempt: 1, at: '2026-01-01T00:00:00.000Z' },
  data: { seq, stream: 'stdout', text },
});
const seqOf = (given: LiveEvent): number => (given as { data: { seq: number } }).data.seq;
const upTo = (end: number, start = 0): number[] => Array.from({ length: end - start }, (_, i) => start + i);

/** Lies before a port, and can fall silent on the connections that it has, as a firewall does that forgot them; new ones work. */
async function tunnel(to: number): Promise<{ port: number; freeze(): void; swallowAnswers(): void; close(): void }> {
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
async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await look()); await sleep(10))
    if (Date.now() > end) throw new Error(`did not come true within ${PATIENCE_MS / 1000} s: ${String(look)}`);
}

/** What every live feed must do, whatever carries it. */
export function describeLiveFeed(name: string, make: () => Promise<FeedServer>): void {
  describe(`live feed over ${name}`, () => {
    let server: FeedServer;
    let opened: LiveFeed[] = [];
    const open = (say?: (line: string) => void): LiveFeed => {
      const feed = server.open(say);
      opened.push(feed);
      return feed;
    };
    /** A subscriber that writes down what it hears. */
    const watch = async (feed: LiveFeed, run: string) => {
      const seen: LiveEvent[] = [];
      return { seen, seqs: () => seen.map(seqOf), stop: await feed.subscribe(run, (each) => void seen.push(each)) };
    };
    beforeAll(async () => void (server = await make()));
    afterAll(() => server?.stop());
    afterEach(async () => {
      await Promise.all(opened.map((feed) => feed.close()));
      opened = [];
      await until(async () => (await server.connections()) === 0);
    });

    test('what is published after a subscription arrives, once and in order', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const { seen, seqs } = await watch(to, run);
      for (const seq of upTo(50)) await from.publish([event(run, seq)]);
      for (const seq of upTo(950, 50)) void from.publish([event(run, seq)]);
      await from.publish(upTo(1000, 950).map((seq) => event(run, seq, 'last')));
      await until(() => seqs().includes(999));
      expect(seqs()).toEqual(upTo(1000));
      expect(seen.at(-1)).toEqual(event(run, 999, 'last'));
    });

    test('a subscription holds from the moment at which its promise resolves, while events pour in', async () => {
      const [from, run] = [open(), newRun()];
      let seq = 0;
      let pouring = true;
      const poured = (async () => {
        while (pouring) await from.publish([event(run, seq++)]);
      })();
      const watchers = [];
      for (const feed of [open(), open(), open()]) {
        const watcher = await watch(feed, run);
        watchers.push({ ...watcher, resolvedAt: seq });
      }
      pouring = false;
      await poured;
      await from.publish([event(run, seq++)]); // what was under way when the last one subscribed need not reach it
      for (const { seqs, resolvedAt } of watchers) {
        await until(() => seqs().includes(seq - 1));
        expect(seqs()[0]).toBeLessThanOrEqual(resolvedAt);
        expect(seqs()).toEqual(upTo(seq, seqs()[0]));
      }
    });

    test('a run’s watcher hears nothing of other runs', async () => {
      const [from, to] = [open(), open()];
      const ids = upTo(64).map(newRun); // more than there are channels
      const watchers = await Promise.all(ids.map((id) => watch(to, id)));
      await from.publish(ids.flatMap((id, i) => [event(id, i), event(`${id}.`, 7), event(`.${id}`, 7)]));
      await until(() => watchers.every(({ seen }) => seen.length > 0));
      expect(watchers.map(({ seen }) => seen)).toEqual(ids.map((id, i) => [event(id, i)]));
    });

    test('who subscribes to all hears every run, beside the watchers of single ones', async () => {
      const [from, to] = [open(), open()];
      const ids = upTo(40).map(newRun);
      const all = new Map<string, number[]>(ids.map((id) => [id, []]));
      await to.subscribeAll((each) => all.get(each.run_id)?.push(seqOf(each)));
      const single = await watch(to, ids[0]!);
      for (const seq of upTo(25)) await from.publish(ids.map((id) => event(id, seq)));
      await until(() => [...all.values()].every((seqs) => seqs.includes(24)));
      expect([...all.values()]).toEqual(ids.map(() => upTo(25)));
      expect(single.seqs()).toEqual(upTo(25));
    });

    test('who unsubscribed hears nothing more, and others still do', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const [leaves, stays] = [await watch(to, run), await watch(to, run)];
      await from.publish([event(run, 0)]);
      await until(() => leaves.seen.length > 0 && stays.seen.length > 0);
      await leaves.stop();
      await leaves.stop(); // once more is no error, and takes nothing from others
      await from.publish([event(run, 1)]);
      await until(() => stays.seqs().includes(1));
      const again = await watch(to, run);
      await from.publish([event(run, 2)]);
      await until(() => again.seqs().includes(2) && stays.seqs().includes(2));
      expect([leaves.seqs(), stays.seqs(), again.seqs()]).toEqual([[0], [0, 1, 2], [2]]);
    });

    test('the last one to unsubscribe leaves no connection, and the next one hears again', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      for (const round of [0, 1, 2]) {
        const watcher = await watch(to, run);
        await from.publish([event(run, round)]);
        await until(() => watcher.seqs().includes(round));
        expect(watcher.seqs()).toEqual([round]);
        await watcher.stop();
      }
      await from.close();
      await until(async () => (await server.connections()) === 0);
    });

    test('subscribers come and go at once, and each that stays hears', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const others = Promise.all(upTo(50).map(async (i) => (await watch(to, i % 2 ? run : newRun())).stop()));
      const stays = await Promise.all(upTo(10).map(() => watch(to, run)));
      await from.publish([event(run, 0)]);
      await others;
      await from.publish([event(run, 1)]);
      await until(() => stays.every(({ seqs }) => seqs().includes(1)));
      expect(stays.map(({ seqs }) => seqs())).toEqual(stays.map(() => [0, 1]));
    });

    test.each([
      ['line breaks', 'a\nb\r\nc'],
      ['NUL and lone halves of pairs', '\0 \ud800 \udfff'],
      ['many alphabets', 'Füße 織り機 🧵 '.repeat(900)],
      ['quotes and backslashes', `'"\\$$;--`],
      ['nothing', ''],
      ['much', 'x'.repeat(MAX_LIVE_EVENT_BYTES - 1_000)],
    ])('text comes through as it was: %s', async (_what, text) => {
      const [from, to, run] = [open(), open(), newRun()];
      const { seen } = await watch(to, run);
      await from.publish([event(run, 0, text), event(run, 1)]);
      await until(() => seen.length === 2);
      expect(seen[0]).toEqual(event(run, 0, text));
    });

    test.each(['a b', 'ü 🧵', '"', 'a\nb', '', "'; DROP TABLE runs; --"])('a run may be called %j', async (run) => {
      const [from, to] = [open(), open()];
      const { seqs } = await watch(to, run);
      await from.publish([event(`${run}.`, 0), event(run, 1)]);
      await until(() => seqs().includes(1));
      expect(seqs()).toEqual([1]);
    });

    test('an event that is too large is dropped and counted, and its neighbours arrive', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const { seqs } = await watch(to, run);
      const large = 'x'.repeat(MAX_LIVE_EVENT_BYTES);
      await from.publish([event(run, 0), event(run, 1, large), event(run, 2)]);
      await from.publish([event(run, 3, large)]);
      await from.publish([event(run, 4)]);
      await until(() => seqs().includes(4));
      expect(seqs()).toEqual([0, 2, 4]);
      expect(from.dropped).toBe(2);
    });

    test('several publishers at once: each one’s order is kept', async () => {
      const [to, run] = [open(), newRun()];
      const seen: LiveEvent[] = [];
      await to.subscribe(run, (each) => void seen.push(each));
      const publishers = upTo(5).map(() => open());
      await Promise.all(
        publishers.map(async (feed, who) => {
          for (const seq of upTo(200)) await feed.publish([event(run, seq, String(who))]);
        }),
      );
      await until(() => seen.length === 1000);
      for (const who of upTo(5)) {
        const theirs = seen.filter((each) => (each as { data: { text: string } }).data.text === String(who));
        expect(theirs.map(seqOf)).toEqual(upTo(200));
      }
    });

    test('another process publishes, and what it had published counts when it is killed', async () => {
      const [to, run] = [open(), newRun()];
      const { seqs } = await watch(to, run);
      const code = `
        const { openFeed } = await import(${JSON.stringify(MODULE)});
        const feed = openFeed(${JSON.stringify(server.config)});
        const like = ${JSON.stringify(event(run, 0))};
        for (let seq = 0; seq < 500; seq++) await feed.publish([{ ...like, data: { ...like.data, seq } }]);
        process.kill(process.pid, 'SIGKILL');`;
      const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
      const other = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
      expect(await once(other, 'exit')).toEqual([null, 'SIGKILL']);
      await until(() => seqs().includes(499));
      expect(seqs()).toEqual(upTo(500));
    });

    test('a burst that nobody waits for stays within the queue: the oldest go, the last arrive', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const { seqs } = await watch(to, run);
      for (const seq of upTo(20_000)) void from.publish([event(run, seq)]);
      await until(() => seqs().includes(19_999));
      expect(from.dropped).toBeGreaterThanOrEqual(20_000 - MAX_FEED_QUEUE - 1_000);
      expect(seqs()).toEqual(upTo(20_000, from.dropped));
    });

    test('a publisher that waits loses nothing, however much it has', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const { seqs } = await watch(to, run);
      for (let seq = 0; seq < 20_000; seq += 100) await from.publish(upTo(seq + 100, seq).map((n) => event(run, n)));
      await until(() => seqs().includes(19_999));
      expect(seqs()).toEqual(upTo(20_000));
      expect(from.dropped).toBe(0);
    });

    test('what is queued when a feed is closed still leaves, and nothing does afterwards', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const { seqs } = await watch(to, run);
      for (const seq of upTo(300)) void from.publish([event(run, seq)]);
      await from.close();
      await from.close(); // once more is no error
      await from.publish([event(run, 300)]);
      await open().publish([event(run, 301)]);
      await until(() => seqs().includes(301));
      expect(seqs()).toEqual([...upTo(300), 301]);
      expect(from.dropped).toBe(1);
    });

    test('connections that break again and again cost nothing that the server still holds, and repeat nothing', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const { seqs } = await watch(to, run);
      let seq = 0;
      for (const cut of upTo(5)) {
        for (const until of upTo(200)) {
          void from.publish([event(run, seq++)]);
          if (until % 20 === 0) await sleep(1); // in several batches
        }
        await server.cut();
        // Further ones are published until the subscriber is back: without memory the server hands on only what comes then.
        const before = seq;
        await until(async () => {
          await from.publish([event(run, seq++)]);
          return seqs().some((each) => each >= before);
        });
        expect(cut).toBeLessThan(5);
      }
      await until(() => seqs().includes(seq - 1));
      if (server.keeps) expect(seqs()).toEqual(upTo(seq));
      else expect(seqs()).toEqual([...new Set(seqs())].sort((a, b) => a - b));
    });

    test('a server that falls silent is noticed, by who sends and by who only listens', async () => {
      const between = await tunnel(server.port);
      const run = newRun();
      const [from, to] = [server.openImpatient(between.port), server.openImpatient(between.port)];
      opened.push(from, to);
      const { seqs } = await watch(to, run);
      await from.publish([event(run, 0)]);
      await until(() => seqs().includes(0));
      between.freeze();
      let seq = 1;
      await until(async () => {
        await from.publish([event(run, seq++)]);
        return seqs().length > 1;
      });
      expect(seqs()).toEqual(server.keeps ? upTo(seqs().length) : [...new Set(seqs())].sort((a, b) => a - b));
      await Promise.all([from.close(), to.close()]);
      between.close();
    });

    test('what is sent again because no answer came is heard once', async () => {
      const between = await tunnel(server.port);
      const [from, to, run] = [server.openImpatient(between.port), open(), newRun()];
      opened.push(from);
      const { seqs } = await watch(to, run);
      await from.publish([event(run, 0)]);
      between.swallowAnswers();
      await from.publish([event(run, 1), event(run, 2)]);
      await until(() => seqs().includes(2)); // the server has done it, and the publisher does not know
      await from.publish([event(run, 3)]);
      await until(() => seqs().includes(3));
      expect(seqs()).toEqual(upTo(4));
      await from.close();
      between.close();
    });

    test('a server that is killed is waited for by nobody, and used again when it is back', async () => {
      const said: string[] = [];
      const [from, to, run] = [open((line) => said.push(line)), open((line) => said.push(line)), newRun()];
      const { seqs } = await watch(to, run);
      await from.publish([event(run, 0)]);
      await until(() => seqs().includes(0));
      const connections = await server.connections();
      await server.kill();
      for (const seq of upTo(500, 1)) await from.publish([event(run, seq)]); // resolves although nothing listens
      expect(from.dropped).toBe(0);
      await server.revive();
      let seq = 500;
      await until(async () => {
        await from.publish([event(run, seq++)]);
        return seqs().some((each) => each >= 500);
      });
      if (server.keeps) expect(seqs().slice(0, 501)).toEqual(upTo(501));
      else expect(seqs()).toEqual([...new Set(seqs())].sort((a, b) => a - b));
      await until(async () => (await server.connections()) === connections);
      expect(said.filter((line) => line.startsWith('live events are not')).toSorted()).toEqual([
        expect.stringMatching(/^live events are not received: ./),
        expect.stringMatching(/^live events are not sent: ./),
      ]);
      await until(() => said.length === 4);
      expect(said).toEqual(expect.arrayContaining(['live events are sent again', 'live events are received again']));
    });

    test('a feed that is opened while its server is down works when that is back', async () => {
      await server.kill();
      const [from, to, run] = [open(), open(), newRun()];
      const { seqs } = await watch(to, run); // gives up waiting
      const overfull = MAX_FEED_QUEUE + 2_000;
      await from.publish([event(run, 0)]);
      for (const seq of upTo(overfull, 1)) void from.publish([event(run, seq)]);
      expect(from.dropped).toBeGreaterThanOrEqual(1_000);
      expect(from.dropped).toBeLessThanOrEqual(2_000);
      await server.revive();
      let seq = overfull;
      await until(async () => {
        await from.publish([event(run, seq++)]);
        return seqs().some((each) => each >= overfull);
      });
    });

    test('closing does not wait for a server that is down', async () => {
      const [from, to, run] = [open(), open(), newRun()];
      const { stop } = await watch(to, run);
      await from.publish([event(run, 0)]);
      await server.kill();
      await from.publish([event(run, 1)]);
      await from.publish([event(run, 2)]);
      await Promise.all([from.close(), to.close()]);
      expect(from.dropped).toBe(2);
      await stop(); // of a feed that is closed: no error
      await server.revive();
    });
  });
}
