import type { Progress } from '../../adapters/postgres/progress.js';
import type { LiveEvent } from '../../core/events/live.js';
import type { RunStatus } from '../../core/engine/outcome.js';

const OVER: ReadonlySet<RunStatus> = new Set(['completed', 'failed', 'cancelled', 'terminated', 'timed_out']);

/** Gathers what live events say of open runs, until it is written in one go. Of each node and run, the latest counts. */
export class Collector {
  private runs = new Map<string, Progress>();
  private readonly over: (runId: string) => void;

  /** `over` hears of each run that says that it has ended. */
  constructor(over: (runId: string) => void) {
    this.over = over;
  }

  note(event: LiveEvent): void {
    if (event.type === 'run.step') {
      const run = this.of(event.run_id);
      for (const change of event.changes) {
        if ('node' in change) {
          const attempt = run.nodes.get(change.node)?.attempt ?? 0;
          run.nodes.set(change.node, { change, attempt, at: event.at });
        } else if (OVER.has(change.run)) this.end(event.run_id);
        else Object.assign(run, { status: change.run, startedAt: run.startedAt ?? event.at });
      }
    } else if (event.type === 'node.running') {
      const known = this.runs.get(event.run_id)?.nodes.get(event.node_key);
      if (known?.change.status !== 'queued') return; // it is further on, or was written as queued before: the next step tells
      known.change = { ...known.change, status: 'running' };
      Object.assign(known, { attempt: event.attempt, at: event.at });
    }
  }

  /** What has gathered since the last call. */
  take(): Progress[] {
    const taken = [...this.runs.values()];
    this.runs = new Map();
    return taken;
  }

  /** A run that is over is written from its history: what was gathered of it is not needed any more. */
  private end(runId: string): void {
    this.runs.delete(runId);
    this.over(runId);
  }

  private of(runId: string): Progress {
    const known = this.runs.get(runId);
    if (known) return known;
    const fresh: Progress = { runId, status: undefined, startedAt: undefined, nodes: new Map() };
    this.runs.set(runId, fresh);
    return fresh;
  }
}
