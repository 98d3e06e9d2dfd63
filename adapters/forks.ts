import type { Past } from '../core/engine/redrive.js';
import { forked, type ForkWish } from '../core/engine/fork.js';
import type { RunStart } from '../core/engine/state.js';
import type { RunHeader } from '../core/events/view.js';
import { Fault } from '../core/fault.js';
import type { Db } from './postgres/db.js';
import { type AcceptedRun, acceptRun, Runs } from './postgres/runs.js';
import { TakeUps } from './postgres/take-ups.js';
import type { Redrives } from './redrives.js';
import type { TemporalEngine } from './temporal/engine.js';

/** New runs out of the past of others: the record of those, the row, and Temporal together. */
export class Forks {
  private readonly db: Db;
  private readonly runs: Runs;
  private readonly takeUps: TakeUps;
  private readonly redrives: Redrives;
  private readonly engine: TemporalEngine;

  constructor(db: Db, redrives: Redrives, engine: TemporalEngine) {
    this.db = db;
    this.redrives = redrives;
    this.engine = engine;
    this.runs = new Runs(db);
    this.takeUps = new TakeUps(db);
  }

  /** What a run has come to: a closed one out of its archive, an open one out of its history. Throws NOT_FOUND, RUN_STATE. */
  async past({ sealed, ...header }: RunHeader & { sealed: boolean }): Promise<Past> {
    if (sealed) return this.redrives.past(header);
    const follower = this.engine.follow(header);
    await follower.catchUp();
    return follower.past();
  }

  /** The start of the new run. Throws as `forked` does. */
  plan(
    past: Past,
    wish: ForkWish,
    { id, org_id, workflow, version, starter, metadata }: RunHeader,
    author?: string,
  ): RunStart {
    return forked(past, wish, {
      run: { id, org: org_id, workflow, version },
      scope: { starter, metadata },
      ...(author === undefined ? {} : { author }),
    });
  }

  /** Writes the row and how it starts, once, then starts it: if the process dies in between, the projector does. */
  async begin(run: AcceptedRun & { taken_up: RunStart }): Promise<AcceptedRun> {
    const { id } = run.header;
    await this.db.$transaction(async (tx) => {
      await acceptRun(tx, run);
      await this.takeUps.fork(tx, id, run.taken_up);
    });
    const accepted = await this.runs.accepted(id);
    if (!accepted) throw new Fault('NOT_FOUND', `there is no run ${id}`);
    await this.engine.start(accepted);
    return accepted;
  }
}
