import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CloudEvent } from '../../../../../core/events/cloud-event.js';
import { BEGINNING, compareCursors } from '../../../../../core/events/cursor.js';
import type { RunView } from '../../../../../core/events/view.js';
import type { Plan } from '../../../../../core/spec/plan.js';
import { api, ok } from '../../../lib/api/client.js';
import { Problem } from '../../../lib/api/problem.js';
import { Frames } from './frames.js';
import { type Ending, type Frame, Link, type LinkState } from './link.js';
import { readPast } from './past.js';
import { type Courses, type LogTail, noCourses, record, withLines, withLive } from './record.js';
import { isOver, reduce } from './reduce.js';
import { Refresher } from './refresher.js';
import { isDurable, type LiveView, merge, viewOf, withPlan } from './state.js';

/** All that is known of a run that is watched. */
export interface LiveRunState {
  state: 'loading' | 'problem' | 'ready';
  error?: unknown;
  link: LinkState;
  view?: LiveView;
  /** By which it goes on now. */
  plan?: Plan;
  spec?: string;
  courses: Courses;
  log: LogTail;
  /** Ephemeral events that the server dropped because this client was slow. */
  dropped: number;
}

const START: LiveRunState = {
  ...{
    state: 'loading',
    link: 'connecting',
    courses: noCourses(BEGINNING, false),
    log: { lines: [], heard: 0 },
    dropped: 0,
  },
};

/** One run, watched once for all who look at it. */
export class LiveRun {
  readonly store: StoreApi<LiveRunState> = createStore(() => START);
  private readonly id: string;
  private watchers = 0;
  private leaving: ReturnType<typeof setTimeout> | undefined;
  /** Of the newest durable event that came over the line, which may be older than what was read. */
  private cursor: string | undefined;
  private readonly frames = new Frames<Frame>((frames) => this.take(frames));
  private readonly refresher = new Refresher(() => this.read());
  private readonly link: Link;
  private past: AbortController | undefined;

  constructor(id: string) {
    this.id = id;
    this.link = new Link({
      open: (after) => new WebSocket(socketUrl(id, after)),
      cursor: () => this.cursor,
      onFrame: (frame) => this.frames.push(frame),
      onState: (link) => this.store.setState({ link }),
      probe: () => this.probe(),
      onEnd: (why, error) => this.ended(why, error),
    });
  }

  /** Keeps the line up until the answer is called; it stays a little longer, for who comes back. */
  watch(): () => void {
    clearTimeout(this.leaving);
    if (this.watchers++ === 0 && this.leaving === undefined) this.open();
    this.leaving = undefined;
    return () => {
      if (--this.watchers > 0) return;
      this.leaving = setTimeout(() => this.close(), LINGER_MS);
    };
  }

  /** At once, such as after something was done to a run that was over. */
  reconnect(): void {
    if (this.store.getState().state === 'problem') this.store.setState({ state: 'loading', error: undefined });
    this.link.connect();
    if (!this.store.getState().plan) void this.readPlan();
  }

  /**
   * Reads the run's events from its beginning, once, so that attempts and waits of before are known. What came over the line is never ahead
   * of what was read: that goes on until it holds all that is shown.
   */
  async wantPast(): Promise<void> {
    if (this.past || this.store.getState().courses.whole) return;
    this.past = new AbortController();
    let whole = noCourses(BEGINNING, true);
    let some: CloudEvent[] = [];
    const enough = () => compareCursors(some.at(-1)?.id ?? whole.cursor, this.known()) >= 0;
    const add = () => {
      whole = record(whole, some);
      some = [];
    };
    try {
      await readPast(this.id, (event) => void (some.push(event) > 500 && add()), { enough, signal: this.past.signal });
      add();
      this.store.setState(({ courses }) => ({ courses: withLive(whole, courses) }));
    } catch (err) {
      if (!(err instanceof Problem) && !isAbort(err)) throw err;
    } finally {
      this.past = undefined; // what failed is tried again by who asks again
    }
  }

  private known(): string {
    return this.store.getState().view?.cursor ?? BEGINNING;
  }

  private open(): void {
    this.link.connect();
    void this.readPlan();
    document.addEventListener('visibilitychange', this.looked);
    addEventListener('online', this.looked);
  }

  private close(): void {
    this.link.close();
    this.frames.stop();
    this.refresher.stop();
    this.past?.abort();
    document.removeEventListener('visibilitychange', this.looked);
    removeEventListener('online', this.looked);
    RUNS.delete(this.id);
  }

  /** Somebody looks again, or is online again: a lost line is tried at once, and a run that was over may have been redriven. */
  private readonly looked = (): void => {
    const { link, state } = this.store.getState();
    if (document.visibilityState === 'visible' && state === 'ready' && (link === 'lost' || link === 'ended'))
      this.link.connect();
  };

  private take(frames: Frame[]): void {
    let events: CloudEvent[] = [];
    for (const frame of frames) {
      if (frame.type === 'snapshot') {
        this.apply(events);
        events = [];
        this.cursor = frame.id;
        this.began(frame.data);
      } else events.push(frame);
    }
    this.apply(events);
  }

  private began(run: RunView): void {
    this.store.setState(({ plan, view, courses }) => ({
      state: 'ready',
      error: undefined,
      view: view && compareCursors(view.cursor, run.cursor) > 0 ? view : viewOf(run, plan),
      courses: view ? courses : noCourses(run.cursor, run.cursor === BEGINNING),
    }));
    if (!isOver(run.status)) this.refresher.changed();
  }

  private apply(events: CloudEvent[]): void {
    if (events.length === 0) return;
    this.cursor = events.findLast(isDurable)?.id ?? this.cursor;
    const { view, courses, log, dropped } = this.store.getState();
    if (!view) return;
    const next = reduce(view, events);
    const lost = events.reduce((sum, { type, data }) => sum + (type === 'stream.dropped' ? countOf(data.data) : 0), 0);
    this.store.setState({
      view: next,
      courses: record(courses, events),
      log: withLines(log, events),
      dropped: dropped + lost,
    });
    if (next.cursor === view.cursor) return;
    if (next.stale && !view.stale) void this.readPlan().then(() => this.refresher.now());
    else if (isOver(next.run.status)) this.refresher.now();
    else this.refresher.changed();
  }

  /** What events do not tell: why nodes wait, what a late input became, what is undone. */
  private async read(): Promise<void> {
    const call = api.GET('/api/v1/workflow_runs/{id}', { params: { path: { id: this.id } } });
    const run = (await ok(call)) as unknown as RunView;
    this.frames.flush();
    this.store.setState(({ view, plan }) => {
      if (!view || compareCursors(run.cursor, view.cursor) < 0) return {};
      return { view: merge(view, viewOf(run, plan)) };
    });
    this.refresher.expect(
      () => this.cursor === undefined || compareCursors(this.cursor, run.cursor) >= 0,
      () => this.link.connect(),
    );
  }

  private async readPlan(): Promise<void> {
    const { plan: before } = this.store.getState();
    try {
      const call = api.GET('/api/v1/workflow_runs/{id}/plan', { params: { path: { id: this.id } } });
      const { spec, plan } = (await ok(call)) as unknown as { spec: string; plan: Plan };
      this.store.setState(({ view }) => ({ spec, plan, ...(view ? { view: withPlan(view, plan) } : {}) }));
    } catch (err) {
      if (!(err instanceof Problem)) throw err;
      if (!before && err.status >= 400 && err.status < 500) this.ended('refused', err);
    }
  }

  /** Resolves when the line may be tried again. */
  private async probe(): Promise<void> {
    try {
      await ok(api.GET('/api/v1/workflow_runs/{id}/plan', { params: { path: { id: this.id } } }));
    } catch (err) {
      if (err instanceof Problem && (err.status === 0 || err.status === 429 || err.status >= 500)) return;
      throw err;
    }
  }

  private ended(why: Ending, error?: unknown): void {
    this.frames.flush();
    if (why === 'over') return;
    this.link.close();
    this.store.setState({ state: 'problem', error: error ?? PROBLEMS[why] });
  }
}

const LINGER_MS = 5000;
const countOf = (data: unknown): number => (data as { count?: number } | undefined)?.count ?? 0;
const isAbort = (err: unknown): boolean => err instanceof DOMException && err.name === 'AbortError';

const problem = (status: number, code: string, title: string, detail: string): Problem =>
  new Problem({ type: 'about:blank', title, status, code, detail });
const PROBLEMS: Record<Ending, Problem | undefined> = {
  over: undefined,
  refused: undefined,
  gone: problem(404, 'NOT_FOUND', 'The run is gone', 'It was removed, by your organisation’s retention or by hand.'),
  misused: problem(
    ...([429, 'TOO_MANY', 'The server closed the line'] as const),
    'This page sent more than the server takes. Load it again; if that comes back, tell who runs Heddle.',
  ),
};

function socketUrl(id: string, after: string | undefined): string {
  const url = new URL(`/api/v1/ws/workflow_runs/${encodeURIComponent(id)}`, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  if (after !== undefined) url.searchParams.set('after', after);
  return url.href;
}

const RUNS = new Map<string, LiveRun>();
export function liveRun(id: string): LiveRun {
  const known = RUNS.get(id);
  if (known) return known;
  const run = new LiveRun(id);
  RUNS.set(id, run);
  return run;
}
