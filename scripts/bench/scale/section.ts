import type { Client } from '@temporalio/client';
import type { WorkerProcess } from '../process.js';
import type { Servers } from '../servers.js';

/** What a section measured, in the order in which it is told. */
export interface Figure {
  /** The case: what was run, at which size. */
  of: string;
  /** What of it was measured. */
  what: string;
  value: number;
  unit: 'ms' | 's' | 'MiB' | 'MiB/s' | 'KiB' | 'events' | '1/s' | '×' | 'count' | '%';
}

/** What the sections share: servers of their own, and a way to start Heddle's processes on them. */
export interface Stage {
  folder: string;
  servers: Servers;
  client: Client;
  /** Small sizes, to see that all works; not for figures. */
  quick: boolean;
  /** An engine worker on a task queue of its name, with the bench's functions. */
  worker(name: string, env?: NodeJS.ProcessEnv): Promise<WorkerProcess>;
  say(line: string): void;
}

/** Measures, and ends what it started; the stage's servers go on. */
export type Section = (stage: Stage) => Promise<Figure[]>;
