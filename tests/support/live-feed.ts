import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LiveEvent } from '../../core/events/live.js';
import { MAX_FEED_QUEUE, MAX_LIVE_EVENT_BYTES } from '../../core/limits.js';
import { event, type FeedServer, newRun, seqOf, until, upTo, useFeeds } from './feed-server.js';
import { testOutages } from './live-feed-outages.js';

const MODULE = fileURLToPath(new URL('../../adapters/events/index.ts', import.meta.url));

/** What every live feed must do, whatever carries it. */
export function describeLiveFeed(name: string, make: () => Promise<FeedServer>): void {
  describe(`live feed over ${name}`, () => {
    const bench = useFeeds(make);
    const { open, watch } = bench;

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
      await until(async () => (await bench.server.connections()) === 0);
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
        const feed = openFeed(${JSON.stringify(bench.server.config)});
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

    testOutages(bench);
  });
}
