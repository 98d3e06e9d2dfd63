/** Rung by whoever has news. One sleeper listens; a ring that nobody hears is kept for the next to listen. */
export class Bell {
  private rung = false;
  private wake: () => void = () => undefined;

  readonly ring = (): void => {
    this.rung = true;
    this.wake();
  };

  async heard(): Promise<void> {
    if (!this.rung)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    this.rung = false;
  }
}
