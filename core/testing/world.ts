import type { Change } from '../engine/facts.js';
import type { RunStart } from '../engine/state.js';
import { type ArtifactRef, isArtifactRef, type Json } from '../json.js';
import { Fault } from '../fault.js';
import { CaseRun, type Opening } from './case-run.js';
import { Clock } from './clock.js';
import type { TestCase } from './document.js';
import { Mocks } from './mocks.js';
import type { Plans } from './paths.js';
import { CaseProblem, type Schemas } from './problem.js';
import { STEPS } from './steps.js';

/** What the cases of one request share: the plans, the validator, and what they may cost together. */
export interface Ground {
  plans: Plans;
  schemas: Schemas;
  /** Steps that are left, of all cases together. */
  steps: number;
  /** Lets others have the process for a moment; called now and then. */
  turn(): Promise<void>;
}

const TURN_STEPS = 100;

/** The world of one case: its time, what stands in for the outside, and what happens to its runs. */
export class World {
  readonly ground: Ground;
  readonly given: TestCase;
  readonly clock: Clock;
  readonly mocks: Mocks;
  /** All runs of the case: the workflow's own first, then those of sub-workflows. */
  readonly runs: CaseRun[] = [];
  /** What went otherwise than the case says, beside its expectations. */
  readonly complaints: string[] = [];
  private readonly ready = new Set<CaseRun>();

  constructor(ground: Ground, given: TestCase, mocks: Mocks) {
    this.ground = ground;
    this.given = given;
    this.mocks = mocks;
    this.clock = new Clock(Date.parse(given.run.started_at));
  }

  open(start: RunStart, opening?: Opening): CaseRun {
    const run = new CaseRun(this, start, opening);
    this.runs.push(run);
    return run;
  }

  /** The run has news, or has not begun. */
  stir(run: CaseRun): void {
    this.ready.add(run);
  }

  hears(run: CaseRun, change: Change): void {
    for (const step of STEPS) step.hears?.(this, run, change);
  }

  /** Plays the case until its run has ended or nothing is due any more. Throws CaseProblem. */
  async play(run: CaseRun): Promise<void> {
    for (const step of STEPS) step.begins?.(this, run);
    this.stir(run);
    await this.settle();
    while (!run.walk.end) {
      const due = this.clock.next();
      if (!due) break;
      for (const act of due) act();
      await this.settle();
    }
    for (const step of STEPS) this.complaints.push(...(step.left?.(this) ?? []));
  }

  /** The content of an artifact that a mock refers to; values of the case itself never become artifacts. */
  load = (ref: ArtifactRef): Promise<Json> => {
    const { artifacts } = this.given;
    if (Object.hasOwn(artifacts, ref.$artifact)) return Promise.resolve(artifacts[ref.$artifact]!);
    return Promise.reject(
      new Fault('ARTIFACT_MISSING', `the case's artifacts do not hold ${ref.$artifact}`, {
        details: { artifact: ref.$artifact },
      }),
    );
  };

  async list(over: Json): Promise<Json[]> {
    const list = isArtifactRef(over) ? await this.load(over) : over;
    if (Array.isArray(list)) return list;
    throw new Fault('EXPRESSION_FAILED', 'what a map goes over must be a list');
  }

  private async settle(): Promise<void> {
    for (const run of this.ready) {
      this.ready.delete(run);
      await this.spend(await run.step());
    }
  }

  private async spend(steps: number): Promise<void> {
    const before = this.ground.steps;
    this.ground.steps -= steps;
    if (this.ground.steps < 0) throw new CaseProblem('the cases take more steps than one request may; split them');
    if (Math.floor(before / TURN_STEPS) !== Math.floor(this.ground.steps / TURN_STEPS)) await this.ground.turn();
  }
}
