import { archivedEvents, storedView } from '../../adapters/postgres/seal.js';
import type { Db } from '../../adapters/postgres/db.js';
import type { Runs } from '../../adapters/postgres/runs.js';
import type { RunEvent } from '../../core/events/event.js';
import type { LiveEvent, LiveFeed } from '../../core/events/live.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { acceptedView } from '../runs/read.js';

export type KnownRun = RunHeader & { sealed: boolean };

/** Follows a run's history, as HistoryFollower does on Temporal. */
export interface Follower {
  readonly events: readonly RunEvent[];
  readonly closed: boolean;
  catchUp(): Promise<unknown>;
  /** Waits for more; returns without when there was none for a while, or when the signal is aborted. */
  next(signal: AbortSignal): Promise<unknown>;
  view(): RunView;
}

/** Where the hub reads runs from. */
export interface RunSources {
  follow(header: RunHeader): Follower;
  /** Lays over a view what only the server knows of attempts under way. */
  overlay(view: RunView): Promise<void>;
  header(runId: string): Promise<KnownRun | undefined>;
  /** What was sealed of a closed run. */
  archived(runId: string): Promise<{ view: RunView; events: readonly RunEvent[] } | undefined>;
  /** A run that Temporal does not have yet. */
  accepted(header: RunHeader): Promise<RunView>;
  subscribe(runId: string, listener: (event: LiveEvent) => void): Promise<() => Promise<void>>;
}

export interface SourceDeps {
  engine: Pick<RunSources, 'follow' | 'overlay'>;
  runs: Pick<Runs, 'header' | 'accepted'>;
  db: Db;
  feed: Pick<LiveFeed, 'subscribe'>;
}

export const sourcesOf = ({ engine, runs, db, feed }: SourceDeps): RunSources => ({
  follow: (header) => engine.follow(header),
  overlay: (view) => engine.overlay(view),
  header: (runId) => runs.header(undefined, runId),
  async archived(runId) {
    const view = await storedView(db, runId);
    // A run that was sealed before it could begin has no events.
    return view && { view, events: (await archivedEvents(db, runId)) ?? [] };
  },
  accepted: (header) => acceptedView({ runs }, header),
  subscribe: (runId, listener) => feed.subscribe(runId, listener),
});
