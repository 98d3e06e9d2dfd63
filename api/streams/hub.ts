import { MAX_IDLE_FOLLOWED } from '../../core/limits.js';
import { type FollowOptions, FollowedRun } from './followed-run.js';
import type { KnownRun } from './sources.js';

interface Entry {
  run: FollowedRun;
  watchers: number;
  /** Running while nobody watches. */
  linger?: NodeJS.Timeout;
}

export interface Watch {
  run: FollowedRun;
  /** Takes the watcher away; again is harmless. */
  leave: () => void;
}

/**
 * The runs that are watched through this process. Each is followed once for all its watchers, and a little longer than they stay, so that
 * one who comes back finds it at hand.
 */
export class RunHub {
  /** Reads of history since the process began. */
  polls = 0;
  watchers = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly options: Omit<FollowOptions, 'polls'>;

  constructor(options: Omit<FollowOptions, 'polls'>) {
    this.options = options;
  }

  /** Runs that somebody watches. */
  get watched(): number {
    return this.followed - this.idle().length;
  }

  /** Runs that are followed, watched or not. */
  get followed(): number {
    return this.entries.size;
  }

  /** For /metrics. */
  counters(): Record<string, number> {
    return {
      heddle_stream_history_polls: this.polls,
      heddle_stream_followed_runs: this.followed,
      heddle_stream_watched_runs: this.watched,
      heddle_stream_watchers: this.watchers,
    };
  }

  watch(known: KnownRun, ring: () => void): Watch {
    const found = this.entries.get(known.id);
    // It was over, and has been redriven: whoever watches it still reads to its end, and comes back.
    const entry = found && !found.run.isOlderThan(known) ? found : this.open(known);
    clearTimeout(entry.linger);
    delete entry.linger;
    entry.watchers++;
    this.watchers++;
    const deaf = entry.run.watch(ring);
    let here = true;
    const leave = () => {
      if (!here) return;
      here = false;
      deaf();
      this.watchers--;
      if (--entry.watchers === 0) this.lingerOn(entry);
    };
    return { run: entry.run, leave };
  }

  async close(): Promise<void> {
    await Promise.all([...this.entries.values()].map((entry) => this.drop(entry)));
  }

  private open(known: KnownRun): Entry {
    const run = new FollowedRun(known, { ...this.options, polls: () => this.polls++ });
    const entry = { run, watchers: 0 };
    this.entries.set(known.id, entry);
    return entry;
  }

  private lingerOn(entry: Entry): void {
    if (entry.run.phase === 'gone' || this.entries.get(entry.run.id) !== entry) return void this.drop(entry);
    entry.linger = setTimeout(() => void this.drop(entry), this.options.times.lingerMs);
    // Last in line: of too many idle ones, those that have been idle for longest go.
    this.entries.delete(entry.run.id);
    this.entries.set(entry.run.id, entry);
    for (const surplus of this.idle().slice(0, -MAX_IDLE_FOLLOWED)) void this.drop(surplus);
  }

  private idle(): Entry[] {
    return [...this.entries.values()].filter(({ watchers }) => watchers === 0);
  }

  private async drop(entry: Entry): Promise<void> {
    clearTimeout(entry.linger);
    if (this.entries.get(entry.run.id) === entry) this.entries.delete(entry.run.id);
    try {
      await entry.run.stop();
    } catch (err) {
      this.options.log(err, `live events of run ${entry.run.id} could not be left`);
    }
  }
}
