import { setTimeout as sleep } from 'node:timers/promises';
import type { Letter } from './letter.js';
import { pauseAfter, type Wire } from './wire.js';

/** A connection that held for so long was well. */
const STEADY_MS = 10_000;
/** A subscriber waits so long for a feed that is down, then goes on without. */
const WAIT_MS = 3_000;

/**
 * The connection that listens to the shards that are wanted: opened when the first is, opened again when it breaks, closed when none is
 * wanted any more. One loop changes what is held, so nothing overtakes anything.
 */
export class Listening {
  private readonly wire: Wire;
  private readonly hear: (letter: Letter) => void;
  private readonly tell: (trouble: Error | undefined) => void;
  /** How many want each shard. */
  private readonly wanted = new Map<number, number>();
  private readonly places = new Map<number, string>();
  private readonly held = new Set<number>();
  /** Not wanted for a moment while the ear was changing what it holds. */
  private readonly dropped = new Set<number>();
  private changed: () => void = () => undefined;
  private readonly waiting = new Set<() => void>();
  private looping: Promise<void> | undefined;
  private down = false;
  private readonly closing = new AbortController();

  /** `tell` hears when the feed goes down, and, with nothing, when it is up again. */
  constructor(wire: Wire, hear: (letter: Letter) => void, tell: (trouble: Error | undefined) => void) {
    this.wire = wire;
    this.hear = hear;
    this.tell = tell;
  }

  /** Resolves when the shards are held; sooner when that takes too long. */
  async want(shards: readonly number[]): Promise<void> {
    for (const shard of shards) this.wanted.set(shard, (this.wanted.get(shard) ?? 0) + 1);
    this.changed();
    this.looping ??= this.loop();
    const held = () => shards.every((shard) => this.held.has(shard));
    if (held() || this.closing.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(late);
        this.waiting.delete(look);
        resolve();
      };
      const look = () => void ((held() || this.closing.signal.aborted) && done());
      const late = setTimeout(done, WAIT_MS);
      this.waiting.add(look);
    });
  }

  /** Who wants them again later has missed what came between. */
  drop(shards: readonly number[]): void {
    for (const shard of shards) {
      const left = this.wanted.get(shard)! - 1;
      if (left > 0) this.wanted.set(shard, left);
      else {
        for (const known of [this.wanted, this.places, this.held]) known.delete(shard);
        this.dropped.add(shard);
      }
    }
    this.changed();
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.changed();
    for (const look of this.waiting) look();
    await this.looping;
  }

  private async loop(): Promise<void> {
    const { signal } = this.closing;
    for (let failures = 0; this.wanted.size > 0 && !signal.aborted; ) {
      const began = Date.now();
      try {
        await this.listen();
      } catch (err) {
        // Whatever it was: a new connection may do better.
        this.setDown(err as Error);
        if (Date.now() - began > STEADY_MS) failures = 0;
        await sleep(pauseAfter(failures++), undefined, { signal }).catch(() => undefined);
      }
    }
    this.looping = undefined;
  }

  /** Follows what is wanted until nothing is; throws when the connection is lost. */
  private async listen(): Promise<void> {
    const ear = await this.wire.ear(this.hear, this.places);
    try {
      while (this.wanted.size > 0 && !this.closing.signal.aborted) {
        const changed = new Promise<undefined>((resolve) => (this.changed = () => resolve(undefined)));
        const target = new Set(this.wanted.keys());
        this.dropped.clear();
        await ear.hold(target);
        // What was dropped meanwhile, and perhaps wanted again, is for the next round.
        for (const shard of target) if (!this.dropped.has(shard)) this.held.add(shard);
        this.setDown(undefined);
        for (const look of this.waiting) look();
        const trouble = await Promise.race([changed, ear.broken]);
        if (trouble) throw trouble;
      }
    } finally {
      this.held.clear();
      await ear.close();
    }
  }

  private setDown(trouble: Error | undefined): void {
    const down = trouble !== undefined;
    if (this.down === down || this.closing.signal.aborted) return;
    this.down = down;
    this.tell(trouble);
  }
}
