/** Time that passes only from one thing that is due to the next. Ms since the epoch. */
export class Clock {
  now: number;
  private readonly heap: Entry[] = [];
  private counted = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** Does it when so many ms have passed; what it answers takes it back. */
  after(ms: number, act: () => void): () => void {
    const entry: Entry = { at: this.now + ms, order: this.counted++, act };
    this.push(entry);
    return () => void (entry.act = undefined);
  }

  /** Moves to the next moment at which something is due, and answers all that is due then; undefined when nothing is. */
  next(): (() => void)[] | undefined {
    const due: (() => void)[] = [];
    for (let first = this.heap[0]; first; first = this.heap[0]) {
      if (first.act && due.length > 0 && first.at > this.now) break;
      this.pop();
      if (!first.act) continue; // taken back
      this.now = first.at;
      due.push(() => first.act?.()); // what is due before it may take it back
    }
    return due.length === 0 ? undefined : due;
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.length;
    for (let parent = (at - 1) >> 1; at > 0 && isBefore(entry, heap[parent]!); parent = (at - 1) >> 1) {
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

interface Entry {
  at: number;
  order: number;
  act: (() => void) | undefined;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
