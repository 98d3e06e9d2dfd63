/** Counts requests by who makes them, in windows of a minute, in this process alone: enough to make guessing and hammering dull. */
export class Rates {
  private window = 0;
  private counts = new Map<string, number>();

  /** False when there were more than `most` under the key in this minute. */
  take(key: string, most: number, nowMs = Date.now()): boolean {
    const window = Math.floor(nowMs / 60_000);
    if (window !== this.window || this.counts.size > 100_000) {
      this.window = window;
      this.counts = new Map();
    }
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count <= most;
  }
}
