import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';

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

type Line = { stream: 'stdout' | 'stderr'; text: string };
type Result =
  | { output: string }
  | { failed: 'time' | 'memory' | 'output' | 'error'; message: string; line?: number; column?: number };
type Message = { ready: true } | { line: Line } | { result: Result };

const ENTRY = fileURLToPath(new URL('guest-worker.mjs', import.meta.url));
/** A native operation inside QuickJS can't be interrupted; the thread is ended this long after the guest's own limit. */
const GRACE_MS = 500;
const OUTPUT_BYTES = 8 * 1024 * 1024;
const CODES = {
  time: 'FUNCTION_TIMEOUT',
  memory: 'FUNCTION_MEMORY',
  output: 'FUNCTION_OUTPUT',
  error: 'FUNCTION_ERROR',
} as const;
const WARM = 2;
const DEFAULT_MB = 64;

/**
 * The `embedded` policy: QuickJS in WebAssembly, in a thread of its own, with a ceiling on the WebAssembly memory. A thread runs one
 * piece of code and is gone. No network, files, environment or clock of the host; a few threads are kept warm to hide their start.
 */
export class EmbeddedSandbox {
  private readonly warm: Guest[] = [];
  private closed = false;

  async run(job: SandboxJob, { signal, log }: SandboxContext): Promise<Json> {
    signal.throwIfAborted();
    const guest = this.take(job.memoryMb);
    let stop = () => {};
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      const result = await Promise.race([guest.run(job, log), aborted]);
      if ('output' in result) return clean(JSON.parse(result.output) as Json);
      const { failed, message, line, column } = result;
      const where = line === undefined ? '' : ` (line ${line}${column === undefined ? '' : `, column ${column}`})`;
      throw new Fault(
        CODES[failed],
        `${message}${where}`,
        line === undefined ? {} : { details: { line, ...(column === undefined ? {} : { column }) } },
      );
    } finally {
      signal.removeEventListener('abort', stop);
      guest.end();
    }
  }

  close(): void {
    this.closed = true;
    for (const guest of this.warm.splice(0)) guest.end();
  }

  private take(memoryMb: number): Guest {
    const guest = memoryMb === DEFAULT_MB ? this.warm.shift() : undefined;
    if (!this.closed) while (this.warm.length < WARM) this.warm.push(new Guest(DEFAULT_MB));
    return guest ?? new Guest(memoryMb);
  }
}

/** One thread, for one run. */
class Guest {
  private readonly worker: Worker;
  private readonly ready: Promise<void>;

  constructor(memoryMb: number) {
    this.worker = new Worker(ENTRY, {
      workerData: { memoryMb },
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    });
    this.worker.unref();
    this.ready = new Promise((resolve, reject) => {
      this.worker.once('message', () => resolve());
      this.worker.once('error', reject);
      this.worker.once('exit', () => reject(new Fault('FUNCTION_MEMORY', 'the sandbox ended before it was ready')));
    });
    this.ready.catch(() => undefined); // told to whoever takes the guest
  }

  async run({ code, input, timeMs }: SandboxJob, log: SandboxContext['log']): Promise<Result> {
    await this.ready;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        timer = setTimeout(
          () => resolve({ failed: 'time', message: `it took longer than ${timeMs} ms` }),
          timeMs + GRACE_MS,
        );
        this.worker.on('message', (message: Message) => {
          if ('line' in message) log(message.line.stream, message.line.text);
          else if ('result' in message) resolve(message.result);
        });
        this.worker.once('error', (err) =>
          resolve({ failed: /memory/i.test(String(err)) ? 'memory' : 'error', message: String(err) }),
        );
        this.worker.once('exit', () => reject(new Fault('FUNCTION_MEMORY', 'the sandbox died')));
        this.worker.ref();
        this.worker.postMessage({ code, input: JSON.stringify(input), timeMs, outputBytes: OUTPUT_BYTES });
      });
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    this.worker.removeAllListeners();
    this.worker.on('error', () => undefined); // an error of a thread that is being ended is of no interest
    void this.worker.terminate();
  }
}

/** What the database can't keep: NUL and halves of surrogate pairs. */
function clean(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('\u0000', '\uFFFD').toWellFormed();
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [clean(name) as string, clean(part)]));
}
