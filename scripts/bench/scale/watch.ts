import type { Client } from '@temporalio/client';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../stats.js';

const LOOK_MS = 250;
const MIB = 1024 * 1024;

/** Memory of a process over time. On systems other than Linux nothing is seen. */
export class MemoryWatch {
  private readonly seen: number[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly pid: number;

  constructor(pid: number) {
    this.pid = pid;
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** `early` and `late`: medians of the second and of the last quarter of the time, in MiB. Flat: they are the same. */
  stop(): { peak: number; early: number; late: number } {
    clearInterval(this.timer);
    this.look();
    const quarter = Math.max(1, Math.floor(this.seen.length / 4));
    const part = (from: number) => median(this.seen.slice(from, from + quarter));
    return { peak: Math.max(...this.seen), early: part(quarter), late: part(this.seen.length - quarter) };
  }

  private look(): void {
    const mib = residentMiB(this.pid);
    if (mib !== undefined) this.seen.push(mib);
  }
}

function residentMiB(pid: number): number | undefined {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // not Linux, or it has just been killed
    throw err;
  }
}

interface Histories {
  /** Temporal runs: segments of the run, and of its children. */
  executions: number;
  /** Of the longest. */
  events: number;
  mib: number;
}

/** The histories that a run and its children left, when all of them are closed and visible. */
export async function historiesOf(client: Client, run: string): Promise<Histories> {
  for (;;) {
    const found: { events: number; mib: number }[] = [];
    let open = 0;
    for await (const { status, historyLength, historySize } of client.workflow.list({
      query: `WorkflowId STARTS_WITH '${run}'`,
    })) {
      if (status.name === 'RUNNING') open++;
      found.push({ events: historyLength, mib: (historySize ?? 0) / MIB });
    }
    const most = (of: (each: (typeof found)[number]) => number) => Math.max(...found.map(of));
    if (found.length > 0 && open === 0)
      return { executions: found.length, events: most(({ events }) => events), mib: most(({ mib }) => mib) };
    await sleep(LOOK_MS);
  }
}
