import { readdirSync, readFileSync } from 'node:fs';
import type { Follower, KnownRun, RunSources } from '../../api/streams/sources.js';
import { dataConverterOf } from '../../adapters/temporal/codec.js';
import { FactReader } from '../../adapters/temporal/facts.js';
import { Fold, type HistoryFact } from '../../core/engine/fold.js';
import type { RunEvent } from '../../core/events/event.js';
import type { LiveEvent } from '../../core/events/live.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import type { Plan } from '../../core/spec/plan.js';
import { defaultDataConverter, historyFromJSON, loadDataConverter } from '../replay/temporal.js';

/** Something that tells a run step by step, and can tell it again from the start. */
export interface Story {
  header: RunHeader;
  steps: number;
  tell(): Telling;
}
interface Telling {
  take(step: number): RunEvent[];
  view(): RunView;
  readonly closed: boolean;
}

const folder = new URL('../replay/histories/', import.meta.url);
export const RECORDED = readdirSync(folder).map((name) => name.replace('.json', ''));

/** A run that really was: its recorded history, in the batches in which Temporal wrote it, through the real fold. */
export async function recordedStory(name: string): Promise<Story & { plan: Plan }> {
  const { header, history } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as {
    header: RunHeader;
    history: unknown;
  };
  const reader = new FactReader(loadDataConverter({ ...defaultDataConverter, ...dataConverterOf() }), header.id);
  const events = historyFromJSON(history).events!;
  const batches: HistoryFact[][] = [];
  for (const event of events) {
    const fact = await reader.read(event);
    if (!fact) continue;
    if (['command', 'answered', 'closed', 'continued'].includes(fact.what.is)) batches.at(-1)!.push(fact);
    else batches.push([fact]);
  }
  const [start] = await reader.decodeAll(events[0]!.workflowExecutionStartedEventAttributes!.input!.payloads);
  return {
    header,
    plan: (start as { plan: Plan }).plan,
    steps: batches.length,
    tell() {
      const fold = new Fold(header, structuredClone(start) as never);
      return {
        take: (step) => fold.apply(batches[step]!),
        view: () => fold.view(),
        get closed() {
          return fold.closed;
        },
      };
    },
  };
}

/** A run of so many events, each with an output of so many bytes; it never closes. */
export function longStory(steps: number, bytes: number, id = 'run_long'): Story {
  const output = 'x'.repeat(bytes);
  const header: RunHeader = {
    ...{ id, org_id: 'org_test', workflow_id: 'wf_1', workflow: 'long', version: 1, starter: 'key:test' },
    ...{ metadata: {}, created_at: '2026-01-01T00:00:00.000Z' },
  };
  return {
    header,
    steps,
    tell() {
      let cursor = '';
      return {
        take(step) {
          cursor = `0000.${String(step).padStart(6, '0')}.000000`;
          const at = new Date(Date.parse(header.created_at) + step).toISOString();
          return [{ cursor, type: 'node.completed', at, node_key: 'a', status: 'completed', attempt: 1, output }];
        },
        view: () => ({
          ...{ ...header, status: 'running', input: null, output: null, error: null },
          ...{ started_at: header.created_at, finished_at: null, nodes: [], cursor },
        }),
        closed: false,
      };
    },
  };
}

/** A run whose history a test lets happen, and what lies around it. */
export class ScriptedRun {
  readonly known: KnownRun;
  /** How many steps have happened. */
  happened = 0;
  /** What a look at history fails with; undefined while all is well. */
  trouble: unknown;
  /** What only the server knows of attempts under way. */
  overlay: (view: RunView) => void = () => undefined;
  /** What subscribing to live events fails with. */
  deaf: unknown;
  exists = true;
  archive: { view: RunView; events: readonly RunEvent[] } | undefined;
  /** Reads under way, the most there were at a time, and how many in all. */
  reading = 0;
  most = 0;
  reads = 0;
  readonly listeners = new Set<(event: LiveEvent) => void>();
  private readonly story: Story;
  private readonly waiting = new Set<() => void>();

  constructor(story: Story) {
    this.story = story;
    this.known = { ...story.header, sealed: false };
  }

  get steps(): number {
    return this.story.steps;
  }

  /** Lets history go on until so many steps have happened. */
  happen(steps = this.steps): void {
    this.happened = Math.max(this.happened, Math.min(steps, this.steps));
    this.stir();
  }

  fail(trouble: unknown): void {
    this.trouble = trouble;
    this.stir();
  }

  publish(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** All events of the run, by a fold of its own. */
  all(): RunEvent[] {
    const telling = this.story.tell();
    return Array.from({ length: this.steps }, (_, step) => telling.take(step)).flat();
  }

  /** The view after so many steps. */
  viewAfter(steps = this.steps): RunView {
    const telling = this.story.tell();
    for (let step = 0; step < steps; step++) telling.take(step);
    return telling.view();
  }

  seal(): void {
    this.archive = { view: this.viewAfter(), events: this.all() };
    this.known.sealed = true;
  }

  follow(): Follower {
    const telling = this.story.tell();
    const events: RunEvent[] = [];
    let taken = 0;
    const read = async (wait: boolean, signal?: AbortSignal) => {
      this.reads++;
      this.most = Math.max(this.most, ++this.reading);
      try {
        await new Promise((resolve) => setImmediate(resolve)); // a call takes its time
        while (wait && !this.trouble && taken === this.happened && !signal?.aborted) await this.stirred(signal);
        // What is no fault strikes in the middle of a page: part of it is taken and lost.
        if (this.trouble && !(this.trouble instanceof Fault) && taken < this.happened) telling.take(taken++);
        if (this.trouble) throw this.trouble;
        if (this.happened === 0) throw new Fault('NOT_FOUND', 'Temporal knows no such run');
        while (taken < this.happened) events.push(...telling.take(taken++));
      } finally {
        this.reading--;
      }
    };
    return {
      events,
      get closed() {
        return telling.closed;
      },
      catchUp: () => read(false),
      next: (signal) => read(true, signal),
      view: () => telling.view(),
    };
  }

  private stir(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private stirred(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

/** The scripted runs as the hub reads them. */
export const scriptedSources = (runs: ReadonlyMap<string, ScriptedRun>): RunSources => ({
  follow: ({ id }) => runs.get(id)!.follow(),
  overlay: async (view) => runs.get(view.id)!.overlay(view),
  header: (id) => Promise.resolve(runs.get(id)?.exists ? runs.get(id)!.known : undefined),
  archived: (id) => Promise.resolve(runs.get(id)!.archive),
  accepted: (header) =>
    Promise.resolve({
      ...{ ...header, status: 'queued', input: { asked: true }, output: null, error: null },
      ...{ started_at: null, finished_at: null, nodes: [], cursor: '' },
    }),
  async subscribe(id, listener) {
    const { listeners, deaf } = runs.get(id)!;
    if (deaf) throw deaf;
    listeners.add(listener);
    return async () => void listeners.delete(listener);
  },
});
