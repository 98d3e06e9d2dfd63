import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstMessage } from '../dev/keep.js';

/** What probe.mjs answers. */
export interface Sample {
  cpuMs: number;
  /** What is alive after a collection, all threads together. */
  heapBytes?: number;
}

/** What makes a process of ours answer `ask`. */
export const PROBE = ['--import', fileURLToPath(new URL('probe.mjs', import.meta.url))];

export interface WorkerProcess {
  pid: number;
  /** The heap only when asked for: it costs a collection. */
  sample(heap?: boolean): Promise<Sample>;
  stop(): Promise<void>;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Starts one of the bench's workers, or another of Heddle's processes, with the probe in it; resolves when it is ready. */
export async function startWorker(
  name: string,
  file: string,
  { env, logs, flags = [] }: { env: NodeJS.ProcessEnv; logs: string; flags?: string[] },
): Promise<WorkerProcess> {
  const logFile = path.join(logs, `${name}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [...flags, '--import', 'tsx', ...PROBE, here(file)], {
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, ...env },
  });
  closeSync(log);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const died = gone.then(() => Promise.reject(new Error(`${name} ended; see ${logFile}`)));
  died.catch(() => undefined);
  await Promise.race([firstMessage(child), died]);
  let asked = 0;
  return {
    pid: child.pid!,
    sample: (heap = false) => Promise.race([ask(child, asked++, heap), died]),
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Asks the probe in a process; never resolves when that ends meanwhile. */
export function ask(child: ChildProcess, id: number, heap: boolean): Promise<Sample> {
  return new Promise((resolve) => {
    child.on('message', function hear(message: { id: number; sample: Sample }) {
      if (message.id !== id) return;
      child.off('message', hear);
      resolve(message.sample);
    });
    child.send({ id, heap });
  });
}

/** What follows is Linux's; elsewhere these figures are left out. */
const linux = process.platform === 'linux';
const MS_PER_TICK = 10;

/** CPU time of a process and of its children, also of those that have ended. */
export function cpuMsOf(pid: number): number | undefined {
  if (!linux) return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * MS_PER_TICK;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? own : children.split(' ').reduce((sum, child) => sum + (cpuMsOf(Number(child)) ?? 0), own);
}

/** The most memory that a process has had resident since the last reset. */
export function peakBytesOf(pid: number): number | undefined {
  if (!linux) return undefined;
  const kib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

export function resetPeakOf(pid: number): void {
  if (linux) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
