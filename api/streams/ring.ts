/**
 * The newest things, for readers of different pace. Each reader keeps a position of its own, so a slow one costs nothing here; what it
 * left for too long is gone, and it learns how much.
 */
export class Ring<T> {
  private readonly slots: T[] = [];
  private readonly size: number;
  /** The position after the newest. */
  end = 0;

  constructor(size: number) {
    this.size = size;
  }

  push(item: T): void {
    this.slots[this.end++ % this.size] = item;
  }

  since(position: number): { items: T[]; dropped: number } {
    const from = Math.max(position, this.end - this.size);
    const items = Array.from({ length: this.end - from }, (_, i) => this.slots[(from + i) % this.size]!);
    return { items, dropped: from - position };
  }
}
