import { CancellationScope, condition } from '@temporalio/workflow';
import type { Fact } from '../core/engine/facts.js';

/**
 * The facts of the workflow task under way. The SDK asks conditions between the jobs of a task too, but runs promise callbacks only
 * after all of its jobs; so a callback that has run is the sign that everything has been delivered.
 */
export class Inbox {
  facts: Fact[] = [];
  private delivered = false;

  constructor() {
    this.deliverLater(); // the first task: what came with the start
  }

  /** For a fact that a promise callback brings. */
  put(fact: Fact): void {
    this.facts.push(fact);
    this.delivered = true;
  }

  /** For a fact that may come in the middle of a task's jobs, as a signal does. */
  putEarly(fact: Fact): void {
    this.facts.push(fact);
    this.deliverLater();
  }

  /** Calls back once for each workflow task, with all that it brought, until it is answered. */
  async forEachTask<T>(shield: LeanScope, step: (facts: Fact[]) => T | undefined): Promise<T> {
    let answer: T | undefined;
    // The step is taken where the condition is asked. To await it and step then would be the same to Temporal, but make four promises
    // and enter the sandbox once more. What a step asks for is answered by later tasks, so nothing is missed until the next one.
    const asked = () => {
      if (!this.delivered) return false;
      this.delivered = false;
      answer = step(this.facts.splice(0));
      return answer !== undefined;
    };
    await shield.run(() => condition(asked));
    return answer!;
  }

  private deliverLater(): void {
    void Promise.resolve().then(() => (this.delivered = true));
  }
}

/**
 * A scope without the promises that the SDK's own makes around what runs in it: each promise of a workflow costs its worker a stack
 * trace, and there is a scope for each task of a run.
 */
export class LeanScope extends CancellationScope {
  protected override runInContext<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}
