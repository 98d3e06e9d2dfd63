import { Exhausted } from './errors.js';

/**
 * Counts the steps of evaluations, so that no data can make an expression hold up a thread. A step is about what one name costs; an
 * operation on a list or a text costs by its length.
 */
export class Meter {
  private left: number;
  private readonly whole: Meter | undefined;

  constructor(steps: number, whole?: Meter) {
    this.left = steps;
    this.whole = whole;
  }

  /** A meter for one evaluation of several: what it spends is spent of the whole, too. */
  within(steps: number): Meter {
    return new Meter(steps, this);
  }

  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new Exhausted('it takes more steps than an evaluation may');
    this.whole?.spend(steps);
  }

  /** A text of so many characters is read or made. */
  text(length: number): void {
    this.spend(length >> 4);
  }
}
