/** A run is read again so long after something happened, */
const SETTLE_MS = 600;
/** never more often than that, */
const LEAST_MS = 2500;
/** and so many times as seldom as it takes: a run that is heavy to read is read seldom. */
const SHARE = 20;
/** Nothing came for so long: it is asked whether the line still holds. */
const IDLE_MS = 60_000;
/** What was read to have happened comes over the line within that, or the line is dead. */
const GRACE_MS = 8000;

/** Reads again what events do not tell, seldom enough, and only while somebody can see it. */
export class Refresher {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;
  private earliest = 0;
  private reading = false;
  private readonly read: () => Promise<void>;

  constructor(read: () => Promise<void>) {
    this.read = read;
  }

  /** Something happened. */
  changed(): void {
    this.at(Math.max(Date.now() + SETTLE_MS, this.earliest));
  }

  /** What is shown is not whole. */
  now(): void {
    this.at(Date.now());
  }

  /** Whether what was read also came over the line; `broken` is called when it does not. */
  expect(came: () => boolean, broken: () => void): void {
    clearTimeout(this.watchdog);
    if (!came()) this.watchdog = setTimeout(() => !came() && broken(), GRACE_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.due = Infinity;
  }

  private at(due: number): void {
    if (due >= this.due) return;
    this.due = due;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.go(), due - Date.now());
  }

  private async go(): Promise<void> {
    this.due = Infinity;
    if (this.reading || document.visibilityState === 'hidden') return this.at(Date.now() + LEAST_MS);
    this.reading = true;
    const began = Date.now();
    try {
      await this.read();
    } catch {
      // The line says what is wrong; what events tell is shown meanwhile.
    } finally {
      this.reading = false;
    }
    const took = Date.now() - began;
    this.earliest = Date.now() + Math.max(LEAST_MS, SHARE * took);
    this.at(Date.now() + IDLE_MS);
  }
}
