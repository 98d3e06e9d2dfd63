/** How often a model did what, over all its runs: a model that never does a thing shows nothing of it. */
export class Tally<Kind extends string = string> {
  private readonly counts = new Map<Kind, number>();

  note(kind: Kind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  /** Throws with all counts when one of the kinds was done fewer times. */
  expectEach(least: Partial<Record<Kind, number>>): void {
    const rare = Object.keys(least).filter((kind) => (this.counts.get(kind as Kind) ?? 0) < least[kind as Kind]!);
    const all = JSON.stringify(Object.fromEntries(this.counts));
    if (rare.length > 0) throw new Error(`done too rarely: ${rare.join(', ')} of ${all}`);
  }
}
