import { EmbeddedSandbox } from '../../adapters/sandbox/embedded.js';
import type { Json } from '../../core/json.js';

export interface GuestRun {
  output?: Json;
  code?: string;
  message?: string;
  details?: Json;
  lines: string[];
}

/** Runs code in a sandbox of the test file's own and tells what became of it. */
export function testSandbox() {
  const sandbox = new EmbeddedSandbox();
  afterAll(() => sandbox.close());
  return async (
    code: string,
    { input = {}, timeMs = 100_000, memoryMb = 64 }: { input?: Json; timeMs?: number; memoryMb?: number } = {},
  ): Promise<GuestRun> => {
    const lines: string[] = [];
    const log = (stream: string, text: string) => lines.push(`${stream} ${text}`);
    return sandbox.run({ code, input, timeMs, memoryMb }, { signal: new AbortController().signal, log }).then(
      (output) => ({ output, lines }),
      (err: { code: string; message: string; details?: Json }) => ({
        code: err.code,
        message: err.message,
        ...(err.details === undefined ? {} : { details: err.details }),
        lines,
      }),
    );
  };
}
