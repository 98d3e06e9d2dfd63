import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineActivities, SubworkflowStart } from '../core/contract/work.js';
import type { Past, RedriveWish } from '../core/engine/redrive.js';
import { redriven } from '../core/engine/redrive.js';
import type { RunStart } from '../core/engine/state.js';
import type { RunHeader } from '../core/events/view.js';
import { Fault } from '../core/fault.js';
import type { Db } from './postgres/db.js';
import { Runs } from './postgres/runs.js';
import { archiveOf } from './postgres/seal.js';
import { TakeUps } from './postgres/take-ups.js';
import type { TemporalEngine } from './temporal/engine.js';

/** A run that is over is sealed moments later. */
const SEALED_MS = 20_000;
const LOOK_MS = 100;

type ChildWish = Parameters<EngineActivities['start_subworkflow']>[0];

/** Redrives of closed runs: what their archive tells, the row, and Temporal together. */
export class Redrives {
  readonly takeUps: TakeUps;
  private readonly db: Db;
  private readonly runs: Runs;
  private readonly engine: TemporalEngine;

  constructor(db: Db, engine: TemporalEngine) {
    this.takeUps = new TakeUps(db);
    this.db = db;
    this.runs = new Runs(db);
    this.engine = engine;
  }

  /** What a closed run had come to. Waits for its seal; throws RUN_STATE while it is open, or when its history is not kept any more. */
  async past(header: RunHeader): Promise<Past> {
    await this.sealed(header);
    const executions = await archiveOf(this.db)(header.id);
    if (!executions) throw new Fault('RUN_STATE', `the history of run ${header.id} is not kept any more`);
    return this.engine.recall(header, executions);
  }

  private async sealed({ id, redriven = 0 }: RunHeader): Promise<void> {
    for (const end = Date.now() + SEALED_MS; ; await sleep(LOOK_MS)) {
      const last = await this.takeUps.last(id);
      if (last?.sealed && last.n === redriven) return;
      const closing = last?.n === redriven && (await this.engine.redriveOf(id)) === redriven;
      if (!closing || Date.now() > end || (await this.engine.stateOf(id)) !== 'closed')
        throw new Fault('RUN_STATE', `run ${id} is open: what is held in it can be tried again`);
    }
  }

  /** The start of the run's next redrive. Throws as `past` and `redriven` do. */
  async plan(header: RunHeader, wish: RedriveWish): Promise<{ past: Past; start: RunStart }> {
    const past = await this.past(header);
    return { past, start: redriven(past, wish, (header.redriven ?? 0) + 1) };
  }

  /** Writes it, then starts it: if the process dies in between, the projector does. Of two at once, one gets RUN_STATE. */
  async begin(runId: string, start: RunStart): Promise<void> {
    await this.takeUps.redrive({ runId, start });
    await this.start(runId, (start.takes_up as { n: number }).n);
  }

  /** Starts what was written, once, whoever else is at it. */
  async start(runId: string, n: number): Promise<void> {
    await this.takeUps.startOnce(runId, n, async () => {
      if (((await this.engine.redriveOf(runId)) ?? 0) >= n) return;
      const accepted = await this.runs.accepted(runId);
      const taken_up = await this.takeUps.start(runId, n);
      if (accepted?.header.redriven === n && taken_up) await this.engine.start({ ...accepted, taken_up });
    });
  }

  /** For the start_subworkflow activity: as Runs.prepare; a child run that is over is redriven, once for each wish of its parent's node. */
  async prepare(wish: ChildWish): Promise<SubworkflowStart> {
    const { child, again } = wish;
    const before = again ? await this.runs.header(undefined, child) : undefined;
    if (!again || !before) return this.runs.prepare(wish);
    const last = await this.takeUps.last(child);
    if (last?.key !== again.key) await this.redriveChild(before, again);
    const prepared = await this.runs.prepare(wish);
    const n = (await this.takeUps.last(child))!.n;
    const taken_up = await this.takeUps.start(child, n);
    return taken_up ? { ...prepared, taken_up } : prepared;
  }

  private async redriveChild(header: RunHeader, { key, ...wish }: NonNullable<ChildWish['again']>): Promise<void> {
    if (await this.neverBegan(header.id)) return;
    for (const end = Date.now() + SEALED_MS; !(await this.isSealed(header.id)); await sleep(LOOK_MS))
      if (Date.now() > end) throw new Error(`run ${header.id} is not over yet`); // the activity is tried again
    const { start } = await this.plan((await this.runs.header(undefined, header.id))!, { ...wish, child: true });
    await this.takeUps.redrive({ runId: header.id, start, key });
  }

  /** Then it begins now, as any other: nothing is there that could be taken up. */
  private async neverBegan(runId: string): Promise<boolean> {
    if ((await this.engine.redriveOf(runId)) !== undefined || (await archiveOf(this.db)(runId))) return false;
    await this.takeUps.reopen(runId);
    return true;
  }

  /** The run whose node it is, of a child run. */
  parentOf(child: string): string {
    return child.slice(0, child.lastIndexOf('.'));
  }

  private async isSealed(runId: string): Promise<boolean> {
    return (await this.takeUps.last(runId))?.sealed ?? false;
  }
}
