import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { MAX_LOG_BYTES, MAX_LOG_LINES } from '../../core/limits.js';

export interface SandboxJob {
  /** A module whose default export is `(input, { log }) => output`. */
  code: string;
  input: Json;
  memoryMb: number;
  timeMs: number;
}
export interface SandboxContext {
  signal: AbortSignal;
  log: (stream: 'stdout' | 'stderr', text: string) => void;
}

/** The engine's code, compiled: threads share it. */
export type Engine = object;
type Line = { stream: 'stdout' | 'stderr'; text: string };
export type GuestResult =
  | { output: string }
  | { failed: 'time' | 'memory' | 'output' | 'error'; message: string; line?: number; column?: number };
type Message = { ready: true } | { line: Line } | { result: GuestResult };

const ENTRY = fileURLToPath(new URL('guest-worker.mjs', import.meta.url));
/** A native operation inside QuickJS can't be interrupted; the thread is ended this long after the guest's own limit. */
const GRACE_MS = 500;
const OUTPUT_BYTES = 8 * 1024 * 1024;
/** One more than a node's log takes, so that the log sees that something is left out. */
const LOG_LIMITS = { logLines: MAX_LOG_LINES + 1, logChars: MAX_LOG_BYTES + 1 };

/** One thread, for one run. */
export class Guest {
  private readonly worker: Worker;
  private readonly ready: Promise<void>;
  private timer: NodeJS.Timeout | undefined;

  constructor(memoryMb: number, wasmModule: Engine) {
    this.worker = new Worker(ENTRY, {
      workerData: { memoryMb, wasmModule },
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    });
    this.worker.unref();
    const failed = (cause?: unknown) => new Fault('UNAVAILABLE', 'a sandbox could not be started', { cause });
    this.ready = new Promise((resolve, reject) => {
      this.worker.once('message', () => resolve());
      this.worker.once('error', (err) => reject(failed(err)));
      this.worker.once('exit', () => reject(failed()));
    });
    this.ready.catch(() => undefined); // told to whoever takes the guest
  }

  async run({ code, input, timeMs }: SandboxJob, log: SandboxContext['log']): Promise<GuestResult> {
    this.worker.ref();
    await this.ready;
    return new Promise<GuestResult>((resolve) => {
      this.timer = setTimeout(() => resolve({ failed: 'time', message: 'it took too long' }), timeMs + GRACE_MS);
      this.worker.on('message', (message: Message) => {
        if ('line' in message) log(message.line.stream, message.line.text);
        else if ('result' in message) resolve(message.result);
      });
      const died = () => resolve({ failed: 'memory', message: 'it needs more memory or stack than it has' });
      this.worker.once('error', died);
      this.worker.once('exit', died);
      this.worker.postMessage({ code, input: JSON.stringify(input), timeMs, outputBytes: OUTPUT_BYTES, ...LOG_LIMITS });
    });
  }

  end(): void {
    clearTimeout(this.timer);
    this.worker.removeAllListeners();
    this.worker.on('error', () => undefined); // an error of a thread that is being ended is of no interest
    void this.worker.terminate();
  }
}
