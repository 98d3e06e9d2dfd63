/** Collects what comes and hands it over once an animation frame, or four times a second where nothing is drawn. */
export class Frames<T> {
  private items: T[] = [];
  private cancel: (() => void) | undefined;
  private readonly take: (items: T[]) => void;

  constructor(take: (items: T[]) => void) {
    this.take = take;
  }

  push(item: T): void {
    this.items.push(item);
    this.cancel ??= nextFrame(() => this.flush());
  }

  /** At once. */
  flush(): void {
    this.cancel?.();
    this.cancel = undefined;
    const { items } = this;
    this.items = [];
    if (items.length > 0) this.take(items);
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.items = [];
  }
}

function nextFrame(act: () => void): () => void {
  const frame = requestAnimationFrame(act);
  const late = setTimeout(act, 250); // a hidden tab draws no frames
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(late);
  };
}
