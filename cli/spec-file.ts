import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ApiError, CliError, EXIT } from './exit.js';
import type { CommonOptions, Io } from './io.js';
import { showSpecProblems } from './spec-problems.js';

export interface SpecFile {
  /** As it was given; `-` is standard input. */
  name: string;
  text: string;
}

export function readSpec(name: string, io: Io): SpecFile {
  try {
    return { name, text: readFileSync(name === '-' ? 0 : resolve(io.cwd, name), 'utf8') };
  } catch (cause) {
    throw new CliError(EXIT.invalid, `${name} can't be read: ${(cause as Error).message}`, { cause });
  }
}

/** Sends a spec; what the compiler refuses is shown in the text that was sent. With several texts, `file` says which one it is about. */
export async function submit<T>(
  send: () => Promise<T>,
  file: SpecFile | ((error: ApiError) => SpecFile),
  options: CommonOptions,
  io: Io,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ApiError) || !error.problem.errors?.length) throw error;
    if (options.json) io.out(JSON.stringify(error.problem, null, 2));
    else {
      const about = typeof file === 'function' ? file(error) : file;
      for (const line of showSpecProblems(error.problem.errors, about, io.sayPaint)) io.say(line);
    }
    // Everything is said already.
    throw new CliError(EXIT.invalid, '', { cause: error });
  }
}
