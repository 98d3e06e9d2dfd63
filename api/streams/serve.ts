import { STREAM_PART_BYTES } from '../../core/limits.js';
import { Bell } from './bell.js';
import type { RunHub } from './hub.js';
import { type Message, messages } from './messages.js';
import type { KnownRun } from './sources.js';
import type { StreamTimes } from './times.js';

/** Why a stream is over. */
export type Ending =
  | 'ended' // the run is over and all of it was sent
  | 'left' // by the client
  | 'slow' // the client takes nothing
  | 'shutdown'
  | 'revoked' // the key or session holds no longer
  | 'vanished' // there is no such run any more
  | 'flooded' // the client sends too much
  | 'failed';

export interface Part {
  bytes: Buffer;
  last: boolean;
}

/** One client's line: server-sent events or a WebSocket. */
export interface Connection {
  /** What stands around a message's body. */
  frame(message: Message): { head: string; tail: string };
  write(part: Part): void;
  /** False while what was written waits for the client. */
  readonly ready: boolean;
  ping(): void;
  /** Resolves when the line is down. */
  close(why: Ending): Promise<void>;
}

/** What a connection tells of its client. */
export interface Client {
  /** It may be ready again. */
  ready: () => void;
  end: (why: Ending) => void;
}

export interface Service {
  run: KnownRun;
  /** The cursor that the client has; undefined when it has none. */
  after: string | undefined;
  connect: (client: Client) => Connection;
  /** Whether the client may still watch. */
  allowed: () => Promise<boolean>;
}

export interface ServeOptions {
  hub: RunHub;
  times: StreamTimes;
  log: (err: unknown, message: string) => void;
}

/** A client that is being served. */
export interface Stream {
  /** Ends it from outside. */
  end: (why: Ending) => void;
  over: Promise<Ending>;
}

/** Serves one client until its stream is over, in the same way whatever its line is. */
export function serve({ run, after, connect, allowed }: Service, { hub, times, log }: ServeOptions): Stream {
  const bell = new Bell();
  let ending: Ending | undefined;
  let whole = true; // no message is under way: a sign of life may not stand inside of one
  const end = (why: Ending) => {
    ending ??= why;
    bell.ring();
  };
  const connection = connect({ ready: bell.ring, end });
  const watch = hub.watch(run, bell.ring);
  const timers = [
    setInterval(() => whole && connection.ready && connection.ping(), times.pingMs),
    setInterval(() => void stillAllowed(), times.recheckMs),
  ];
  return { end, over: untilOver() };

  async function untilOver(): Promise<Ending> {
    try {
      const stream = messages(watch.run, { after, bell, stopped: () => ending !== undefined });
      while (!ending) {
        const next = await stream.next();
        if (next.done) ending ??= next.value;
        else await send(next.value);
      }
    } catch (err) {
      log(err, `a stream of run ${run.id} failed`);
      ending ??= 'failed';
    }
    timers.forEach(clearInterval);
    watch.leave();
    await connection.close(ending);
    return ending;
  }

  async function send(message: Message): Promise<void> {
    for (const part of partsOf(connection, message)) {
      if (ending) return;
      whole = part.last;
      connection.write(part);
      await taken();
    }
  }

  /** Waits until the client has taken what was written. */
  async function taken(): Promise<void> {
    if (connection.ready) return;
    const slow = setTimeout(end, times.stallMs, 'slow');
    while (!connection.ready && !ending) await bell.heard();
    clearTimeout(slow);
  }

  async function stillAllowed(): Promise<void> {
    try {
      if (!(await allowed())) end('revoked');
    } catch (err) {
      log(err, 'whether a key still holds can not be told now');
    }
  }
}

/** A small message goes out whole; of a large one no more is buffered for a client than one part. */
function* partsOf(connection: Connection, message: Message): Generator<Part> {
  const { head, tail } = connection.frame(message);
  const { body } = message;
  if (body.length <= STREAM_PART_BYTES)
    return yield { bytes: Buffer.concat([Buffer.from(head), body, Buffer.from(tail)]), last: true };
  yield { bytes: Buffer.from(head), last: false };
  for (let from = 0; from < body.length; from += STREAM_PART_BYTES)
    yield { bytes: body.subarray(from, from + STREAM_PART_BYTES), last: false };
  yield { bytes: Buffer.from(tail), last: true };
}
