import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Fault } from '../../core/fault.js';
import type { Json } from '../../core/json.js';
import { type Engine, Guest, type GuestResult, type SandboxContext, type SandboxJob } from './guest.js';
import { Slots } from './slots.js';

/** The language's own types have no WebAssembly; those of browsers do. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<Engine> };

const ENGINE = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
const CODES = {
  time: 'FUNCTION_TIMEOUT',
  memory: 'FUNCTION_MEMORY',
  output: 'FUNCTION_OUTPUT',
  error: 'FUNCTION_ERROR',
} as const;
const DEFAULT_MB = 64;
const WARM = Math.min(4, availableParallelism());
/** Each guest may use a processor and its memory to the full, and its time is counted by the clock. */
const AT_ONCE = Math.max(4, 2 * availableParallelism());

/**
 * The `embedded` policy: QuickJS in WebAssembly, in a thread of its own, with a ceiling on the WebAssembly memory. A thread runs one
 * piece of code and is gone. The guest has no network, files, environment or timers; its `Date` tells the time in UTC. The engine is
 * compiled once for all threads, and a few threads are kept ready to hide their start.
 */
export class EmbeddedSandbox {
  private readonly warm: Guest[] = [];
  private readonly slots: Slots;
  private engine: Promise<Engine> | undefined;
  private closed = false;

  constructor(atOnce = AT_ONCE) {
    this.slots = new Slots(atOnce);
  }

  async run(job: SandboxJob, { signal, log }: SandboxContext): Promise<Json> {
    const giveBack = await this.slots.take(signal);
    let guest: Guest | undefined;
    let stop = () => {};
    try {
      guest = await this.take(job.memoryMb);
      const aborted = new Promise<never>((_resolve, reject) => {
        stop = () => reject(signal.reason as Error);
        signal.addEventListener('abort', stop, { once: true });
        signal.throwIfAborted();
      });
      return outputOf(await Promise.race([guest.run(job, log), aborted]));
    } finally {
      signal.removeEventListener('abort', stop);
      guest?.end();
      giveBack();
    }
  }

  close(): void {
    this.closed = true;
    for (const guest of this.warm.splice(0)) guest.end();
  }

  private async take(memoryMb: number): Promise<Guest> {
    this.engine ??= readFile(ENGINE).then((bytes) => WebAssembly.compile(bytes));
    const engine = await this.engine;
    const guest = (memoryMb === DEFAULT_MB ? this.warm.shift() : undefined) ?? new Guest(memoryMb, engine);
    while (!this.closed && this.warm.length < WARM) this.warm.push(new Guest(DEFAULT_MB, engine));
    return guest;
  }
}

function outputOf(result: GuestResult): Json {
  if ('output' in result) return JSON.parse(result.output) as Json;
  const { failed, message, line, column } = result;
  const place = line === undefined ? {} : { line, ...(column === undefined ? {} : { column }) };
  const where = line === undefined ? '' : ` (line ${line}${column === undefined ? '' : `, column ${column}`})`;
  throw new Fault(CODES[failed], `${message}${where}`, line === undefined ? {} : { details: place });
}
