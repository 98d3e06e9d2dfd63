import { condition } from '@temporalio/workflow';
import type { Fact } from '../core/engine/facts.js';

/**
 * Resolves when everything that the first workflow task brought has been delivered: the predicate is asked at once, and again
 * only after the workflow's own start.
 */
export async function quiet(): Promise<void> {
  let asked = 0;
  await condition(() => asked++ > 0);
}

/**
 * The facts of the workflow task under way. The SDK asks conditions between the jobs of a task too, but runs promise callbacks only
 * after all of its jobs; so what a callback says is the sign that everything has been delivered.
 */
export class Inbox {
  facts: Fact[] = [];
  delivered = false;

  /** For a fact that a promise callback brings. */
  put(fact: Fact): void {
    this.facts.push(fact);
    this.delivered = true;
  }

  /** For a fact that may come in the middle of a task's jobs, as a signal does. */
  putEarly(fact: Fact): void {
    this.facts.push(fact);
    void Promise.resolve().then(() => (this.delivered = this.facts.length > 0));
  }

  take(): Fact[] {
    const { facts } = this;
    this.facts = [];
    this.delivered = false;
    return facts;
  }
}
