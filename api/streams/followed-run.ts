import { setTimeout as sleep } from 'node:timers/promises';
import { indexAfter } from '../../core/events/cursor.js';
import { liveEvent } from '../../core/events/cloud-event.js';
import type { RunEvent } from '../../core/events/event.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import { MAX_LIVE_BACKLOG } from '../../core/limits.js';
import { encode, Encoder } from './encode.js';
import type { Message } from './messages.js';
import { Ring } from './ring.js';
import type { Follower, KnownRun, RunSources } from './sources.js';
import type { StreamTimes } from './times.js';

/** `absent`: accepted, but Temporal does not have it yet. `gone`: there is no such run any more. */
export type Phase = 'opening' | 'absent' | 'open' | 'closed' | 'gone';

export interface FollowOptions {
  sources: RunSources;
  times: StreamTimes;
  /** Called before each read of history. */
  polls: () => void;
  log: (err: unknown, message: string) => void;
}

/**
 * One run, followed for all its watchers. It holds:
 *
 * 1. At most one read of the run's history is under way, however many watch.
 * 2. Watchers pull. What one has not taken costs nothing here beyond the run's events and one ring of ephemeral ones.
 * 3. Events are found by cursor, never by index: the archive, or a follower that began anew, may take the follower's place.
 */
export class FollowedRun {
  readonly live = new Ring<Message>(MAX_LIVE_BACKLOG);
  readonly encoded: Encoder;
  phase: Phase = 'opening';
  /** History can't be read at the moment. */
  behind = false;
  private header!: RunHeader;
  private sealed = false;
  private readonly options: FollowOptions;
  private readonly watchers = new Set<() => void>();
  private readonly stopping = new AbortController();
  private follower: Follower | undefined;
  private source: Pick<Follower, 'events' | 'view'> | undefined;
  private poll: AbortController | undefined;
  private unsubscribe: (() => Promise<void>) | undefined;

  constructor(known: KnownRun, options: FollowOptions) {
    this.know(known);
    this.options = options;
    this.encoded = new Encoder(this, options.times.freshMs);
    void this.follow();
    void this.subscribe();
  }

  get id(): string {
    return this.header.id;
  }

  /** Whether the run has been redriven since. */
  isOlderThan({ redriven = 0 }: KnownRun): boolean {
    return redriven > (this.header.redriven ?? 0);
  }

  /** Rings for each change until the answer is called. */
  watch(ring: () => void): () => void {
    this.watchers.add(ring);
    return () => this.watchers.delete(ring);
  }

  /** How many events are known. */
  get count(): number {
    return this.source?.events.length ?? 0;
  }

  eventsAfter(cursor: string, limit: number): readonly RunEvent[] {
    const events = this.source?.events ?? [];
    const from = indexAfter(events, cursor);
    return events.slice(from, from + limit);
  }

  /** The run as it is now; its cursor says which events it contains. Not while the run is still being opened. */
  async view(): Promise<RunView> {
    if (!this.source) return this.options.sources.accepted(this.header);
    const view = this.source.view();
    if (this.phase !== 'open' || this.behind) return view;
    try {
      await this.options.sources.overlay(view);
    } catch (err) {
      if (!(err instanceof Fault)) throw err; // what only the server knows is an extra: the view is whole without it
    }
    return view;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.poll?.abort();
    await this.unsubscribe?.();
  }

  private know({ sealed, ...header }: KnownRun): void {
    this.header = header;
    this.sealed = sealed;
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async follow(): Promise<void> {
    for (let failures = 0; !this.stopped && this.phase !== 'closed' && this.phase !== 'gone'; ) {
      try {
        await this.read(this.phase === 'open' && failures === 0);
        failures = 0;
      } catch (err) {
        if (this.stopped) return;
        await this.weigh(err);
        await this.pause(failures++);
      }
    }
  }

  /** One look at the run. After a failure it does not wait for news, so that it is known at once whether all is well again. */
  private async read(wait: boolean): Promise<void> {
    if (this.sealed) {
      const archive = await this.options.sources.archived(this.id);
      if (archive) return this.take({ events: archive.events, view: () => archive.view }, 'closed');
    }
    this.follower ??= this.options.sources.follow(this.header);
    // One controller a poll: the client never takes back the listener that it adds to the signal.
    this.poll = new AbortController();
    this.options.polls();
    await (wait ? this.follower.next(this.poll.signal) : this.follower.catchUp());
    this.take(this.follower, this.follower.closed ? 'closed' : 'open');
  }

  private take(source: Pick<Follower, 'events' | 'view'>, phase: Phase): void {
    Object.assign(this, { source, phase, behind: false });
    this.changed();
  }

  private async weigh(err: unknown): Promise<void> {
    try {
      if (err instanceof Fault && err.code === 'NOT_FOUND') await this.lookAgain();
      else throw err;
    } catch (fault) {
      this.behind = true;
      if (!(fault instanceof Fault && fault.code === 'UNAVAILABLE')) {
        this.options.log(fault, `run ${this.id} can't be followed`);
        this.follower = undefined; // it may have stopped halfway through a page
      }
    }
    this.changed();
  }

  /** Temporal does not have the run: not yet, or no longer because it was over long ago. */
  private async lookAgain(): Promise<void> {
    const known = await this.options.sources.header(this.id);
    if (known) this.know(known);
    if (!known) this.phase = 'gone';
    else if (this.source) this.behind = true;
    else if (!known.sealed) this.phase = 'absent';
  }

  private async subscribe(): Promise<void> {
    for (let failures = 0; !this.stopped; ) {
      try {
        const unsubscribe = await this.options.sources.subscribe(this.id, (event) => {
          // What a step of the workflow changed, watchers get from history.
          if (event.type === 'run.step' || this.watchers.size === 0) return;
          this.live.push(encode(liveEvent(event)));
          this.changed();
        });
        if (this.stopped) await unsubscribe();
        else this.unsubscribe = unsubscribe;
        return;
      } catch (err) {
        this.options.log(err, `no live events of run ${this.id}`);
        await this.pause(failures++);
      }
    }
  }

  private changed(): void {
    for (const ring of this.watchers) ring();
  }

  /** Waits before another try: longer each time, and never all runs at once. */
  private async pause(failures: number): Promise<void> {
    const { retryMs, longestRetryMs } = this.options.times;
    const longest = Math.min(longestRetryMs, retryMs * 2 ** failures);
    try {
      await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal: this.stopping.signal });
    } catch (err) {
      if (!this.stopped) throw err;
    }
  }
}
