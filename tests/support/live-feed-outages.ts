import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_FEED_QUEUE } from '../../core/limits.js';
import { type Bench, event, newRun, tunnel, until, upTo } from './feed-server.js';

const sortedOnce = (seqs: number[]): number[] => [...new Set(seqs)].sort((a, b) => a - b);

/** What every live feed must do when connections break, fall silent, or the server dies. */
export function testOutages(bench: Bench): void {
  const { open, watch } = bench;

  test('connections that break again and again cost nothing that the server still holds, and repeat nothing', async () => {
    const [from, to, run] = [open(), open(), newRun()];
    const { seqs } = await watch(to, run);
    let seq = 0;
    for (let cuts = 0; cuts < 5; cuts++) {
      for (const each of upTo(200)) {
        void from.publish([event(run, seq++)]);
        if (each % 20 === 0) await sleep(1); // in several batches
      }
      await bench.server.cut();
      // Further ones are published until the subscriber is back: without memory the server hands on only what comes then.
      const before = seq;
      await until(async () => {
        await from.publish([event(run, seq++)]);
        return seqs().some((each) => each >= before);
      });
    }
    await until(() => seqs().includes(seq - 1));
    expect(seqs()).toEqual(bench.server.keeps ? upTo(seq) : sortedOnce(seqs()));
  });

  test('a server that falls silent is noticed, by who sends and by who only listens', async () => {
    const between = await tunnel(bench.server.port);
    const run = newRun();
    const [from, to] = [bench.openImpatient(between.port), bench.openImpatient(between.port)];
    const { seqs } = await watch(to, run);
    await from.publish([event(run, 0)]);
    await until(() => seqs().includes(0));
    between.freeze();
    let seq = 1;
    await until(async () => {
      await from.publish([event(run, seq++)]);
      return seqs().length > 1;
    });
    expect(seqs()).toEqual(bench.server.keeps ? upTo(seqs().length) : sortedOnce(seqs()));
    await Promise.all([from.close(), to.close()]);
    between.close();
  });

  test('what is sent again because no answer came is heard once', async () => {
    const between = await tunnel(bench.server.port);
    const [from, to, run] = [bench.openImpatient(between.port), open(), newRun()];
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
    const connections = await bench.server.connections();
    await bench.server.kill();
    for (const seq of upTo(500, 1)) await from.publish([event(run, seq)]); // resolves although nothing listens
    expect(from.dropped).toBe(0);
    await bench.server.revive();
    let seq = 500;
    await until(async () => {
      await from.publish([event(run, seq++)]);
      return seqs().some((each) => each >= 500);
    });
    if (bench.server.keeps) expect(seqs().slice(0, 501)).toEqual(upTo(501));
    else expect(seqs()).toEqual(sortedOnce(seqs()));
    await until(async () => (await bench.server.connections()) === connections);
    expect(said.filter((line) => line.startsWith('live events are not')).toSorted()).toEqual([
      expect.stringMatching(/^live events are not received: ./),
      expect.stringMatching(/^live events are not sent: ./),
    ]);
    await until(() => said.length === 4);
    expect(said).toEqual(expect.arrayContaining(['live events are sent again', 'live events are received again']));
  });

  test('a feed that is opened while its server is down works when that is back', async () => {
    await bench.server.kill();
    const [from, to, run] = [open(), open(), newRun()];
    const { seqs } = await watch(to, run); // gives up waiting
    const overfull = MAX_FEED_QUEUE + 2_000;
    await from.publish([event(run, 0)]);
    for (const seq of upTo(overfull, 1)) void from.publish([event(run, seq)]);
    expect(from.dropped).toBeGreaterThanOrEqual(1_000);
    expect(from.dropped).toBeLessThanOrEqual(2_000);
    await bench.server.revive();
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
    await bench.server.kill();
    await from.publish([event(run, 1)]);
    await from.publish([event(run, 2)]);
    await Promise.all([from.close(), to.close()]);
    expect(from.dropped).toBe(2);
    await stop(); // of a feed that is closed: no error
    await bench.server.revive();
  });
}
