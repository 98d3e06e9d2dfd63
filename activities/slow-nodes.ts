import type { RunRef } from '../core/contract/work.js';

const KEPT = 10_000;
const FORGOTTEN_MS = 10 * 60_000;

/** Nodes that took too long for a region lately: they are not tried in one again for a while. What one worker has seen, it knows alone. */
export class SlowNodes {
  private readonly until = new Map<string, number>();

  add(run: RunRef, node: string): void {
    const name = nameOf(run, node);
    this.until.delete(name);
    this.until.set(name, Date.now() + FORGOTTEN_MS);
    if (this.until.size > KEPT) this.until.delete(this.until.keys().next().value!);
  }

  has(run: RunRef, node: string): boolean {
    const name = nameOf(run, node);
    const until = this.until.get(name);
    if (until === undefined) return false;
    if (until > Date.now()) return true;
    this.until.delete(name);
    return false;
  }
}

const nameOf = ({ org, workflow, version }: RunRef, node: string): string =>
  JSON.stringify([org, workflow, version, node]);
