import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { LiveFeed } from '../../core/events/live.js';
import { WiredFeed } from './feed.js';
import { ALL_SHARDS, type Letter } from './letter.js';
import { type Ear, type Patience, PATIENCE, type Sender, type Wire } from './wire.js';

/** Letters that a shard's stream holds, about: who was cut off for moments reads on from where it was. */
const HELD_LETTERS = 1_000;
/** A feed that nobody writes to leaves nothing behind. */
const EXPIRY_S = 3_600;
/** How often that hour begins anew for a stream that is written to: a command less for most letters. */
const RENEW_MS = 60_000;
const READ_LETTERS = 50;

const keyOf = (shard: number): string => `heddle:live:1:${shard}`;
const SHARD_OF = new Map(ALL_SHARDS.map((shard) => [keyOf(shard), shard]));

/** Live events by Redis Streams: one stream a shard, bounded in length. */
export const openRedisFeed = (url: string, say: (line: string) => void = () => undefined): LiveFeed =>
  new WiredFeed(redisWire(url), say);

export const redisWire = (url: string, { answerMs, beatMs }: Patience = PATIENCE): Wire => ({
  async sender() {
    return senderOver(await connect(url, { answerMs, silenceMs: answerMs }));
  },
  async ear(hear, places) {
    const reader = await connect(url, { answerMs, silenceMs: beatMs + answerMs });
    try {
      const asker = await connect(url, { answerMs, silenceMs: answerMs });
      return new StreamEar({ reader, asker, hear, places, blockMs: beatMs });
    } catch (err) {
      await disconnect(reader);
      throw err;
    }
  },
});

/** A connection lives once: nothing is queued in it, sent twice by it, or brought back by it. That is the feed's to decide. */
async function connect(url: string, { answerMs, silenceMs }: { answerMs: number; silenceMs: number }): Promise<Redis> {
  const redis = new Redis(url, {
    ...{ lazyConnect: true, enableOfflineQueue: false, autoResendUnfulfilledCommands: false, retryStrategy: null },
    ...{ connectTimeout: answerMs, socketTimeout: silenceMs, connectionName: 'heddle-feed' },
  });
  let trouble: Error | undefined;
  redis.on('error', (err: Error) => (trouble = err)); // the call below, or whoever waits for `end`, says it
  const late = setTimeout(() => redis.disconnect(), answerMs); // it takes connections, and says nothing or that it is loading
  try {
    await redis.connect();
  } catch (err) {
    throw trouble ?? err;
  } finally {
    clearTimeout(late);
  }
  return redis;
}

async function disconnect(redis: Redis): Promise<void> {
  if (redis.status === 'end') return;
  const ended = lost(redis);
  redis.disconnect();
  await ended;
}

function senderOver(redis: Redis): Sender {
  const renewed = new Map<number, number>();
  return {
    async send(letters) {
      const all = redis.pipeline();
      for (const { shard, publisher, n, text } of letters)
        all.xadd(keyOf(shard), 'MAXLEN', '~', HELD_LETTERS, '*', 'p', publisher, 'n', n, 'e', text);
      for (const shard of new Set(letters.map((letter) => letter.shard))) {
        if (Date.now() - (renewed.get(shard) ?? 0) < RENEW_MS) continue;
        renewed.set(shard, Date.now());
        all.expire(keyOf(shard), EXPIRY_S);
      }
      for (const [err] of (await all.exec()) ?? []) if (err) throw err;
    },
    broken: lost(redis),
    close: () => disconnect(redis),
  };
}

type Entry = [id: string, fields: string[]];

/**
 * All that a process listens to, read over one connection that blocks. Another asks where streams end, and wakes the first by a stream of
 * its own when there is more to listen to.
 */
class StreamEar implements Ear {
  readonly broken: Promise<Error>;
  private readonly reader: Redis;
  private readonly asker: Redis;
  private readonly hear: (letter: Letter) => void;
  /** By shard, the last entry that was read. */
  private readonly places: Map<number, string>;
  private readonly blockMs: number;
  private readonly bell = `heddle:live:1:bell:${randomUUID()}`;
  private rung = '0-0';
  private closed = false;

  constructor(parts: {
    reader: Redis;
    asker: Redis;
    hear: (letter: Letter) => void;
    places: Map<number, string>;
    blockMs: number;
  }) {
    this.reader = parts.reader;
    this.asker = parts.asker;
    this.hear = parts.hear;
    this.places = parts.places;
    this.blockMs = parts.blockMs;
    this.broken = Promise.race([this.read(), ...[this.reader, this.asker].map(lost)]);
  }

  async hold(shards: ReadonlySet<number>): Promise<void> {
    for (const shard of this.places.keys()) if (!shards.has(shard)) this.places.delete(shard);
    const fresh = [...shards].filter((shard) => !this.places.has(shard));
    const ends = await Promise.all(fresh.map((shard) => this.asker.xrevrange(keyOf(shard), '+', '-', 'COUNT', 1)));
    for (const [i, shard] of fresh.entries()) this.places.set(shard, ends[i]![0]?.[0] ?? '0-0');
    const ring = this.asker.multi().xadd(this.bell, 'MAXLEN', 1, '*', 'r', '').expire(this.bell, EXPIRY_S);
    for (const [err] of (await ring.exec()) ?? []) if (err) throw err;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([disconnect(this.reader), disconnect(this.asker)]);
  }

  private async read(): Promise<Error> {
    while (!this.closed) {
      const keys = [...[...this.places.keys()].map(keyOf), this.bell];
      const ids = [...this.places.values(), this.rung];
      try {
        const found = await this.reader.xread('COUNT', READ_LETTERS, 'BLOCK', this.blockMs, 'STREAMS', ...keys, ...ids);
        for (const [key, entries] of found ?? []) this.take(key, entries);
      } catch (err) {
        return err as Error; // the connection is lost, or the server refuses: both call for a new one
      }
    }
    return new Error('closed');
  }

  private take(key: string, entries: Entry[]): void {
    const shard = SHARD_OF.get(key);
    for (const [id, [, publisher, , n, , text]] of entries) {
      if (shard === undefined) this.rung = id;
      else if (isAfter(id, this.places.get(shard))) {
        this.places.set(shard, id);
        this.hear({ shard, publisher: publisher!, n: Number(n), text: text! });
      }
    }
  }
}

const lost = (redis: Redis): Promise<Error> =>
  new Promise((resolve) => {
    let trouble = new Error('the connection was closed');
    redis.on('error', (err: Error) => (trouble = err));
    redis.once('end', () => resolve(trouble));
  });

/** Of entries' ids; false when the stream is not listened to any more. */
function isAfter(id: string, place: string | undefined): boolean {
  if (place === undefined) return false;
  const [ms, seq] = id.split('-').map(Number) as [number, number];
  const [atMs, atSeq] = place.split('-').map(Number) as [number, number];
  return ms > atMs || (ms === atMs && seq > atSeq);
}
