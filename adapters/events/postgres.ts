import { Socket } from 'node:net';
import pg from 'pg';
import type { LiveFeed } from '../../core/events/live.js';
import { WiredFeed } from './feed.js';
import { ALL_SHARDS, type Letter } from './letter.js';
import { Slices, slicesOf } from './slices.js';
import { type Ear, type Patience, PATIENCE, type Sender, type Wire } from './wire.js';

const channelOf = (shard: number): string => `heddle_live_1_${shard}`;
const SHARD_OF = new Map(ALL_SHARDS.map((shard) => [channelOf(shard), shard]));

/** Live events by PostgreSQL's LISTEN and NOTIFY: what nobody listens to at that moment is gone. */
export const openPostgresFeed = (url: string, say: (line: string) => void = () => undefined): LiveFeed =>
  new WiredFeed(postgresWire(url), say);

export const postgresWire = (url: string, { answerMs, beatMs }: Patience = PATIENCE): Wire => ({
  async sender() {
    const connection = await connect(url, answerMs);
    // Nothing that is written is kept, so nothing needs to be on the disk.
    await connection.client.query('SET synchronous_commit TO off');
    return senderOver(connection);
  },
  ear: async (hear) => earOver(await connect(url, answerMs), hear, beatMs),
});

interface Connection {
  client: pg.Client;
  lost: Promise<Error>;
  close: () => Promise<void>;
}

async function connect(url: string, answerMs: number): Promise<Connection> {
  const socket = new Socket();
  const client = new pg.Client({
    ...{ connectionString: url, application_name: 'heddle feed', stream: () => socket, keepAlive: true },
    ...{ connectionTimeoutMillis: answerMs, query_timeout: answerMs },
  });
  const lost = new Promise<Error>((resolve) => {
    client.on('error', resolve);
    client.on('end', () => resolve(new Error('the connection was closed')));
  });
  try {
    await client.connect();
  } catch (err) {
    socket.destroy();
    throw err;
  }
  return {
    client,
    lost,
    async close() {
      const late = setTimeout(() => socket.destroy(), 1_000); // one that does not answer does not say goodbye
      await client.end().catch(() => undefined); // it is gone already
      clearTimeout(late);
      socket.destroy();
    },
  };
}

const senderOver = ({ client, lost, close }: Connection): Sender => ({
  /** One transaction: the letters arrive whole, in their order and side by side, or not at all. */
  async send(letters) {
    const slices = letters.flatMap((letter) =>
      slicesOf(letter).map((text) => ({ channel: channelOf(letter.shard), text })),
    );
    await client.query(
      'SELECT count(pg_notify(channel, text)) FROM unnest($1::text[], $2::text[]) AS slice(channel, text)',
      [slices.map(({ channel }) => channel), slices.map(({ text }) => text)],
    );
  },
  broken: lost,
  close,
});

function earOver({ client, lost, close }: Connection, hear: (letter: Letter) => void, beatMs: number): Ear {
  const slices = new Slices();
  let held: ReadonlySet<number> = new Set();
  let broke: (err: Error) => void = () => undefined;
  const broken = new Promise<Error>((resolve) => (broke = resolve));
  void lost.then(broke);
  client.on('notification', ({ channel, payload }) => {
    const shard = SHARD_OF.get(channel);
    const letter = shard === undefined ? undefined : slices.take(shard, payload ?? '');
    try {
      if (letter) hear(letter);
    } catch (err) {
      broke(err as Error);
    }
  });
  const heartbeat = setInterval(() => void client.query('SELECT 1').catch(broke), beatMs);
  return {
    broken,
    async hold(shards) {
      const listen = [...shards].filter((shard) => !held.has(shard)).map((shard) => `LISTEN ${channelOf(shard)}`);
      const unlisten = [...held].filter((shard) => !shards.has(shard)).map((shard) => `UNLISTEN ${channelOf(shard)}`);
      if (listen.length + unlisten.length > 0) await client.query([...listen, ...unlisten].join('; '));
      held = new Set(shards);
    },
    async close() {
      clearInterval(heartbeat);
      await close();
    },
  };
}
