import { type CancellationScope, getExternalWorkflowHandle } from '@temporalio/workflow';
import { limiterId } from '../core/contract/limits.js';
import type { Command } from '../core/engine/facts.js';
import type { RunStart } from '../core/engine/state.js';
import { giveBackSignal, overSignal } from './messages.js';

/** Signals under way at once: Temporal lets a workflow have 2,000. */
const AT_ONCE = 500;

type GiveBack = Extract<Command, { do: 'give_back' }>;

/** Tells limiters what a run gives back. A run waits for it before it ends: Temporal sends nothing for a workflow that is over. */
export class GivingBack {
  private readonly run: RunStart['run'];
  private readonly shield: CancellationScope;
  private readonly waiting: GiveBack[] = [];
  private readonly underWay = new Set<Promise<void>>();

  constructor({ run }: RunStart, shield: CancellationScope) {
    this.run = run;
    this.shield = shield;
  }

  put(command: GiveBack): void {
    this.waiting.push(command);
    this.send();
  }

  /** Whether `done` has something to wait for. */
  get isBusy(): boolean {
    return this.underWay.size > 0;
  }

  async done(): Promise<void> {
    while (this.isBusy) await Promise.all(this.underWay);
  }

  private send(): void {
    while (this.underWay.size < AT_ONCE && this.waiting.length > 0) {
      const command = this.waiting.shift()!;
      const told: Promise<void> = this.shield
        .run(() => this.tell(command))
        .catch(() => undefined) // the limiter is not there any more, and holds nothing
        .then(() => {
          this.underWay.delete(told);
          this.send();
        });
      this.underWay.add(told);
    }
  }

  private tell({ of, place }: GiveBack): Promise<void> {
    const limiter = getExternalWorkflowHandle(limiterId(this.run.org, of));
    return place
      ? limiter.signal(giveBackSignal, { run: this.run.id, ...place })
      : limiter.signal(overSignal, this.run.id);
  }
}
