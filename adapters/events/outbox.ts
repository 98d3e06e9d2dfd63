import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_FEED_QUEUE, MAX_FEED_QUEUE_BYTES, MAX_LIVE_EVENT_BYTES } from '../../core/limits.js';
import { type Letter, lettersOf, type Line, lineOf, sizeOf } from './letter.js';
import { pauseAfter, type Sender, type Wire } from './wire.js';

const BATCH_EVENTS = 512;
const LETTER_BYTES = 16 * 1024;
const CLOSE_MS = 2_000;

interface Queued extends Line {
  /** Told when it has left, was dropped, or is not waited for any longer. */
  settled?: (() => void) | undefined;
}

/**
 * Events on their way out. What holds:
 * 1. They leave in the order in which they came; what is not known to have arrived is sent again, under its number.
 * 2. The queue is bounded in events and bytes; the oldest make room, and are counted.
 * 3. Nobody waits for a feed that is down.
 */
export class Outbox {
  /** Events that never left. */
  dropped = 0;
  private readonly wire: Wire;
  private readonly tell: (trouble: Error | undefined) => void;
  private readonly publisher = randomBytes(9).toString('base64url');
  private letters = 0;
  private readonly queue: Queued[] = [];
  private queuedBytes = 0;
  /** Taken from the queue and not known to have arrived. */
  private batch: { events: Queued[]; letters: Letter[] } | undefined;
  private sender: Sender | undefined;
  private down = false;
  private working: Promise<void> | undefined;
  private closed = false;
  private readonly abandoned = new AbortController();

  /** `tell` hears when the feed goes down, and, with nothing, when it is up again. */
  constructor(wire: Wire, tell: (trouble: Error | undefined) => void) {
    this.wire = wire;
    this.tell = tell;
  }

  async put(events: { run_id: string }[]): Promise<void> {
    const lines: Queued[] = events.map(lineOf).filter((line) => !this.closed && sizeOf(line) <= MAX_LIVE_EVENT_BYTES);
    this.dropped += events.length - lines.length;
    const last = lines.at(-1);
    if (!last) return;
    const settled = new Promise<void>((resolve) => (last.settled = resolve));
    for (const line of lines) this.add(line);
    this.working ??= this.work();
    if (!this.down) await settled;
  }

  /** Sends what is left if that takes but moments; drops it otherwise. */
  async close(): Promise<void> {
    this.closed = true;
    const late = setTimeout(() => this.abandon(), this.down ? 0 : CLOSE_MS);
    await this.working;
    clearTimeout(late);
    this.abandon();
    await this.sender?.close();
  }

  private add(line: Queued): void {
    this.queue.push(line);
    this.queuedBytes += sizeOf(line);
    while (this.queue.length > MAX_FEED_QUEUE || this.queuedBytes > MAX_FEED_QUEUE_BYTES) {
      const oldest = this.queue.shift()!;
      this.queuedBytes -= sizeOf(oldest);
      this.dropped++;
      oldest.settled?.();
    }
  }

  /** One batch is under way at a time, and what comes meanwhile makes up the next: the busier, the larger. */
  private async work(): Promise<void> {
    await Promise.resolve(); // what comes in the same moment travels together
    for (let failures = 0; this.batch || this.queue.length > 0; ) {
      const batch = (this.batch ??= this.take());
      try {
        await (await this.connected()).send(batch.letters);
        for (const { settled } of batch.events) settled?.();
        this.batch = undefined;
        failures = 0;
        this.setDown(undefined);
      } catch (err) {
        // Whatever it was: a new connection may do better, and nobody is kept waiting for it.
        await this.sender?.close();
        this.sender = undefined;
        if (this.abandoned.signal.aborted) break;
        this.setDown(err as Error);
        await sleep(pauseAfter(failures++), undefined, { signal: this.abandoned.signal }).catch(() => undefined);
      }
    }
    this.working = undefined;
  }

  private async connected(): Promise<Sender> {
    if (this.sender) return this.sender;
    const sender = await this.wire.sender();
    this.sender = sender;
    this.abandoned.signal.throwIfAborted();
    // One that breaks while there is nothing to send is no outage: the next event gets another.
    void sender.broken.then(async () => {
      if (this.sender === sender) this.sender = undefined;
      await sender.close();
    });
    return sender;
  }

  private take(): { events: Queued[]; letters: Letter[] } {
    const events = this.queue.splice(0, BATCH_EVENTS);
    for (const event of events) this.queuedBytes -= sizeOf(event);
    const letters = lettersOf(events, LETTER_BYTES).map((letter) => ({
      ...letter,
      publisher: this.publisher,
      n: ++this.letters,
    }));
    return { events, letters };
  }

  private setDown(trouble: Error | undefined): void {
    const down = trouble !== undefined;
    if (down) for (const { settled } of [...(this.batch?.events ?? []), ...this.queue]) settled?.();
    if (this.down === down) return;
    this.down = down;
    this.tell(trouble);
  }

  private abandon(): void {
    this.abandoned.abort();
    const left = [...(this.batch?.events ?? []), ...this.queue.splice(0)];
    this.batch = undefined;
    this.dropped += left.length;
    for (const { settled } of left) settled?.();
    void this.sender?.close();
  }
}
